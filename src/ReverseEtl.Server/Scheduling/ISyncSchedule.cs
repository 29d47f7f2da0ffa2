using ReverseEtl.Core.Delivery;

namespace ReverseEtl.Server.Scheduling;

/// <summary>When syncs run, and what may be asked of that. Syncs are named as in the project, which the caller has checked.</summary>
internal interface ISyncSchedule
{
    /// <summary>Asks for a run as soon as there is room, on any worker, also of a paused sync.</summary>
    /// <param name="sync">The sync.</param>
    /// <param name="options">What is asked of this run.</param>
    /// <param name="by">Who asks, for the audit.</param>
    /// <param name="cancellationToken">Stops it.</param>
    /// <returns>The run's id. Until it begins it is known to <see cref="FindRequestAsync"/> alone, then to the control store.</returns>
    Task<string> RequestAsync(string sync, RunOptions options, string by, CancellationToken cancellationToken);

    /// <summary>A requested run that has not begun, or could not; null where there is none of that id.</summary>
    Task<RequestedRun?> FindRequestAsync(string runId, CancellationToken cancellationToken);

    /// <summary>
    /// Stops a sync's run wherever it is: one that waits is taken back; of one that is under way, batches in flight are finished, and the
    /// rest waits for the next run, which resumes it.
    /// </summary>
    /// <returns>False where none of that sync waits or runs.</returns>
    Task<bool> CancelAsync(string sync, CancellationToken cancellationToken);

    /// <summary>Lets a sync's schedule pass without runs until it is resumed. A run under way goes on.</summary>
    Task PauseAsync(string sync, Pause pause, CancellationToken cancellationToken);

    /// <summary>Ends a pause. What was missed meanwhile is not made up for.</summary>
    /// <returns>False where the sync was not paused.</returns>
    Task<bool> ResumeAsync(string sync, CancellationToken cancellationToken);

    /// <summary>Runs the syncs whose schedule is <c>on</c> an event.</summary>
    /// <returns>The runs that were asked for: sync and run id.</returns>
    Task<IReadOnlyList<(string Sync, string RunId)>> RaiseAsync(string name, string by, CancellationToken cancellationToken);

    /// <summary>How a sync's schedule stands.</summary>
    Task<SyncTiming> FindAsync(string sync, CancellationToken cancellationToken);
}

/// <summary>A pause of a sync.</summary>
/// <param name="At">Since when.</param>
/// <param name="By">Who ordered it.</param>
/// <param name="Reason">Why, in words; null where nobody said.</param>
internal sealed record Pause(DateTimeOffset At, string By, string? Reason);

/// <summary>How a sync's schedule stands.</summary>
/// <param name="Schedule">The schedule in words: <c>every 15m</c>, <c>manual</c>.</param>
/// <param name="Next">When it is next due by the clock; null where it waits for something else, or is paused.</param>
/// <param name="Paused">The pause, or null.</param>
internal sealed record SyncTiming(string Schedule, DateTimeOffset? Next, Pause? Paused);

/// <summary>A run that was asked for and has not begun.</summary>
/// <param name="RunId">Its id.</param>
/// <param name="Sync">The sync.</param>
/// <param name="At">When it was asked for.</param>
/// <param name="By">Who asked.</param>
/// <param name="Error">Why it could not begin; null while it waits.</param>
internal sealed record RequestedRun(string RunId, string Sync, DateTimeOffset At, string By, string? Error);
