namespace ReverseEtl.Core.State;

/// <summary>How a run stands or ended.</summary>
public enum RunStatus
{
    /// <summary>Begun and not finished: under way, or interrupted.</summary>
    Running,

    /// <summary>Every change was accepted.</summary>
    Succeeded,

    /// <summary>Some rows were rejected, are unknown or are quarantined; they stay on the list.</summary>
    Partial,

    /// <summary>A guard stopped the run.</summary>
    Stopped,

    /// <summary>The warehouse or the destination could not be used.</summary>
    Failed,

    /// <summary>Nothing to send.</summary>
    Unchanged,
}

/// <summary>One run of one sync. Counts are rows.</summary>
public sealed record RunRecord
{
    /// <summary>How many runs of a sync the control store remembers.</summary>
    public const int Kept = 1000;

    /// <summary>Unique and ascending within the sync.</summary>
    public required string RunId { get; init; }

    public required string Sync { get; init; }

    public required RunStatus Status { get; init; }

    /// <summary>The run's frozen instant, UTC; also when it began.</summary>
    public required DateTimeOffset AsOf { get; init; }

    public DateTimeOffset? FinishedAt { get; init; }

    /// <summary>Rows of the model, the quarantined ones not counted; null where the run did not come to count them.</summary>
    public long? Rows { get; init; }

    public long Added { get; init; }

    public long Changed { get; init; }

    public long Removed { get; init; }

    /// <summary>Rows that were as they had been told and were sent again: another mapping, or everything was asked for.</summary>
    public long Resent { get; init; }

    public long Accepted { get; init; }

    public long Rejected { get; init; }

    public long Unknown { get; init; }

    public long Quarantined { get; init; }

    /// <summary>Rejected rows that the plan left out, as their next attempt is not due yet.</summary>
    public long Waiting { get; init; }

    /// <summary>What the destination itself counted over all batches, as <see cref="Counters"/> has it; null where it tells of rows.</summary>
    public string? Reported { get; init; }

    /// <summary>The guard that stopped the run, with its numbers.</summary>
    public string? Guard { get; init; }

    /// <summary>Why the run failed.</summary>
    public string? Error { get; init; }

    /// <summary>Wall time in milliseconds.</summary>
    public long DurationMs { get; init; }
}
