using System.Diagnostics;
using System.Diagnostics.Metrics;
using ReverseEtl.Core.Delivery;

namespace ReverseEtl.Http.Resilience;

/// <summary>What the kit measures: how long batches take, and how long requests wait for their account's budget. In seconds.</summary>
public static class KitMetrics
{
    /// <summary>The meter's name.</summary>
    public const string Name = "ReverseEtl.Http";

    private static readonly Meter Meter = new(Name);

    private static readonly InstrumentAdvice<double> Durations = new() { HistogramBucketBoundaries = [0.001, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300] };

    internal static Histogram<double> Batches { get; } =
        Meter.CreateHistogram("cdp.batch.duration", "s", "Batches, from when they are handed over to their last answer.", tags: null, Durations);

    internal static Histogram<double> Waits { get; } =
        Meter.CreateHistogram("cdp.rate_limit.wait", "s", "Requests that waited for the budget of their account, or as the vendor asked to.", tags: null, Durations);
}

/// <summary>Measures how long batches take.</summary>
internal sealed class MeteredDestination(IDestination inner, string account) : IDestination
{
    /// <inheritdoc/>
    public DestinationDescriptor Descriptor => inner.Descriptor;

    /// <inheritdoc/>
    public ValueTask CheckAsync(CancellationToken cancellationToken) => inner.CheckAsync(cancellationToken);

    /// <inheritdoc/>
    public ValueTask<long?> CountAsync(CancellationToken cancellationToken) => inner.CountAsync(cancellationToken);

    /// <inheritdoc/>
    public async ValueTask<DeliveryReport> DeliverAsync(ChangeBatch batch, CancellationToken cancellationToken)
    {
        var start = Stopwatch.GetTimestamp();
        var report = await inner.DeliverAsync(batch, cancellationToken);
        KitMetrics.Batches.Record(Stopwatch.GetElapsedTime(start).TotalSeconds, new KeyValuePair<string, object?>("destination", account));
        return report;
    }

    /// <inheritdoc/>
    public ValueTask CompleteAsync(CancellationToken cancellationToken) => inner.CompleteAsync(cancellationToken);

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => inner.DisposeAsync();
}

/// <summary>Measures how long requests wait; those that need not are not counted.</summary>
internal sealed class MeteredGate(IRequestGate inner, string account) : IRequestGate
{
    /// <inheritdoc/>
    public async ValueTask TakeAsync(CancellationToken cancellationToken)
    {
        var taking = inner.TakeAsync(cancellationToken);
        if (taking.IsCompletedSuccessfully)
            return;
        var start = Stopwatch.GetTimestamp();
        await taking;
        KitMetrics.Waits.Record(Stopwatch.GetElapsedTime(start).TotalSeconds, new KeyValuePair<string, object?>("destination", account));
    }

    /// <inheritdoc/>
    public void PushBack(TimeSpan wait) => inner.PushBack(wait);
}
