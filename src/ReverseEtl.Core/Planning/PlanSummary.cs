using System.Text.Json.Serialization;

namespace ReverseEtl.Core.Planning;

/// <summary>How a model differs from what the destination was last told, in rows.</summary>
/// <param name="Added">Rows that the destination was never told of.</param>
/// <param name="Changed">Rows with another value in a mapped column.</param>
/// <param name="Removed">Rows that left the model.</param>
/// <param name="Quarantined">Rows that cannot be sent: NULL or duplicate keys.</param>
/// <param name="ModelRows">Rows of the model, the quarantined ones not counted.</param>
/// <param name="SnapshotRows">Rows that the destination was last told of.</param>
public sealed record PlanSummary(long Added, long Changed, long Removed, long Quarantined, long ModelRows, long SnapshotRows)
{
    /// <summary>Of <see cref="Changed"/>: rows that are removed by their old identifiers and sent anew.</summary>
    public long Replaced { get; init; }

    /// <summary>Rows that are as they were told and are sent again.</summary>
    public long Resent { get; init; }

    /// <summary>Rows that need nothing but another hash in the snapshot.</summary>
    public long Rebased { get; init; }

    /// <summary>Rows left out, as it is not known whether they arrived when they were last sent.</summary>
    public long Held { get; init; }

    /// <summary>Rows left out, as they were refused and are not due to be tried again.</summary>
    public long Waiting { get; init; }

    /// <summary>What changed in the mapping and what it means, for people; one sentence each.</summary>
    public IReadOnlyList<string> Notes { get; init; } = [];

    /// <summary>Mapped columns whose values are of another type than those that were told, in words.</summary>
    public IReadOnlyList<string> Drift { get; init; } = [];

    /// <summary>True where nothing is kept of what earlier runs told.</summary>
    public bool IsFirst { get; init; }

    /// <summary>True where the plan takes out everything that was told under another key.</summary>
    public bool IsRetirement { get; init; }

    /// <summary>
    /// True where the plan replaces everything that the destination holds: every row of the model is added, and those of
    /// <see cref="Removed"/> are not sent, but vanish.
    /// </summary>
    public bool IsReplacement { get; init; }

    /// <summary>Before a replacement: how many members the destination says that it has; null where it does not tell.</summary>
    public long? Members { get; init; }

    /// <summary>Rows to send.</summary>
    [JsonIgnore]
    public long Sent => Added + Changed + Resent + (IsReplacement ? 0 : Removed);

    /// <summary>True where the destination is up to date.</summary>
    [JsonIgnore]
    public bool IsUnchanged => Sent == 0 && !IsReplacement;

    /// <summary>Members that nobody told of, as far as the destination's count shows.</summary>
    [JsonIgnore]
    public long Strangers => Math.Max(0, (Members ?? 0) - SnapshotRows);

    /// <summary>Members that a replacement makes vanish.</summary>
    [JsonIgnore]
    public long Vanishing => Removed + Strangers;
}
