using ReverseEtl.Core.Planning;
using ReverseEtl.Core.State;
using ReverseEtl.Core.Syncs;

namespace ReverseEtl.Core.Delivery;

/// <summary>
/// Sends a plan batch by batch: writes ahead what it is about to send, sends, records the answer. Several batches are in flight, but
/// they are written ahead in order, so that after a crash the journal's last row of an operation tells where to go on.
/// </summary>
internal sealed class PlanDelivery(IDestination destination, IControlStore store, HeldLease held, RunRecord run, Guards guards, IRunObserver observer)
{
    private readonly Lease _lease = held.Lease;
    private readonly DestinationDescriptor _descriptor = destination.Descriptor;
    private long _rejected;
    private Replacement? _replacement;
    private volatile bool _stopped;

    /// <summary>Delivers everything that the journal has not done yet.</summary>
    public async Task DeliverAsync(IChangePlan plan, SyncMode mode, IReadOnlyList<JournalEntry> journal, CancellationToken stop)
    {
        _replacement = plan.Summary.IsReplacement ? new Replacement(run.RunId, plan.Summary.Added) : null;
        // What a replacement removes goes by itself.
        foreach (var operation in SyncModes.InOrder.Where(operation => mode.KindsFor(operation).Count > 0 && !(_replacement is not null && operation is Operation.Remove)))
        {
            var earlier = journal.Where(entry => entry.Operation == operation).ToList();
            foreach (var entry in earlier.Where(entry => !entry.Done))
                await SettleAsync(plan, entry, stop);
            var after = earlier.Count == 0 ? -1 : earlier.Max(entry => entry.SeqTo);
            if (plan.IsCurrent && !_stopped)
                await DeliverAsync(plan, operation, after, stop);
        }
    }

    private async Task DeliverAsync(IChangePlan plan, Operation operation, long after, CancellationToken stop)
    {
        using var slots = new SemaphoreSlim(_descriptor.Concurrency);
        // One batch may be written ahead while all slots are taken, so that its turn finds it ready; but none that a crash would leave in
        // doubt without need.
        using var ahead = new SemaphoreSlim(_descriptor.ReplaySafe ? _descriptor.Concurrency + 1 : _descriptor.Concurrency);
        using var failed = new CancellationTokenSource();
        using var either = CancellationTokenSource.CreateLinkedTokenSource(stop, failed.Token);
        var inFlight = new List<Task>();
        try
        {
            var batches = plan.ReadAsync(operation, after, long.MaxValue, _descriptor.RowsPerRequest(operation), _descriptor.MaxBatchBytes, either.Token);
            await foreach (var batch in batches.OneAhead(either.Token))
            {
                await ahead.WaitAsync(either.Token);
                if (_stopped)
                    break;
                var entry = EntryOf(batch);
                await store.IntendAsync(_lease, entry, stop);
                observer.Step(RunStep.Intend);
                inFlight.RemoveAll(task => task.IsCompletedSuccessfully);
                inFlight.Add(SendAsync(batch, entry, slots, ahead, failed, stop));
            }
        }
        catch (OperationCanceledException) when (failed.IsCancellationRequested)
        {
            // The batch that failed says why, below.
        }
        finally
        {
            // What was sent is recorded whatever happened beside it.
            await Task.WhenAll(inFlight).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }

        await Task.WhenAll(inFlight);
    }

    private async Task SendAsync(ChangeBatch batch, JournalEntry entry, SemaphoreSlim slots, SemaphoreSlim ahead, CancellationTokenSource failed, CancellationToken stop)
    {
        await Task.Yield();
        var sending = false;
        try
        {
            using (batch)
            {
                using (var either = CancellationTokenSource.CreateLinkedTokenSource(stop, failed.Token))
                    await slots.WaitAsync(either.Token);
                sending = true;
                DeliveryReport report;
                try
                {
                    // Not cancelled by the user's stop: a batch in flight is finished, or it would be unknown.
                    report = await SendAsync(batch, failed.Token);
                    observer.Step(RunStep.Answer);
                }
                finally
                {
                    // The next request need not wait until the answer is on disk.
                    slots.Release();
                }

                await RecordAsync(batch, entry, report);
            }
        }
        catch (Exception error)
        {
            if (error is DestinationException or OperationCanceledException)
                await store.WithdrawAsync(_lease, entry, CancellationToken.None);
            // One that only waited for its turn says nothing of those before it.
            if (sending)
                await failed.CancelAsync();
            throw;
        }
        finally
        {
            ahead.Release();
        }
    }

    private async Task<DeliveryReport> SendAsync(ChangeBatch batch, CancellationToken cancellationToken)
    {
        // A process that took over goes on with this batch itself, and sends newer rows after it.
        await held.ConfirmAsync(cancellationToken);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, held.Lost);
        return await destination.DeliverAsync(batch.PartOf(_replacement), either.Token);
    }

    /// <summary>
    /// A batch that was written ahead and never answered. Where it is not known that nothing arrived, as the process died, it is sent
    /// again only if that does no harm.
    /// </summary>
    private async Task SettleAsync(IChangePlan plan, JournalEntry entry, CancellationToken stop)
    {
        await foreach (var batch in plan.ReadAsync(entry.Operation, entry.SeqFrom - 1, entry.SeqTo, entry.Rows, null, stop))
        {
            using (batch)
            {
                if (entry.Withdrawn && plan.IsCurrent)
                    await store.IntendAsync(_lease, entry, stop);
                DeliveryReport report;
                try
                {
                    report = await SettleAsync(plan, batch, entry);
                }
                catch (Exception error) when (entry.Withdrawn && error is (DestinationException or OperationCanceledException))
                {
                    // Still known not to have arrived; what was never answered stays unknown, whatever became of its repetition.
                    await store.WithdrawAsync(_lease, entry, CancellationToken.None);
                    throw;
                }

                await RecordAsync(batch, entry, report);
            }
        }
    }

    private async Task<DeliveryReport> SettleAsync(IChangePlan plan, ChangeBatch batch, JournalEntry entry)
    {
        if (!_descriptor.ReplaySafe && !entry.Withdrawn)
            return DeliveryReport.All(batch, RowOutcome.Unknown("interrupted", "the process died before the destination's answer was recorded"));
        if (plan.IsCurrent)
            return await SendAsync(batch, CancellationToken.None);
        const string superseded = "the mapping changed while the run was interrupted; the next plan sends the row anew";
        return DeliveryReport.All(batch, entry.Withdrawn ? RowOutcome.Rejected("superseded", superseded) : RowOutcome.Unknown("superseded", superseded));
    }

    private async Task RecordAsync(ChangeBatch batch, JournalEntry entry, DeliveryReport report)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(report.Count, batch.Count);
        var exceptions = new List<RowException>();
        if (!report.AllAccepted)
        {
            for (var row = 0; row < batch.Count; row++)
            {
                if (!report[row].IsAccepted)
                    exceptions.Add(new RowException(batch.Seq[row], batch.KeyText(row), Settled(report[row])));
            }
        }

        await store.DoneAsync(_lease, entry with { Done = true, Reported = Counters.Format(report.Reported) }, exceptions, CancellationToken.None);
        observer.Step(RunStep.Done);
        var rejected = exceptions.Count(exception => exception.Outcome is { Kind: OutcomeKind.Rejected, IsPutOff: false });
        // Nothing more is sent once a guard is broken, or a replacement cannot be finished any more.
        if (guards.CheckRejected(run with { Rejected = Interlocked.Add(ref _rejected, rejected) }) is not null || exceptions.Exists(exception => exception.Outcome.Code == Replacement.Ended))
            _stopped = true;
        observer.Delivered(run, batch.Count);
    }

    // A destination that still asks for a retry when it gave its answer has not taken the row.
    private static RowOutcome Settled(RowOutcome outcome) => outcome.Kind is OutcomeKind.Retry
        ? RowOutcome.Rejected(outcome.Code ?? "retry", outcome.Message ?? "not taken")
        : outcome;

    private JournalEntry EntryOf(ChangeBatch batch) =>
        new(run.RunId, batch.Operation, batch.Seq[0], batch.Seq[^1], batch.Count, Done: false);
}
