using ReverseEtl.Core.Delivery;

namespace ReverseEtl.Http.Resilience;

/// <summary>
/// Drives a connector: keeps its request budget, repeats what is worth repeating, isolates bad rows. Its reports have no
/// <see cref="OutcomeKind.Retry"/> left.
/// <list type="bullet">
/// <item>Rows to retry are sent again alone. If those are all rows of the request, it goes out again unchanged under the same id, so
/// that a receiver which did get it can drop the repeat; a part has an id of its own, made from its rows and therefore the same after
/// a restart.</item>
/// <item>An unanswered request is repeated only where <see cref="DestinationDescriptor.ReplaySafe"/> says that this does no harm. A
/// row that was once unanswered stays <see cref="OutcomeKind.Unknown"/> until the destination speaks about it.</item>
/// <item>A request refused as a whole is cut in halves until the bad row stands alone.</item>
/// <item>An exception means that no row of the batch has arrived or may have. If one has, there is a report, and in it the rows that
/// were not sent are rejected.</item>
/// <item>Once the destination said that it cannot be used nothing more is sent: wrong credentials cost one request per caller, not
/// one per batch.</item>
/// </list>
/// </summary>
public sealed class ResilientDestination(IDestination inner, RateBucket rate, RetryPolicy policy, TimeProvider time) : IDestination
{
    private volatile DestinationException? _unusable;

    /// <inheritdoc/>
    public DestinationDescriptor Descriptor => inner.Descriptor;

    /// <inheritdoc/>
    public ValueTask CheckAsync(CancellationToken cancellationToken) => inner.CheckAsync(cancellationToken);

    /// <inheritdoc/>
    public ValueTask<long?> CountAsync(CancellationToken cancellationToken) => inner.CountAsync(cancellationToken);

    /// <inheritdoc/>
    public ValueTask<DeliveryReport> DeliverAsync(ChangeBatch batch, CancellationToken cancellationToken) =>
        new BatchDelivery(batch, Descriptor.ReplaySafe, SendAsync, policy, time).RunAsync(cancellationToken);

    /// <inheritdoc/>
    public ValueTask CompleteAsync(CancellationToken cancellationToken) => inner.CompleteAsync(cancellationToken);

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => inner.DisposeAsync();

    private async ValueTask<DeliveryReport> SendAsync(ChangeBatch batch, CancellationToken cancellationToken)
    {
        ThrowIfUnusable();
        await rate.EnterAsync(cancellationToken);
        var throttled = false;
        try
        {
            ThrowIfUnusable();
            var report = await inner.DeliverAsync(batch, cancellationToken);
            throttled = IsThrottled(report);
            if (LongestWait(report) is { } wait)
                Throttle(wait);
            return report;
        }
        catch (DestinationException unusable)
        {
            _unusable ??= unusable;
            throw;
        }
        finally
        {
            rate.Answered(throttled);
        }
    }

    private void Throttle(TimeSpan wait)
    {
        // Nobody should hang for hours on a word of the vendor: the next batch is told that the destination is out for now.
        if (wait > policy.Budget)
            _unusable = new DestinationException($"the destination asks to wait {wait}; run the sync again after that");
        else
            rate.PushBack(wait);
    }

    private void ThrowIfUnusable()
    {
        if (_unusable is { } unusable)
            throw new DestinationException(unusable.Message, unusable) { IsUnreachable = unusable.IsUnreachable };
    }

    // As a whole: a row that is busy by itself says nothing of the others.
    private static bool IsThrottled(DeliveryReport report)
    {
        if (report.AllAccepted)
            return false;
        for (var row = 0; row < report.Count; row++)
        {
            if (report[row].Kind is not OutcomeKind.Retry)
                return false;
        }

        return true;
    }

    private static TimeSpan? LongestWait(DeliveryReport report)
    {
        if (report.AllAccepted)
            return null;
        TimeSpan? longest = null;
        for (var row = 0; row < report.Count; row++)
        {
            if (report[row].RetryAfter is { } wait && (longest is null || wait > longest))
                longest = wait;
        }

        return longest;
    }
}
