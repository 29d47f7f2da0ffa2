using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using ReverseEtl.Core.Projects;
using ReverseEtl.Core.State;
using ReverseEtl.Server.Composition;
using ReverseEtl.Server.Hosting;

namespace ReverseEtl.Server.Scheduling;

/// <summary>
/// Looks from time to time for what nobody else takes care of: runs whose worker is gone, chains that it could not pass on. Every worker
/// looks; what two find is done once.
/// </summary>
internal sealed partial class Housekeeping(
    ProjectHost host, QuartzSchedule schedule, Chains chains, TimeProvider time, ILogger<Housekeeping> log) : BackgroundService
{
    /// <summary>How often.</summary>
    public static readonly TimeSpan Interval = TimeSpan.FromSeconds(15);

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Interval, time);
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            try
            {
                await LookAsync(stoppingToken);
            }
            catch (Exception error) when (error is not OperationCanceledException)
            {
                // The store or the scheduler's database is away: the next look may find them.
                Failed(error.Message);
            }
        }
    }

    /// <summary>One look.</summary>
    public async Task LookAsync(CancellationToken cancellationToken)
    {
        foreach (var sync in host.Current.Syncs.Where(sync => sync.File.Schedule?.ToString() is not (null or "manual")))
        {
            if (await IsAbandonedAsync(sync, cancellationToken)
                && await schedule.AddAsync(sync, SyncKeys.Again, AskedRun.Plain with { Attempt = 1 }, time.GetUtcNow(), null, cancellationToken))
            {
                TakenOver(sync.Name);
            }
        }

        await chains.FollowAllAsync(cancellationToken);
        await schedule.SettleRequestsAsync(cancellationToken);
    }

    private async Task<bool> IsAbandonedAsync(Sync sync, CancellationToken cancellationToken)
    {
        var store = await host.Shared.StoreAsync(cancellationToken);
        if (await store.ListRunsAsync(sync.Name, 1, cancellationToken) is not [{ Status: RunStatus.Running }])
            return false;
        var lease = await store.FindLeaseAsync(sync.Name, cancellationToken);
        return (lease is null || lease.RanOut || ThisProcess.Holder.IsDead(lease.Name)) && await store.FindOpenRunAsync(sync.Name, cancellationToken) is not null;
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "{Sync}: its run was interrupted, and nobody works on it; it is resumed")]
    private partial void TakenOver(string sync);

    [LoggerMessage(Level = LogLevel.Warning, Message = "could not look after interrupted runs: {Error}")]
    private partial void Failed(string error);
}
