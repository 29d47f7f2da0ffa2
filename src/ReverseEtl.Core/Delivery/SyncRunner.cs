using ReverseEtl.Core.Config;
using ReverseEtl.Core.Planning;
using ReverseEtl.Core.State;

namespace ReverseEtl.Core.Delivery;

/// <summary>
/// Runs a sync: finishes what an earlier run left, plans, checks the guards, delivers, advances the snapshot. It is the only loop.
/// </summary>
public sealed class SyncRunner(ISyncPlanner planner, IControlStore store, TimeProvider time, IRunObserver observer)
{
    /// <summary>Runs a sync once.</summary>
    /// <returns>The run, after the interrupted one that it finished first, if there was one.</returns>
    /// <exception cref="SyncBusyException">Another process runs it.</exception>
    /// <exception cref="WarehouseException">The warehouse or the snapshot cannot be used; nothing was sent.</exception>
    /// <exception cref="DestinationException">The destination cannot be used; what was not sent waits for the next run.</exception>
    /// <exception cref="OperationCanceledException">Stopped; batches in flight were finished, the next run resumes.</exception>
    public async Task<IReadOnlyList<RunRecord>> RunAsync(RunRequest request, CancellationToken cancellationToken)
    {
        await using var lease = await HeldLease.AcquireAsync(store, request.Sync.Name, request.Holder, time, cancellationToken);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, lease.Lost);
        var runs = new List<RunRecord>();
        if (await store.FindOpenRunAsync(request.Sync.Name, stop.Token) is { } open)
            runs.Add(await ResumeAsync(request, lease.Lease, open, stop.Token));
        runs.Add(await RunNewAsync(request, lease.Lease, stop.Token));
        return runs;
    }

    private async Task<RunRecord> RunNewAsync(RunRequest request, Lease lease, CancellationToken stop)
    {
        var started = time.GetTimestamp();
        var run = new RunRecord { RunId = request.RunId, Sync = request.Sync.Name, Status = RunStatus.Running, AsOf = request.AsOf };
        await store.BeginRunAsync(lease, run, stop);
        try
        {
            await using var plan = await planner.PlanAsync(request.PlanOf(run.RunId), stop);
            run = Planned(run, plan.Summary);
            await store.SaveQuarantineAsync(lease, plan.Quarantine, stop);
            if (Guard(request, plan.Summary) is { } broken)
                return await DropAsync(lease, plan, run with { Status = RunStatus.Stopped, Guard = broken }, started);
            observer.Planned(run, plan.Summary);
            if (plan.Summary.IsUnchanged)
                return await DropAsync(lease, plan, run with { Status = run.Quarantined + run.Unknown > 0 ? RunStatus.Partial : RunStatus.Unchanged }, started);
            return await DeliverAsync(request, lease, run, plan, [], started, stop);
        }
        catch (Exception error) when (error is WarehouseException or ProjectException)
        {
            await FinishAsync(lease, run with { Status = RunStatus.Failed, Error = error.Message }, delivered: false, started);
            throw;
        }
    }

    private async Task<RunRecord> ResumeAsync(RunRequest request, Lease lease, RunRecord open, CancellationToken stop)
    {
        var started = time.GetTimestamp();
        var journal = await store.ReadJournalAsync(open.RunId, stop);
        await using var plan = await planner.ReopenAsync(request.PlanOf(open.RunId), stop);
        if (plan is not null && journal.Count > 0)
            return await DeliverAsync(request, lease, Planned(open, plan.Summary), plan, journal, started, stop);
        if (plan is not null)
            await plan.DiscardAsync(stop);
        if (journal.Count == 0)
            return await FinishAsync(lease, open with { Status = RunStatus.Failed, Error = "interrupted before anything was sent" }, delivered: false, started);
        // The snapshot had advanced: only the run's own record was left to write.
        return await FinishAsync(lease, Counted(open, journal, await store.ReadExceptionsAsync(open.RunId, stop)), delivered: true, started);
    }

    private async Task<RunRecord> DeliverAsync(RunRequest request, Lease lease, RunRecord run, IChangePlan plan,
        IReadOnlyList<JournalEntry> journal, long started, CancellationToken stop)
    {
        try
        {
            await request.Destination.CheckAsync(stop);
        }
        catch (DestinationException error) when (journal.Count == 0)
        {
            await DropAsync(lease, plan, run with { Status = RunStatus.Failed, Error = error.Message }, started);
            throw;
        }

        var delivery = new PlanDelivery(request.Destination, store, lease, run, request.Sync.File.Guards, observer);
        await delivery.DeliverAsync(plan, request.Sync.File.Mode, journal, stop);
        await request.Destination.CompleteAsync(stop);

        var done = await store.ReadJournalAsync(run.RunId, CancellationToken.None);
        var exceptions = await store.ReadExceptionsAsync(run.RunId, CancellationToken.None);
        var held = request.Destination.Descriptor.ReplaySafe
            ? []
            : exceptions.Where(exception => exception.Outcome.Kind is OutcomeKind.Unknown).Select(exception => exception.Seq).ToList();
        await plan.AdvanceAsync(done, exceptions, held, CancellationToken.None);
        var counted = Counted(run, done, exceptions);
        return delivery.Guard is { } guard
            ? await FinishAsync(lease, counted with { Status = RunStatus.Stopped, Guard = guard }, delivered: false, started)
            : await FinishAsync(lease, counted, delivered: true, started);
    }

    /// <summary>Ends a run that sends nothing.</summary>
    private async Task<RunRecord> DropAsync(Lease lease, IChangePlan plan, RunRecord run, long started)
    {
        await plan.DiscardAsync(CancellationToken.None);
        var settled = run.Status is RunStatus.Unchanged or RunStatus.Partial;
        return await FinishAsync(lease, run, delivered: settled, started);
    }

    private static string? Guard(RunRequest request, PlanSummary summary)
    {
        var guards = request.Sync.File.Guards;
        if (request.AllowRemoved is { } allowed)
            guards = guards with { MaxRemoved = allowed };
        return guards.Check(summary, request.Sync.File.Mode);
    }

    private static RunRecord Planned(RunRecord run, PlanSummary plan) => run with
    {
        Added = plan.Added,
        Changed = plan.Changed,
        Removed = plan.Removed,
        Quarantined = plan.Quarantined,
        Unknown = plan.Held,
    };

    private async Task<RunRecord> FinishAsync(Lease lease, RunRecord run, bool delivered, long started)
    {
        var finished = run with
        {
            FinishedAt = time.GetUtcNow(),
            DurationMs = (long)time.GetElapsedTime(started).TotalMilliseconds,
        };
        await store.FinishRunAsync(lease, finished, delivered, CancellationToken.None);
        observer.Finished(finished);
        return finished;
    }

    private static RunRecord Counted(RunRecord run, IReadOnlyList<JournalEntry> journal, IReadOnlyList<RowException> exceptions)
    {
        var rejected = exceptions.Count(exception => exception.Outcome.Kind is OutcomeKind.Rejected);
        var unknown = exceptions.Count - rejected;
        return run with
        {
            Accepted = journal.Where(entry => entry.Done).Sum(entry => (long)entry.Rows) - exceptions.Count,
            Rejected = rejected,
            Unknown = run.Unknown + unknown,
            Status = exceptions.Count + run.Quarantined + run.Unknown > 0 ? RunStatus.Partial : RunStatus.Succeeded,
        };
    }
}
