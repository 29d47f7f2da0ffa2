using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Quartz;
using ReverseEtl.Core.Delivery;
using ReverseEtl.Core.Projects;
using ReverseEtl.Server.Hosting;
using ReverseEtl.Server.Observing;

namespace ReverseEtl.Server.Scheduling;

/// <summary>One turn of one sync. Never two at once of the same sync, on whichever workers.</summary>
[DisallowConcurrentExecution]
internal sealed partial class SyncJob(
    ProjectHost host, SyncRuns runs, QuartzSchedule schedule, Chains chains, Alarm alarm, ServiceMetrics metrics, IHostApplicationLifetime life, TimeProvider time, ILogger<SyncJob> log) : IJob
{
    private static readonly TimeSpan BusyWait = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan FirstWait = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan LongestWait = TimeSpan.FromMinutes(30);

    /// <inheritdoc/>
    public async ValueTask Execute(IJobExecutionContext context, CancellationToken cancellationToken = default)
    {
        try
        {
            await TakeTurnAsync(context, cancellationToken);
        }
        catch (Exception error) when (error is not OperationCanceledException)
        {
            // The control store is away, or it is a bug: whoever asked is told, and the schedule goes on.
            Broken(context.JobDetail.Key.Name, error);
            if (context.MergedJobDataMap.TryGetValue(SyncKeys.RunId, out var runId))
                await schedule.FailAsync((string)runId!, error.Message, cancellationToken);
        }
    }

    private async Task TakeTurnAsync(IJobExecutionContext context, CancellationToken cancellationToken)
    {
        var name = context.JobDetail.Key.Name;
        var asked = AskedRun.Of(context.MergedJobDataMap);
        if (host.Current.Syncs.FirstOrDefault(candidate => candidate.Name == name) is not { } sync)
        {
            // Another worker has newer files, or older ones.
            SkippedUnknown(name);
            return;
        }

        metrics.Fired(name, time.GetUtcNow() - (context.ScheduledFireTimeUtc ?? context.FireTimeUtc));
        if (asked.RunId is null && await WhySkippedAsync(sync, context, cancellationToken) is { } why)
        {
            metrics.Skipped(name, why);
            Skipped(name, why);
            return;
        }

        await RunAsync(sync, asked, cancellationToken);
    }

    private async Task RunAsync(Sync sync, AskedRun asked, CancellationToken cancellationToken)
    {
        try
        {
            var result = await runs.RunAsync(sync, asked, cancellationToken);
            if (asked.RunId is not null)
                await schedule.ForgetAsync(asked.RunId, cancellationToken);
            await chains.FollowAsync(sync, result.Runs, cancellationToken);
            await alarm.FollowAsync(sync, cancellationToken);
            if (result.Error is not null)
                await RetryAsync(sync, asked, result.Error, cancellationToken);
        }
        catch (SyncBusyException busy)
        {
            Busy(sync.Name, busy.Message);
            await schedule.AddAsync(sync, SyncKeys.Again, asked, time.GetUtcNow() + BusyWait, null, cancellationToken);
        }
        catch (OperationCanceledException) when (!life.ApplicationStopping.IsCancellationRequested)
        {
            // A person cancelled it; when the service stops, Quartz hears of it and hands the turn on.
            Cancelled(sync.Name);
            if (asked.RunId is not null)
                await schedule.ForgetAsync(asked.RunId, CancellationToken.None);
        }
    }

    /// <summary>Why a turn that the schedule gave is not taken.</summary>
    private async Task<string?> WhySkippedAsync(Sync sync, IJobExecutionContext context, CancellationToken cancellationToken)
    {
        if (await schedule.FindPauseAsync(sync.Name, cancellationToken) is not null)
            return "paused";
        if (context.Recovering)
            return null;
        var store = await host.Shared.StoreAsync(cancellationToken);
        // What was due while a run was under way, or waited for its turn, is covered by a run that began after.
        return await store.ListRunsAsync(sync.Name, 1, cancellationToken) is [var last]
            && last.AsOf > context.ScheduledFireTimeUtc && last.FinishedAt is not null
            ? "covered"
            : null;
    }

    /// <summary>What a failure left open is tried again sooner than the schedule has it; so is what somebody asked for.</summary>
    private async Task RetryAsync(Sync sync, AskedRun asked, string error, CancellationToken cancellationToken)
    {
        var store = await host.Shared.StoreAsync(cancellationToken);
        if (await store.FindOpenRunAsync(sync.Name, cancellationToken) is null)
            return;
        var wait = FirstWait * Math.Pow(2, Math.Min(asked.Attempt, 10));
        var again = AskedRun.Plain with { Attempt = asked.Attempt + 1 };
        await schedule.AddAsync(sync, SyncKeys.Again, again, time.GetUtcNow() + (wait < LongestWait ? wait : LongestWait), null, cancellationToken);
        Retried(sync.Name, error);
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "{Sync}: its turn broke off")]
    private partial void Broken(string sync, Exception error);

    [LoggerMessage(Level = LogLevel.Warning, Message = "{Sync}: this worker's project has no such sync; do all workers have the same files?")]
    private partial void SkippedUnknown(string sync);

    [LoggerMessage(Level = LogLevel.Debug, Message = "{Sync}: turn not taken, {Why}")]
    private partial void Skipped(string sync, string why);

    [LoggerMessage(Level = LogLevel.Information, Message = "{Sync}: waits, as {Why}")]
    private partial void Busy(string sync, string why);

    [LoggerMessage(Level = LogLevel.Warning, Message = "{Sync}: cancelled; the next run resumes what it left")]
    private partial void Cancelled(string sync);

    [LoggerMessage(Level = LogLevel.Warning, Message = "{Sync}: a run stays open and is resumed soon: {Error}")]
    private partial void Retried(string sync, string error);
}
