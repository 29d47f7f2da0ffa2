using ReverseEtl.Core.State;
using ReverseEtl.Server.Composition;
using ReverseEtl.Server.Operations.Results;

namespace ReverseEtl.Server.Operations;

/// <summary>How a sync stands.</summary>
/// <param name="Sync">The sync.</param>
/// <param name="Runs">Its latest runs, newest first.</param>
/// <param name="Holder">Who runs it right now, or null.</param>
/// <param name="Rejected">Rows that were refused and not accepted since.</param>
internal sealed record SyncLook(string Sync, IReadOnlyList<RunRecord> Runs, string? Holder, long Rejected)
{
    /// <summary>Runs among which one mostly got as far as a plan.</summary>
    private const int Enough = 20;

    /// <summary>
    /// The latest run that got as far as a plan, for its counts: one that is under way, was interrupted or found no warehouse knows of
    /// no row.
    /// </summary>
    public RunRecord? Planned => Runs.FirstOrDefault(run => run.Status is not (RunStatus.Running or RunStatus.Failed));

    /// <summary>Reads it.</summary>
    public static async Task<SyncLook> ReadAsync(IControlStore store, string sync, int runs, CancellationToken cancellationToken)
    {
        while (true)
        {
            var latest = await store.ListRunsAsync(sync, Math.Max(runs, Enough), cancellationToken);
            var lease = await store.FindLeaseAsync(sync, cancellationToken);
            var holder = lease is { RanOut: false } && !ThisProcess.Holder.IsDead(lease.Name) ? lease.Name : null;
            // A run that ended between the two looks has given its lease back and was not interrupted: look again.
            if (holder is null && latest.FirstOrDefault(run => run.Status is RunStatus.Running) is { } running
                && (await store.FindOpenRunAsync(sync, cancellationToken))?.RunId != running.RunId)
            {
                continue;
            }

            return new SyncLook(sync, latest, holder, await store.CountRejectedAsync(sync, cancellationToken));
        }
    }

    /// <summary>True for a run that began, never finished, and that nobody is working on.</summary>
    public bool IsInterrupted(RunRecord run) => run.Status is RunStatus.Running && Holder is null;

    /// <summary>The same to print, or to send.</summary>
    public SyncStanding ToResult(int runs) => new()
    {
        Sync = Sync,
        RunningBy = Holder,
        Rejected = Rejected,
        Unknown = Planned?.Unknown ?? 0,
        Quarantined = Planned?.Quarantined ?? 0,
        Waiting = Planned?.Waiting ?? 0,
        Runs = [.. Runs.Take(runs).Select(run => new RunStanding(run, IsInterrupted(run)))],
    };
}
