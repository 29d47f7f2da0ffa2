using ReverseEtl.Core.Delivery;

namespace ReverseEtl.Http.Vendors;

/// <summary>A batch that is larger than a request of its vendor may be: sent in several, one after the other, until one of them fails.</summary>
public static class BatchChunks
{
    /// <summary>Sends a batch. A part of one row that is refused is refused alone, and the others go on. Rows that were not sent because of an earlier request are to be tried again, or rejected where that would not help.</summary>
    /// <param name="batch">The rows.</param>
    /// <param name="rows">Rows per request at the most.</param>
    /// <param name="send">Sends some of them.</param>
    /// <param name="cancellationToken">Cancels what is not sent yet.</param>
    public static async ValueTask<DeliveryReport> SendAsync(
        ChangeBatch batch, int rows, Func<ChangeBatch, CancellationToken, ValueTask<DeliveryReport>> send, CancellationToken cancellationToken)
    {
        if (batch.Count <= rows)
            return await send(batch, cancellationToken);
        var report = DeliveryReport.For(batch);
        foreach (var chunk in Enumerable.Range(0, batch.Count).Chunk(rows))
        {
            using var part = batch.Take(chunk, $"{batch.Id}-{chunk[0]}");
            var (sent, rest) = await TryAsync(part, isFirst: chunk[0] == 0, send, cancellationToken);
            // It then comes first the next time, and is cut until the bad row stands alone.
            if (sent is { IsWholeBatch: true } && part.Count > 1)
                return chunk[0] == 0 ? DeliveryReport.BatchRejected(batch, sent[0].Code!, sent[0].Message!) : report.BuildWithRest(RowOutcome.Retry(sent[0].Code!, sent[0].Message!));
            for (var row = 0; row < sent?.Count; row++)
                report.Set(chunk[row], sent[row]);
            if (rest is { } stop)
                return report.BuildWithRest(stop);
        }

        return report.Build();
    }

    /// <summary>What became of a part, and what becomes of the parts after it where nothing more should be sent.</summary>
    private static async ValueTask<(DeliveryReport? Sent, RowOutcome? Unsent)> TryAsync(
        ChangeBatch part, bool isFirst, Func<ChangeBatch, CancellationToken, ValueTask<DeliveryReport>> send, CancellationToken cancellationToken)
    {
        try
        {
            var sent = await send(part, cancellationToken);
            var failed = Enumerable.Range(0, sent.Count).All(row => sent[row].Kind is OutcomeKind.Retry or OutcomeKind.Unknown);
            return (sent, failed ? RowOutcome.Retry(sent[0].Code!, $"not sent, as a request before it failed: {sent[0].Message}", sent[0].RetryAfter) : null);
        }
        catch (NotNowException busy) when (!isFirst)
        {
            return (null, busy.Outcome);
        }
        catch (DestinationException unusable) when (!isFirst)
        {
            return (null, RowOutcome.Rejected(OutcomeCodes.DestinationUnusable, unusable.Message));
        }
        catch (OperationCanceledException) when (!isFirst && cancellationToken.IsCancellationRequested)
        {
            return (null, RowOutcome.Rejected(OutcomeCodes.Cancelled, "the run was cancelled before this row was sent"));
        }
    }
}
