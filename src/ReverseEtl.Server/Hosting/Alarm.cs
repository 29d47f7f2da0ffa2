using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using ReverseEtl.Core.Alerts;
using ReverseEtl.Core.Delivery;
using ReverseEtl.Core.Projects;
using ReverseEtl.Core.State;
using ReverseEtl.Server.Alerts;
using ReverseEtl.Server.Composition;

namespace ReverseEtl.Server.Hosting;

/// <summary>Has alerts follow what runs, and looks once a minute for what no run shows. What it cannot do now it does the next time.</summary>
internal sealed partial class Alarm(AlertService alerts, ProjectHost host, TimeProvider time, ILogger<Alarm> log) : BackgroundService
{
    // No sync has such a name.
    private const string Turn = ":alarm";

    private static readonly TimeSpan Interval = TimeSpan.FromMinutes(1);

    /// <summary>A sync's turn is over.</summary>
    public Task FollowAsync(Sync sync, CancellationToken cancellationToken) => TryAsync(async () =>
    {
        // How the last one went counts: what an interrupted one left, that one sent again. One that could not go on is still open.
        if (await (await host.Shared.StoreAsync(cancellationToken)).ListRunsAsync(sync.Name, 1, cancellationToken) is [var last])
            await alerts.AfterRunAsync(SyncAlerts.Of(sync, host.Current.Config.Alerts), last, cancellationToken);
    });

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Interval, time);
        while (await timer.WaitForNextTickAsync(stoppingToken))
            await TryAsync(() => LookAsync(stoppingToken));
    }

    /// <summary>One look. Workers look one after the other, so that nothing is found, and told, twice.</summary>
    private async Task LookAsync(CancellationToken cancellationToken)
    {
        try
        {
            await using var turn = await HeldLease.AcquireAsync(await host.Shared.StoreAsync(cancellationToken), Turn, ThisProcess.Holder, time, cancellationToken);
            await alerts.TickAsync(cancellationToken);
        }
        catch (SyncBusyException)
        {
            // Another worker is at it.
        }
    }

    private async Task TryAsync(Func<Task> work)
    {
        try
        {
            await work();
        }
        catch (ControlStoreException error)
        {
            Failed(error.Message);
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "could not follow alerts: {Error}")]
    private partial void Failed(string error);
}
