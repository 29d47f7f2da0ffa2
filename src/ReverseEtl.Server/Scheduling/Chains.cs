using ReverseEtl.Core.Projects;
using ReverseEtl.Core.State;
using ReverseEtl.Server.Hosting;

namespace ReverseEtl.Server.Scheduling;

/// <summary>Schedules that wait for other syncs: <c>after: [one, other]</c>.</summary>
internal sealed class Chains(ProjectHost host, QuartzSchedule schedule, TimeProvider time)
{
    // Runs of one sync to look through for one that delivered.
    private const int Looked = 20;

    /// <summary>Has those run that waited for a sync, and for no other any more.</summary>
    public async Task FollowAsync(Sync sync, IReadOnlyList<RunRecord> runs, CancellationToken cancellationToken)
    {
        if (!runs.Any(HasDelivered))
            return;
        foreach (var next in host.Current.Syncs.Where(next => next.File.Schedule?.After.Contains(sync.Name) is true))
            await FollowAsync(next, cancellationToken);
    }

    /// <summary>The same for all, for what a worker that died could not pass on.</summary>
    public async Task FollowAllAsync(CancellationToken cancellationToken)
    {
        foreach (var next in host.Current.Syncs.Where(next => next.File.Schedule?.After.Count > 0))
            await FollowAsync(next, cancellationToken);
    }

    private async Task FollowAsync(Sync next, CancellationToken cancellationToken)
    {
        var store = await host.Shared.StoreAsync(cancellationToken);
        var last = await store.ListRunsAsync(next.Name, 1, cancellationToken) is [var run] ? run.AsOf : DateTimeOffset.MinValue;
        foreach (var before in next.File.Schedule!.After)
        {
            var runs = await store.ListRunsAsync(before, Looked, cancellationToken);
            if (!runs.Any(run => HasDelivered(run) && run.FinishedAt > last))
                return;
        }

        await schedule.AddAsync(next, SyncKeys.Chain, AskedRun.Plain, time.GetUtcNow(), null, cancellationToken);
    }

    // Rows that the destination refuses keep no other sync from its turn; a guard or a failure does.
    private static bool HasDelivered(RunRecord run) => run.Status is RunStatus.Succeeded or RunStatus.Unchanged or RunStatus.Partial;
}
