using ReverseEtl.Core.Planning;
using ReverseEtl.Core.State;
using ReverseEtl.Core.Syncs;

namespace ReverseEtl.Core.Delivery;

/// <summary>
/// Closes a replacement whose rows were all sent. Only then may what else the destination holds vanish, so it is closed only where all
/// rows were offered and enough of them accepted.
/// </summary>
internal sealed class ReplacementEnd(IDestination destination, HeldLease held, Guards guards)
{
    /// <param name="plan">The plan.</param>
    /// <param name="run">The run, with what was rejected.</param>
    /// <param name="done">Its batches.</param>
    /// <param name="exceptions">Its rows that were not accepted.</param>
    /// <param name="stop">Stops it; the next run goes on from here.</param>
    /// <returns>Null where the destination holds the accepted rows and no others; else the run as it ends, as that is not known.</returns>
    /// <exception cref="DestinationException">It is not known whether the replacement is closed; the next run asks again.</exception>
    public async Task<RunRecord?> CloseAsync(IChangePlan plan, RunRecord run, IReadOnlyList<JournalEntry> done, IReadOnlyList<RowException> exceptions, CancellationToken stop)
    {
        var open = exceptions.Select(exception => exception.Seq).ToHashSet();
        var accepted = done.Sum(entry => (long)entry.Rows) - open.Count;
        if (exceptions.FirstOrDefault(exception => exception.Outcome.Code == Replacement.Ended) is { } ended)
            return Unfinished(run, ended.Outcome.Message!);
        if ((guards.CheckRejected(run) ?? guards.CheckClosing(plan.Summary, accepted)) is { } guard)
            return run with { Status = RunStatus.Stopped, Guard = guard };
        if (!plan.IsCurrent || accepted + open.Count < plan.Summary.Added)
            return Unfinished(run, "the mapping changed while it was interrupted");
        if (accepted == 0)
            return Unfinished(run, "the destination accepted no row");

        using var row = await RowAsync(plan, $"{run.RunId}-close", open, stop);
        await held.ConfirmAsync(stop);
        // Not cancelled by the user's stop, as no other batch in flight is.
        var report = await destination.DeliverAsync(row.PartOf(new Replacement(run.RunId, plan.Summary.Added) { Closing = accepted }), held.Lost);
        if (report.AllAccepted)
            return null;
        return report[0].Kind is OutcomeKind.Rejected
            ? Unfinished(run, report[0].Message!)
            : throw new DestinationException($"all rows were sent, and it is not known whether what else is there has gone: {report[0].Message}. Run the sync again: it asks once more");
    }

    private static RunRecord Unfinished(RunRecord run, string why) => run with
    {
        Status = RunStatus.Failed,
        Error = $"the replacement was not finished: {why}. It is not known what the destination holds, so the next run tells of every row again; cdp run {run.Sync} --replace begins anew",
    };

    /// <summary>A row that was accepted, as a batch of its own.</summary>
    private async Task<ChangeBatch> RowAsync(IChangePlan plan, string id, HashSet<long> open, CancellationToken stop)
    {
        await foreach (var batch in plan.ReadAsync(Operation.Upsert, -1, long.MaxValue, destination.Descriptor.MaxBatchRows, destination.Descriptor.MaxBatchBytes, stop))
        {
            using (batch)
            {
                var row = Array.FindIndex(batch.Seq.ToArray(), seq => !open.Contains(seq));
                if (row >= 0)
                    return batch.Take([row], id);
            }
        }

        throw new InvalidOperationException("the plan has no row that was accepted");
    }
}
