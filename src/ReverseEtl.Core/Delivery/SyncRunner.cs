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
    /// <exception cref="WarehouseException">The warehouse or the snapshot cannot be used; what was sent is known, and the next run goes on from there.</exception>
    /// <exception cref="DestinationException">The destination cannot be used; what was not sent waits for the next run.</exception>
    /// <exception cref="LeaseLostException">Another process took over while this one stood still.</exception>
    /// <exception cref="OperationCanceledException">Stopped; batches in flight were finished, the next run resumes.</exception>
    public async Task<IReadOnlyList<RunRecord>> RunAsync(RunRequest request, CancellationToken cancellationToken)
    {
        await using var lease = await HeldLease.AcquireAsync(store, request.Sync.Name, request.Holder, time, cancellationToken);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, lease.Lost);
        try
        {
            return await RunAsync(new Work(request, lease, time.GetTimestamp(), stop.Token));
        }
        catch (OperationCanceledException) when (lease.Lost.IsCancellationRequested)
        {
            // Nobody stopped it: the renewal found that another process took over.
            throw new LeaseLostException(request.Sync.Name);
        }
    }

    private async Task<IReadOnlyList<RunRecord>> RunAsync(Work work)
    {
        var (request, runs) = (work.Request, new List<RunRecord>());
        if (await store.FindOpenRunAsync(request.Sync.Name, work.Stop) is { } open)
        {
            // Finishing it would send what the saved plan does not name.
            if (request.Saved is not null)
                return [await FinishAsync(work, New(request) with { Status = RunStatus.Stopped, Guard = $"plan: run {open.RunId} was interrupted; finish it with cdp run, then plan again" }, delivered: false)];
            runs.Add(await ResumeAsync(work, open));
        }

        var (record, retired) = await RunNewAsync(work with { Started = time.GetTimestamp() });
        runs.Add(record);
        // What was told under another key is out: the model's rows are told under the new one, in a run of their own.
        if (retired)
            runs.Add((await RunNewAsync(work with { Request = request with { RunId = $"{request.RunId}-rekeyed" }, Started = time.GetTimestamp() })).Run);
        return runs;
    }

    private async Task<(RunRecord Run, bool Retired)> RunNewAsync(Work work)
    {
        var (request, lease, stop) = (work.Request, work.Lease, work.Stop);
        var run = New(request);
        await store.BeginRunAsync(lease, run, stop);
        foreach (var (action, detail) in request.Overrides)
            await store.RecordAuditAsync(lease, new AuditEntry(time.GetUtcNow(), run.Sync, run.RunId, request.Holder.Name, action, detail), stop);
        var sending = false;
        try
        {
            observer.Step(RunStep.Capture);
            await using var plan = await PlanAsync(request, stop);
            observer.Step(RunStep.Diff);
            run = Planned(run, plan.Summary);
            await store.SaveQuarantineAsync(lease, plan.Quarantine, stop);
            if ((await LostSnapshot.CheckAsync(store, plan.Summary, run.Sync, request.Options, stop) ?? request.Check(await MeasureAsync(request, plan.Summary, stop))) is { } broken)
                return (await DropAsync(work, plan, run with { Status = RunStatus.Stopped, Guard = broken }), false);
            observer.Planned(run, plan.Summary);
            sending = !plan.Summary.IsUnchanged;
            if (sending)
                run = await DeliverAsync(work, run, plan, []);
            else
                run = await SettleAsync(work, plan, run with { Status = Undelivered(run) > 0 ? RunStatus.Partial : RunStatus.Unchanged });
            return run.Status is RunStatus.Failed
                ? throw new DestinationException(run.Error!)
                : (run, plan.Summary.IsRetirement && run.Status is RunStatus.Succeeded);
        }
        catch (StalePlanException stale)
        {
            return (await FinishAsync(work, run with { Status = RunStatus.Stopped, Guard = $"plan: {stale.Message}; plan again" }, delivered: false), false);
        }
        // A run that may have sent stays open: what it sent is known by its journal, and the next run goes on with that.
        catch (Exception error) when (!sending && error is (WarehouseException or ProjectException or DestinationException))
        {
            await FinishAsync(work, run with { Status = RunStatus.Failed, Error = error.Message }, delivered: false);
            throw;
        }
    }

    private async Task<IChangePlan> PlanAsync(RunRequest request, CancellationToken stop)
    {
        if (request.Saved is not { } saved)
            return await planner.PlanAsync(request.PlanOf(request.RunId), stop);
        saved.Check();
        return await planner.LoadAsync(request.PlanOf(request.RunId), saved.Plan, saved.Path, stop);
    }

    /// <summary>A plan's counts, before a replacement with the destination's own.</summary>
    private static async Task<PlanSummary> MeasureAsync(RunRequest request, PlanSummary plan, CancellationToken stop)
    {
        if (!request.Options.Replace)
            return plan;
        // Changes sent as a replacement would leave nothing but them.
        if (!plan.IsReplacement || !request.Destination.Descriptor.Replaces)
            throw new InvalidOperationException($"sync {request.Sync.Name}: a replacement was asked for, and {(plan.IsReplacement ? "its destination" : "the planner")} makes none");
        await request.Destination.CheckAsync(stop);
        return plan with { Members = await request.Destination.CountAsync(stop) };
    }

    private static RunRecord New(RunRequest request) => new()
    {
        RunId = request.RunId,
        Sync = request.Sync.Name,
        Status = RunStatus.Running,
        AsOf = request.AsOf,
    };

    private async Task<RunRecord> ResumeAsync(Work work, RunRecord open)
    {
        var journal = await store.ReadJournalAsync(open.RunId, work.Stop);
        await using var plan = await planner.ReopenAsync(work.Request.PlanOf(open.RunId), work.Stop);
        if (plan?.Advanced is { } advanced)
            return await EndAsync(work, Counted(Planned(open, plan.Summary), advanced, journal, await store.ReadExceptionsAsync(open.RunId, work.Stop)));
        if (plan is not null && journal.Count > 0)
            return await DeliverAsync(work, Planned(open, plan.Summary), plan, journal);
        if (plan is not null)
            await plan.DiscardAsync(work.Stop);
        // Without its plan nobody can say which rows an unanswered batch had; the next plan finds what the snapshot lacks.
        foreach (var entry in journal.Where(entry => !entry.Done))
            await store.DoneAsync(work.Lease, entry with { Done = true }, [], work.Stop);
        var error = journal.Count == 0 ? "interrupted before anything was sent" : "interrupted, and its plan is gone; what it sent is sent again";
        return await FinishAsync(work, open with { Status = RunStatus.Failed, Error = error }, delivered: false);
    }

    private async Task<RunRecord> DeliverAsync(Work work, RunRecord run, IChangePlan plan, IReadOnlyList<JournalEntry> journal)
    {
        var (request, lease) = (work.Request, work.Lease);
        try
        {
            await request.Destination.CheckAsync(work.Stop);
        }
        catch (DestinationException error) when (journal.Count == 0)
        {
            await DropAsync(work, plan, run with { Status = RunStatus.Failed, Error = error.Message });
            throw;
        }

        if (plan.Summary.IsReplacement)
            await plan.DoubtAsync(work.Stop);
        var delivery = new PlanDelivery(request.Destination, store, work.Held, run, request.Guards, observer);
        await delivery.DeliverAsync(plan, request.Sync.File.Mode, journal, work.Stop);
        await work.Held.ConfirmAsync(work.Stop);
        var done = await store.ReadJournalAsync(run.RunId, CancellationToken.None);
        var exceptions = await store.ReadExceptionsAsync(run.RunId, CancellationToken.None);
        if (plan.Summary.IsReplacement && await new ReplacementEnd(request.Destination, work.Held, request.Guards)
                .CloseAsync(plan, Counted(run, new AdvanceResult(0), done, exceptions), done, exceptions, work.Stop) is { } unfinished)
        {
            return await DropAsync(work, plan, unfinished);
        }

        await request.Destination.CompleteAsync(work.Stop);
        observer.Step(RunStep.Complete);

        await store.KeepRejectedAsync(lease, run.RunId, await plan.ListWaitingAsync(CancellationToken.None), CancellationToken.None);
        var held = request.Destination.Descriptor.ReplaySafe
            ? []
            : exceptions.Where(exception => exception.Outcome.Kind is OutcomeKind.Unknown).Select(exception => exception.Seq).Distinct().ToList();
        await plan.WriteHistoryAsync(done, exceptions, time.GetUtcNow(), CancellationToken.None);
        observer.Step(RunStep.History);
        var advanced = await plan.AdvanceAsync(done, exceptions, held, CancellationToken.None);
        observer.Step(RunStep.Advance);
        return await EndAsync(work, Counted(run, advanced, done, exceptions));
    }

    /// <summary>Ends a run that has sent, and may have been stopped on its way by a guard.</summary>
    private Task<RunRecord> EndAsync(Work work, RunRecord counted) => work.Request.Guards.CheckRejected(counted) is { } guard
        ? FinishAsync(work, counted with { Status = RunStatus.Stopped, Guard = guard }, delivered: false)
        : FinishAsync(work, counted, delivered: true);

    /// <summary>Ends a run that has nothing to send.</summary>
    private async Task<RunRecord> SettleAsync(Work work, IChangePlan plan, RunRecord run)
    {
        await store.KeepRejectedAsync(work.Lease, run.RunId, await plan.ListWaitingAsync(CancellationToken.None), CancellationToken.None);
        if (plan.Summary.Rebased > 0)
            await plan.AdvanceAsync([], [], [], CancellationToken.None);
        else
            await plan.DiscardAsync(CancellationToken.None);
        return await FinishAsync(work, run, delivered: true);
    }

    /// <summary>Ends a run that may not send.</summary>
    private async Task<RunRecord> DropAsync(Work work, IChangePlan plan, RunRecord run)
    {
        await plan.DiscardAsync(CancellationToken.None);
        return await FinishAsync(work, run, delivered: false);
    }

    private static RunRecord Planned(RunRecord run, PlanSummary plan) => run with
    {
        // To take out what was told under another key is no look at the model.
        Rows = plan.IsRetirement ? null : plan.ModelRows,
        Added = plan.Added,
        Changed = plan.Changed,
        Removed = plan.Removed,
        Resent = plan.Resent,
        Quarantined = plan.Quarantined,
        Unknown = plan.Held,
        Waiting = plan.Waiting,
    };

    private async Task<RunRecord> FinishAsync(Work work, RunRecord run, bool delivered)
    {
        var finished = run with
        {
            FinishedAt = time.GetUtcNow(),
            DurationMs = (long)time.GetElapsedTime(work.Started).TotalMilliseconds,
        };
        await store.FinishRunAsync(work.Lease, finished, delivered, CancellationToken.None);
        observer.Finished(finished);
        observer.Step(RunStep.Finish);
        return finished;
    }

    private static RunRecord Counted(RunRecord run, AdvanceResult advanced, IReadOnlyList<JournalEntry> journal, IReadOnlyList<RowException> exceptions)
    {
        // A row that is removed and sent anew can fail in both; it is in doubt as long as one of them is.
        var unknown = exceptions.Where(exception => exception.Outcome.Kind is OutcomeKind.Unknown).Select(exception => exception.Seq).ToHashSet();
        var rejected = exceptions.Where(exception => !unknown.Contains(exception.Seq)).ToLookup(exception => exception.Seq, exception => exception.Outcome.IsPutOff);
        var putOff = rejected.Count(row => row.All(isPutOff => isPutOff));
        var counted = run with
        {
            Accepted = advanced.Accepted,
            Rejected = rejected.Count - putOff,
            Waiting = run.Waiting + putOff,
            Unknown = run.Unknown + unknown.Count,
            Reported = Counters.Sum(journal.Select(entry => entry.Reported)),
        };
        return counted with { Status = Undelivered(counted) > 0 ? RunStatus.Partial : RunStatus.Succeeded };
    }

    private static long Undelivered(RunRecord run) => run.Rejected + run.Unknown + run.Quarantined + run.Waiting;

    /// <summary>One run under way.</summary>
    private sealed record Work(RunRequest Request, HeldLease Held, long Started, CancellationToken Stop)
    {
        public Lease Lease => Held.Lease;
    }
}
