using ReverseEtl.Core.Delivery;
using ReverseEtl.Core.Delivery.Objects;
using ReverseEtl.Http.Messages;
using ReverseEtl.Http.Resilience;
using ReverseEtl.Http.Shaping;

namespace ReverseEtl.Http;

/// <summary>Puts a connector into the kit.</summary>
public static class DestinationKit
{
    /// <summary>Opens a destination whose batches are shaped, kept within the account's budget, repeated and isolated as they must be.</summary>
    /// <param name="type">The kind of destination.</param>
    /// <param name="request">What it is opened for.</param>
    /// <param name="buckets">The budgets of accounts.</param>
    /// <param name="account">The destination's name: its syncs share a budget.</param>
    /// <param name="policy">How long to try.</param>
    /// <param name="time">The clock of waits between attempts.</param>
    public static IDestination Open(IDestinationType type, DestinationRequest request, RateBuckets buckets, string account, RetryPolicy policy, TimeProvider time)
    {
        var spec = type.Describe(request.Options, request.Object);
        var bucket = buckets.For(account, spec.Rate);
        var driven = new ResilientDestination(type.Open(request with { Gate = new MeteredGate(bucket, account) }), bucket, policy, time);
        return ShapedDestination.Wrap(LimitedDestination.Wrap(new MeteredDestination(driven, account), spec, request), spec, request);
    }

    /// <summary>A batch as a connector would get it, for looks that send nothing. The batch stays its owner's.</summary>
    /// <param name="spec">The object.</param>
    /// <param name="request">What the destination is opened for.</param>
    /// <param name="batch">The batch, as the plan has it.</param>
    public static ShapedBatch Shape(ObjectSpec spec, DestinationRequest request, ChangeBatch batch) => new BatchShaper(spec, request).Shape(batch);
}
