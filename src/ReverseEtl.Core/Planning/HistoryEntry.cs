namespace ReverseEtl.Core.Planning;

/// <summary>One thing that a destination was told of a row, and what it answered.</summary>
public sealed record HistoryEntry
{
    /// <summary>The run that told it.</summary>
    public required string RunId { get; init; }

    /// <summary>From when it counts as told: the instant at which the snapshot advanced (UTC).</summary>
    public required DateTimeOffset At { get; init; }

    /// <summary>The row's number in the run's plan.</summary>
    public required long Seq { get; init; }

    /// <summary>A <see cref="ChangeKind"/> in lower case.</summary>
    public required string Kind { get; init; }

    /// <summary>The row's key as text.</summary>
    public required string Key { get; init; }

    /// <summary>The hash of the row's values; null for removals.</summary>
    public required ulong? RowHash { get; init; }

    /// <summary>One of <see cref="HistoryOutcome"/>.</summary>
    public required string Outcome { get; init; }

    /// <summary>The destination's code for a refusal, or <see cref="HistoryOutcome.Resolved"/>.</summary>
    public required string? Code { get; init; }

    /// <summary>What the destination said of a refusal.</summary>
    public required string? Message { get; init; }

    /// <summary>The short fingerprint of the shape that the row was told in; null where a person settled the row.</summary>
    public required string? Shape { get; init; }

    /// <summary>True where the destination has what it was told.</summary>
    public bool IsAccepted => Outcome == HistoryOutcome.Accepted;

    /// <summary>True where the row was taken out.</summary>
    public bool IsRemoval => Kind == HistoryOutcome.Removal;
}

/// <summary>The words of a history.</summary>
public static class HistoryOutcome
{
    /// <summary>The destination has it.</summary>
    public const string Accepted = "accepted";

    /// <summary>The destination refused it.</summary>
    public const string Rejected = "rejected";

    /// <summary>It was sent, and no answer came.</summary>
    public const string Unknown = "unknown";

    /// <summary>No answer came, and a person said that it did not arrive.</summary>
    public const string NotArrived = "not_arrived";

    /// <summary>The code of what a person said of a row in doubt.</summary>
    public const string Resolved = "resolved";

    /// <summary>The kind that takes a row out.</summary>
    public const string Removal = "remove";
}

/// <summary>Who was in a destination at an instant.</summary>
/// <param name="Count">How many rows.</param>
/// <param name="Keys">The first of them, by key.</param>
public sealed record HistoryMembers(long Count, IReadOnlyList<string> Keys);
