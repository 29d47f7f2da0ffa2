using Quartz;
using ReverseEtl.Core.Delivery;
using ReverseEtl.Core.Projects;
using ReverseEtl.Server.Composition;
using ReverseEtl.Server.Hosting;

namespace ReverseEtl.Server.Scheduling;

/// <summary>Schedules in Quartz; pauses and requests in the control store, where every worker sees them.</summary>
internal sealed class QuartzSchedule(ISchedulerFactory factory, ProjectHost host, TimeProvider time) : ISyncSchedule
{
    // Before what the clock has due, so that people do not wait behind it.
    private const int AskedPriority = 20;

    private readonly Remembered<Pause> _pauses = new(host.Shared.StoreAsync, ":pauses");
    private readonly Remembered<RequestedRun> _requests = new(host.Shared.StoreAsync, ":requests");

    /// <inheritdoc/>
    public async Task<string> RequestAsync(string sync, RunOptions options, string by, CancellationToken cancellationToken)
    {
        var runId = Session.NewRunId(sync, time);
        await _requests.SetAsync(runId, new RequestedRun(runId, sync, time.GetUtcNow(), by, Error: null), cancellationToken);
        await AddAsync(Find(sync), $"asked {runId}", new AskedRun(runId, options, by, 0), time.GetUtcNow(), AskedPriority, cancellationToken);
        return runId;
    }

    /// <inheritdoc/>
    public Task<RequestedRun?> FindRequestAsync(string runId, CancellationToken cancellationToken) => _requests.FindAsync(runId, cancellationToken);

    /// <inheritdoc/>
    public async Task<bool> CancelAsync(string sync, CancellationToken cancellationToken)
    {
        var scheduler = await factory.GetScheduler(cancellationToken);
        var waiting = await scheduler.GetTriggersOfJob(SyncKeys.Job(sync), cancellationToken);
        var taken = false;
        foreach (var trigger in waiting.Where(trigger => trigger.Key.Name != SyncKeys.Clock))
        {
            if (!await scheduler.UnscheduleJob(trigger.Key, cancellationToken))
                continue;
            taken = true;
            if (AskedRun.Of(trigger.JobDataMap).RunId is { } runId)
                await ForgetAsync(runId, cancellationToken);
        }

        return await scheduler.Interrupt(SyncKeys.Job(sync), cancellationToken) || taken;
    }

    /// <inheritdoc/>
    public Task PauseAsync(string sync, Pause pause, CancellationToken cancellationToken) => _pauses.SetAsync(sync, pause, cancellationToken);

    /// <inheritdoc/>
    public async Task<bool> ResumeAsync(string sync, CancellationToken cancellationToken)
    {
        if (await _pauses.FindAsync(sync, cancellationToken) is null)
            return false;
        await _pauses.SetAsync(sync, null, cancellationToken);
        return true;
    }

    /// <inheritdoc/>
    public async Task<IReadOnlyList<(string Sync, string RunId)>> RaiseAsync(string name, string by, CancellationToken cancellationToken)
    {
        var asked = new List<(string, string)>();
        foreach (var sync in host.Current.Syncs.Where(sync => sync.File.Schedule?.On == name))
        {
            // The event is the sync's schedule, and a pause lets that pass.
            if (await FindPauseAsync(sync.Name, cancellationToken) is null)
                asked.Add((sync.Name, await RequestAsync(sync.Name, new RunOptions(), by, cancellationToken)));
        }

        return asked;
    }

    /// <inheritdoc/>
    public async Task<SyncTiming> FindAsync(string sync, CancellationToken cancellationToken)
    {
        var scheduler = await factory.GetScheduler(cancellationToken);
        var pause = await FindPauseAsync(sync, cancellationToken);
        var clock = await scheduler.GetTrigger(SyncKeys.Trigger(sync, SyncKeys.Clock), cancellationToken);
        return new SyncTiming($"{Find(sync).File.Schedule}" is { Length: > 0 } said ? said : "manual", pause is null ? clock?.NextFireTimeUtc : null, pause);
    }

    /// <summary>The pause of a sync, or null.</summary>
    public Task<Pause?> FindPauseAsync(string sync, CancellationToken cancellationToken) => _pauses.FindAsync(sync, cancellationToken);

    /// <summary>A requested run has begun and is the control store's, or was taken back.</summary>
    public Task ForgetAsync(string runId, CancellationToken cancellationToken) => _requests.SetAsync(runId, null, cancellationToken);

    /// <summary>A requested run could not begin.</summary>
    public async Task FailAsync(string runId, string error, CancellationToken cancellationToken)
    {
        if (await _requests.FindAsync(runId, cancellationToken) is { } request)
            await _requests.SetAsync(runId, request with { Error = error }, cancellationToken);
    }

    /// <summary>
    /// Says of requests that nobody carries any more that they failed: those of another life of an in-memory scheduler, or lost with a
    /// database. Those that were there to be read for a day are forgotten.
    /// </summary>
    public async Task SettleRequestsAsync(CancellationToken cancellationToken)
    {
        foreach (var (runId, request) in await _requests.ListAsync(cancellationToken))
        {
            if (host.Current.Syncs.All(sync => sync.Name != request.Sync) || request.At < time.GetUtcNow() - TimeSpan.FromDays(1))
                await ForgetAsync(runId, cancellationToken);
            else if (request.Error is null && request.At < time.GetUtcNow() - TimeSpan.FromMinutes(1) && !await IsCarriedAsync(request, cancellationToken))
                await FailAsync(runId, "it was lost before it began, as the service stopped; ask for it again", cancellationToken);
        }
    }

    /// <summary>Has a sync run once. Where it is due for that reason already, nothing is added.</summary>
    /// <returns>False where it was due for that reason already.</returns>
    public async Task<bool> AddAsync(Sync sync, string reason, AskedRun asked, DateTimeOffset at, int? priority, CancellationToken cancellationToken)
    {
        var scheduler = await factory.GetScheduler(cancellationToken);
        var trigger = TriggerBuilder.Create(time)
            .WithIdentity(SyncKeys.Trigger(sync.Name, reason))
            .ForJob(SyncKeys.Job(sync.Name))
            .WithExecutionGroup(ProjectTriggers.GroupOf(sync))
            .WithPriority(priority ?? sync.File.Schedule?.Priority ?? ProjectTriggers.UsualPriority)
            .WithSchedule(SimpleScheduleBuilder.Create().WithMisfireInstruction(SimpleTriggerMisfireInstruction.FireNow))
            .UsingJobData(asked.Data())
            .StartAt(at)
            .Build();
        try
        {
            await ProjectTriggers.EnsureJobAsync(scheduler, sync.Name, cancellationToken);
            await scheduler.ScheduleJob(trigger, cancellationToken: cancellationToken);
            return true;
        }
        catch (ObjectAlreadyExistsException)
        {
            return false;
        }
    }

    private async Task<bool> IsCarriedAsync(RequestedRun request, CancellationToken cancellationToken)
    {
        var scheduler = await factory.GetScheduler(cancellationToken);
        var triggers = await scheduler.GetTriggersOfJob(SyncKeys.Job(request.Sync), cancellationToken);
        return triggers.Any(trigger => AskedRun.Of(trigger.JobDataMap).RunId == request.RunId)
            || (await (await host.Shared.StoreAsync(cancellationToken)).FindLeaseAsync(request.Sync, cancellationToken)) is not null;
    }

    private Sync Find(string sync) => host.Current.Syncs.First(candidate => candidate.Name == sync);
}
