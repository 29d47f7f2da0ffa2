using System.Diagnostics.Metrics;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using ReverseEtl.Core.State;
using ReverseEtl.Server.Hosting;
using ReverseEtl.Server.Scheduling;

namespace ReverseEtl.Server.Observing;

/// <summary>How every sync stands, as gauges: read from the control store now and then, so that each worker tells of what all did.</summary>
internal sealed partial class SyncGauges : BackgroundService
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(15);

    // Runs of one sync to look through for one that delivered.
    private const int Looked = 20;

    private readonly ProjectHost _host;
    private readonly TimeProvider _time;
    private readonly ILogger<SyncGauges> _log;
    private volatile IReadOnlyList<Standing> _standings = [];

    public SyncGauges(ProjectHost host, ServiceMetrics metrics, TimeProvider time, ILogger<SyncGauges> log)
    {
        (_host, _time, _log) = (host, time, log);
        metrics.Meter.CreateObservableGauge("cdp.sync.freshness", () => Freshness(), "s", "Since the sync last delivered all that it could.");
        metrics.Meter.CreateObservableGauge("cdp.sync.lag", () => Lag(), "s", "Since the sync was due and has not run.");
        metrics.Meter.CreateObservableGauge("cdp.sync.rejected", () => Rejected(), "{row}", "Rows that the destination refused and has not accepted since.");
        metrics.Meter.CreateObservableGauge("cdp.project.problems", () => host.Loaded.Problems.Count, "{problem}", "What keeps the project's changed files from being taken up.");
    }

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Interval, _time);
        do
        {
            try
            {
                _standings = await ReadAsync(stoppingToken);
            }
            catch (ControlStoreException error)
            {
                Unread(error.Message);
            }
        }
        while (await timer.WaitForNextTickAsync(stoppingToken));
    }

    private async Task<IReadOnlyList<Standing>> ReadAsync(CancellationToken cancellationToken)
    {
        var store = await _host.Shared.StoreAsync(cancellationToken);
        var standings = new List<Standing>();
        foreach (var sync in _host.Current.Syncs)
        {
            var runs = await store.ListRunsAsync(sync.Name, Looked, cancellationToken);
            var fresh = runs.FirstOrDefault(run => run.Status is RunStatus.Succeeded or RunStatus.Unchanged or RunStatus.Partial)?.AsOf;
            var due = sync.File.Schedule is { } schedule && runs is [var last, ..] ? Timetable.After(sync.Name, schedule, last.AsOf) : null;
            standings.Add(new Standing(sync.Name, fresh, due, await store.CountRejectedAsync(sync.Name, cancellationToken)));
        }

        return standings;
    }

    private IEnumerable<Measurement<double>> Freshness() =>
        from standing in _standings where standing.Fresh is not null
        select Measure(standing, (_time.GetUtcNow() - standing.Fresh!.Value).TotalSeconds);

    private IEnumerable<Measurement<double>> Lag() =>
        from standing in _standings where standing.Due is not null
        select Measure(standing, Math.Max(0, (_time.GetUtcNow() - standing.Due!.Value).TotalSeconds));

    private IEnumerable<Measurement<double>> Rejected() => from standing in _standings select Measure(standing, standing.Rejected);

    private static Measurement<double> Measure(Standing standing, double value) => new(value, new KeyValuePair<string, object?>("sync", standing.Sync));

    [LoggerMessage(Level = LogLevel.Warning, Message = "could not read how syncs stand: {Error}")]
    private partial void Unread(string error);

    private sealed record Standing(string Sync, DateTimeOffset? Fresh, DateTimeOffset? Due, long Rejected);
}
