using System.Collections.Concurrent;
using ReverseEtl.Core.Delivery;

namespace ReverseEtl.Http.Resilience;

/// <summary>The process's buckets, one per entry of <c>destinations</c> in cdp.config.json.</summary>
public sealed class RateBuckets(TimeProvider time)
{
    private readonly ConcurrentDictionary<string, RateBucket> _buckets = new(StringComparer.Ordinal);

    /// <summary>The bucket of a destination; made with the budget of whoever asks first.</summary>
    public RateBucket For(string destination, RateBudget? budget) =>
        _buckets.GetOrAdd(destination, _ => new RateBucket(budget, time));
}
