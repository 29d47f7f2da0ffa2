using System.Diagnostics.CodeAnalysis;
using System.Text.Json.Serialization;
using ReverseEtl.Core.State;

namespace ReverseEtl.Server.Operations.Results;

/// <summary>How a run went. Counts are rows.</summary>
internal record RunResult
{
    public RunResult()
    {
    }

    /// <summary>A run as it is recorded.</summary>
    [SetsRequiredMembers]
    public RunResult(RunRecord run)
    {
        (Sync, RunId, Status) = (run.Sync, run.RunId.Length == 0 ? null : run.RunId, run.Status);
        (Added, Changed, Removed, Resent) = (run.Added, run.Changed, run.Removed, run.Resent);
        (Accepted, Rejected, Unknown, Quarantined, Waiting) = (run.Accepted, run.Rejected, run.Unknown, run.Quarantined, run.Waiting);
        Reported = run.Reported is null ? null : Counters.Parse(run.Reported);
        (DurationMs, Guard, Error) = (run.DurationMs, run.Guard, run.Error);
    }

    public required string Sync { get; init; }

    /// <summary>The run's id; null where it never got one.</summary>
    public required string? RunId { get; init; }

    public required RunStatus Status { get; init; }

    public required long Added { get; init; }

    public required long Changed { get; init; }

    public required long Removed { get; init; }

    /// <summary>Rows that were as they had been told and were sent again.</summary>
    public required long Resent { get; init; }

    public required long Accepted { get; init; }

    public required long Rejected { get; init; }

    /// <summary>Rows that were sent and never answered for.</summary>
    public required long Unknown { get; init; }

    /// <summary>Rows that cannot be sent, as their key is NULL or stands twice.</summary>
    public required long Quarantined { get; init; }

    /// <summary>Rejected rows that were not due to be tried again.</summary>
    public required long Waiting { get; init; }

    /// <summary>What the destination itself counted, where it does not tell of rows.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyDictionary<string, long>? Reported { get; init; }

    public required long DurationMs { get; init; }

    /// <summary>The guard that stopped the run, with its numbers.</summary>
    public required string? Guard { get; init; }

    /// <summary>Why the run failed.</summary>
    public required string? Error { get; init; }
}

/// <summary>A run among others of its sync.</summary>
internal sealed record RunStanding : RunResult
{
    public RunStanding()
    {
    }

    /// <summary>A run as it is recorded.</summary>
    [SetsRequiredMembers]
    public RunStanding(RunRecord run, bool interrupted)
        : base(run) => (Interrupted, AsOf, FinishedAt) = (interrupted, run.AsOf, run.FinishedAt);

    /// <summary>True for a run that began, never finished, and that nobody is working on.</summary>
    [JsonPropertyOrder(1)]
    public required bool Interrupted { get; init; }

    /// <summary>The run's frozen instant; also when it began.</summary>
    [JsonPropertyOrder(1)]
    public required DateTimeOffset AsOf { get; init; }

    [JsonPropertyOrder(1)]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public DateTimeOffset? FinishedAt { get; init; }
}

/// <summary>Runs.</summary>
/// <param name="Runs">The runs, in the order that was asked for.</param>
internal sealed record RunList<T>(IReadOnlyList<T> Runs)
    where T : RunResult;

/// <summary>How a sync stands. Counts are rows.</summary>
internal record SyncStanding
{
    public required string Sync { get; init; }

    /// <summary>Who runs it right now.</summary>
    public required string? RunningBy { get; init; }

    /// <summary>Rows that were refused and not accepted since.</summary>
    public required long Rejected { get; init; }

    /// <summary>Rows that the latest plan left in doubt.</summary>
    public required long Unknown { get; init; }

    /// <summary>Rows that the latest plan could not send.</summary>
    public required long Quarantined { get; init; }

    /// <summary>Rejected rows that were not due by the latest plan.</summary>
    public required long Waiting { get; init; }

    /// <summary>Its latest runs, newest first.</summary>
    public required IReadOnlyList<RunStanding> Runs { get; init; }
}

/// <summary>How syncs stand.</summary>
/// <param name="Syncs">The syncs, those that wait for others after them.</param>
internal sealed record StatusList<T>(IReadOnlyList<T> Syncs)
    where T : SyncStanding;

/// <summary>The rows of a run that were not accepted.</summary>
/// <param name="RunId">The run.</param>
/// <param name="Sync">Its sync.</param>
/// <param name="Count">How many there are.</param>
/// <param name="Outcomes">Those shown, in the plan's order.</param>
internal sealed record OutcomeList(string RunId, string Sync, long Count, IReadOnlyList<OutcomeResult> Outcomes);

/// <summary>A row that was not accepted.</summary>
/// <param name="Seq">Its number in the plan.</param>
/// <param name="Key">Its key as text.</param>
/// <param name="Outcome">Rejected or unknown.</param>
/// <param name="Code">The destination's code.</param>
/// <param name="Message">What the destination said.</param>
internal sealed record OutcomeResult(long Seq, string Key, Core.Delivery.OutcomeKind Outcome, string? Code, string? Message);
