using System.Collections.Concurrent;
using ReverseEtl.Core.Delivery;
using ReverseEtl.Core.State;

namespace ReverseEtl.Http.Resilience;

/// <summary>The process's buckets, one per entry of <c>destinations</c> in cdp.config.json.</summary>
/// <param name="time">The clock of waits.</param>
/// <param name="shared">The budgets that other processes use too; null where there is this one only.</param>
public sealed class RateBuckets(TimeProvider time, IRequestBudgets? shared = null) : IAsyncDisposable
{
    private readonly ConcurrentDictionary<string, (RateBucket Bucket, SharedBudget? Shared)> _buckets = new(StringComparer.Ordinal);

    /// <summary>The bucket of a destination; made with the budget of whoever asks first.</summary>
    public RateBucket For(string destination, RateBudget? budget) => _buckets.GetOrAdd(destination, name => Make(name, budget)).Bucket;

    /// <summary>Waits until the other processes know what was pushed back.</summary>
    public async ValueTask DisposeAsync() => await Task.WhenAll(_buckets.Values.Select(made => made.Shared?.Telling ?? Task.CompletedTask));

    private (RateBucket, SharedBudget?) Make(string destination, RateBudget? budget)
    {
        var told = shared is null ? null : new SharedBudget(shared, destination, budget, time);
        return (new RateBucket(budget, time, told), told);
    }
}
