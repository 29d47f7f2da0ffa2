using ReverseEtl.Core.Delivery;

namespace ReverseEtl.Http.Resilience;

/// <summary>The delivery of one batch to its end, over as many requests as it takes.</summary>
internal sealed class BatchDelivery(
    ChangeBatch batch,
    bool replaySafe,
    Func<ChangeBatch, CancellationToken, ValueTask<DeliveryReport>> send,
    RetryPolicy policy,
    TimeProvider time)
{
    // Where no row was ever accepted, that many rows refused one by one show that the fault is not in a row.
    private const int RefusedAloneLimit = 10;

    private readonly Stack<BatchPart> _open = new();
    private readonly long _start = time.GetTimestamp();

    // A row without an outcome has not arrived. An Unknown one may still be replaced by a better answer.
    private RowOutcome?[]? _outcomes;
    private readonly Dictionary<string, long> _reported = new(StringComparer.Ordinal);
    private int _accepted;
    private int _refusedAlone;

    public async ValueTask<DeliveryReport> RunAsync(CancellationToken cancellationToken)
    {
        _open.Push(BatchPart.Whole(batch));
        try
        {
            while (_open.TryPop(out var part))
            {
                using (part)
                {
                    var report = await send(part.Batch, cancellationToken);
                    if (part.IsWhole && report.AllAccepted)
                        return report;
                    await FollowAsync(part, report, cancellationToken);
                }
            }

            return Collected().Build().With(_reported);
        }
        catch (DestinationException unusable) when (MayHaveArrived)
        {
            return Collected().BuildWithRest(RowOutcome.Rejected(OutcomeCodes.DestinationUnusable, unusable.Message)).With(_reported);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested && MayHaveArrived)
        {
            return Collected().BuildWithRest(
                RowOutcome.Rejected(OutcomeCodes.Cancelled, "the run was cancelled before this row was sent")).With(_reported);
        }
        finally
        {
            while (_open.TryPop(out var part))
                part.Dispose();
        }
    }

    private RowOutcome?[] Outcomes => _outcomes ??= new RowOutcome?[batch.Count];

    private bool MayHaveArrived => Array.Exists(Outcomes, outcome => outcome is { Kind: not OutcomeKind.Rejected });

    /// <summary>Acts on an answer: what is not final goes back on the stack, after a wait where one is due.</summary>
    private async ValueTask FollowAsync(BatchPart part, DeliveryReport report, CancellationToken cancellationToken)
    {
        foreach (var (name, count) in report.Reported)
            _reported[name] = _reported.GetValueOrDefault(name) + count;
        if (report.IsWholeBatch && part.Batch.Count > 1)
        {
            Split(part, report[0]);
            return;
        }

        var again = Settle(part, report);
        if (again.Count == 0)
            return;

        var delay = policy.DelayAfter(part.Attempt, asked: again.Max(row => report[row].RetryAfter));
        if (part.Attempt >= policy.MaxAttempts || time.GetElapsedTime(_start) + delay > policy.Budget)
        {
            GiveUp(part, again, report[again[^1]]);
            return;
        }

        await Task.Delay(delay, time, cancellationToken);
        _open.Push(part.Again([.. again]));
    }

    /// <summary>Records what is final; returns the rows that are worth another request.</summary>
    private List<int> Settle(BatchPart part, DeliveryReport report)
    {
        var again = new List<int>();
        for (var row = 0; row < report.Count; row++)
        {
            var outcome = report[row];
            if (outcome.MayHaveArrived && !replaySafe)
                outcome = RowOutcome.Unknown(outcome.Code!, outcome.Message!);
            if (outcome.Kind is not OutcomeKind.Retry)
                Outcomes[part.Origin(row)] = outcome;
            if (outcome.Kind is OutcomeKind.Retry || (outcome.Kind is OutcomeKind.Unknown && replaySafe))
                again.Add(row);
            _accepted += outcome.IsAccepted ? 1 : 0;
        }

        if (report.IsWholeBatch)
            _refusedAlone++;
        return again;
    }

    private void Split(BatchPart part, RowOutcome refusal)
    {
        var rows = Enumerable.Range(0, part.Batch.Count).ToArray();
        if (_accepted == 0 && _refusedAlone >= RefusedAloneLimit)
        {
            foreach (var row in rows)
                Outcomes[part.Origin(row)] = refusal with { Due = null };
            return;
        }

        // The first half is on top: rows go out in the plan's order.
        var half = rows.Length / 2;
        _open.Push(part.Take(rows[half..]));
        _open.Push(part.Take(rows[..half]));
    }

    private void GiveUp(BatchPart part, List<int> rows, RowOutcome last)
    {
        if (last.Code == OutcomeCodes.Unreachable)
            throw new DestinationException($"{last.Message}; tried {part.Attempt} times. Check the address and the network, then run the sync again");
        var exhausted = RowOutcome.Rejected(OutcomeCodes.RetriesExhausted, $"gave up after {part.Attempt} attempts: {last.Message}");
        foreach (var row in rows)
            Outcomes[part.Origin(row)] ??= exhausted;
    }

    private DeliveryReportBuilder Collected()
    {
        var report = DeliveryReport.For(batch);
        for (var row = 0; row < Outcomes.Length; row++)
        {
            if (Outcomes[row] is { } outcome)
                report.Set(row, outcome);
        }

        return report;
    }
}
