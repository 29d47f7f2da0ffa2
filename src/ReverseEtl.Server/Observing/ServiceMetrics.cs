using System.Diagnostics;
using System.Diagnostics.Metrics;

namespace ReverseEtl.Server.Observing;

/// <summary>What the service measures of itself. Names end up as <c>cdp_...</c> in Prometheus; durations are in seconds.</summary>
internal sealed class ServiceMetrics : IDisposable
{
    /// <summary>The meter's and the traces' name.</summary>
    public const string Name = "ReverseEtl";

    // Seconds: from what a store takes to what a first sync of millions takes.
    private static readonly InstrumentAdvice<double> Durations = new() { HistogramBucketBoundaries = [0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2, 5, 10, 30, 60, 300, 1800, 7200] };

    private readonly Meter _meter = new(Name);
    private readonly Histogram<double> _delay;
    private readonly Counter<long> _skipped;
    private readonly Counter<long> _runs;
    private readonly Counter<long> _rows;
    private readonly Histogram<double> _duration;
    private readonly UpDownCounter<long> _underWay;

    public ServiceMetrics()
    {
        _delay = _meter.CreateHistogram<double>("cdp.schedule.delay", "s", "From when a turn was due to when it began.", tags: null, Durations);
        _skipped = _meter.CreateCounter<long>("cdp.schedule.skipped", "{turn}", "Turns that were not taken, by reason: paused, or covered by a run that began after they were due.");
        _runs = _meter.CreateCounter<long>("cdp.runs", "{run}", "Runs that ended, by status.");
        _rows = _meter.CreateCounter<long>("cdp.rows", "{row}", "Rows by what became of them.");
        _duration = _meter.CreateHistogram<double>("cdp.run.duration", "s", "Runs, from their beginning to their end.", tags: null, Durations);
        _underWay = _meter.CreateUpDownCounter<long>("cdp.runs.active", "{run}", "Runs under way in this process.");
    }

    /// <summary>Where traces begin.</summary>
    public static ActivitySource Traces { get; } = new(Name);

    /// <summary>The meter, for gauges of others.</summary>
    public Meter Meter => _meter;

    /// <summary>A turn begins.</summary>
    public void Fired(string sync, TimeSpan delay) => _delay.Record(Math.Max(0, delay.TotalSeconds), Sync(sync));

    /// <summary>A turn was not taken.</summary>
    public void Skipped(string sync, string reason) => _skipped.Add(1, Sync(sync), new("reason", reason));

    /// <summary>A turn is under way in this process until what is returned is disposed.</summary>
    public IDisposable UnderWay()
    {
        _underWay.Add(1);
        return new Ending(_underWay);
    }

    /// <summary>A run ended.</summary>
    public void Finished(Core.State.RunRecord run)
    {
        _runs.Add(1, Sync(run.Sync), new("status", run.Status.ToString().ToLowerInvariant()));
        _duration.Record(run.DurationMs / 1000.0, Sync(run.Sync));
        Add(run.Sync, "accepted", run.Accepted);
        Add(run.Sync, "rejected", run.Rejected);
        Add(run.Sync, "unknown", run.Unknown);
        Add(run.Sync, "quarantined", run.Quarantined);
    }

    /// <inheritdoc/>
    public void Dispose() => _meter.Dispose();

    private void Add(string sync, string outcome, long rows)
    {
        if (rows > 0)
            _rows.Add(rows, Sync(sync), new("outcome", outcome));
    }

    private static KeyValuePair<string, object?> Sync(string sync) => new("sync", sync);

    private sealed class Ending(UpDownCounter<long> counter) : IDisposable
    {
        public void Dispose() => counter.Add(-1);
    }
}
