using Quartz;
using ReverseEtl.Core.Projects;
using ReverseEtl.Core.State;
using ReverseEtl.Server.Hosting;

namespace ReverseEtl.Server.Scheduling;

/// <summary>Brings Quartz's jobs and triggers to what the project says: at the start, and when its files change.</summary>
internal sealed class ProjectTriggers(ISchedulerFactory factory, ProjectHost host, QuartzSchedule schedule, TimeProvider time)
{
    /// <summary>The priority of a sync without a schedule.</summary>
    public const int UsualPriority = 5;

    /// <summary>The execution group of a sync: those of one destination share its room.</summary>
    public static string GroupOf(Sync sync) => $"to {sync.File.Destination}";

    /// <summary>Makes a sync's job where there is none.</summary>
    public static async Task EnsureJobAsync(IScheduler scheduler, string sync, CancellationToken cancellationToken)
    {
        if (await scheduler.Exists(SyncKeys.Job(sync), cancellationToken))
            return;
        var job = JobBuilder.Create<SyncJob>().WithIdentity(SyncKeys.Job(sync)).StoreDurably().RequestRecovery().Build();
        await scheduler.AddJob(job, AddJobOptions.Replacing, cancellationToken);
    }

    /// <summary>Applies the project as it is now. Triggers that stay the same are left alone, with what they missed.</summary>
    public async Task ApplyAsync(CancellationToken cancellationToken)
    {
        var scheduler = await factory.GetScheduler(cancellationToken);
        var project = host.Current;
        await LimitAsync(scheduler, project, cancellationToken);
        foreach (var sync in project.Syncs)
            await ApplyAsync(scheduler, sync, cancellationToken);
        var known = project.Syncs.Select(sync => SyncKeys.Job(sync.Name)).ToHashSet();
        foreach (var gone in (await scheduler.GetJobKeys(GroupMatcher<JobKey>.GroupEquals(SyncKeys.Job("").Group), cancellationToken)).Where(key => !known.Contains(key)))
            await scheduler.DeleteJob(gone, cancellationToken);
    }

    private static async Task LimitAsync(IScheduler scheduler, Project project, CancellationToken cancellationToken)
    {
        var limits = ExecutionLimitsBuilder.Create();
        foreach (var group in project.Syncs.GroupBy(GroupOf))
        {
            var options = project.Config.Destinations.GetValueOrDefault(group.First().File.Destination);
            limits.ForGroup(group.Key, Math.Max(1, options?.ConcurrentSyncs ?? 1), ExecutionLimitScope.Cluster);
        }

        await scheduler.SetExecutionLimits(limits.Build(), cancellationToken);
    }

    private async Task ApplyAsync(IScheduler scheduler, Sync sync, CancellationToken cancellationToken)
    {
        var key = SyncKeys.Trigger(sync.Name, SyncKeys.Clock);
        var wanted = sync.File.Schedule is { } said && Timetable.Builder(said) is not null ? $"{said}, priority {said.Priority}, {GroupOf(sync)}" : null;
        var stored = await scheduler.GetTrigger(key, cancellationToken);
        if (stored?.JobDataMap.GetValueOrDefault(SyncKeys.Schedule) as string == wanted)
            return;
        if (wanted is null)
        {
            await scheduler.UnscheduleJob(key, cancellationToken);
            return;
        }

        var now = time.GetUtcNow();
        await EnsureJobAsync(scheduler, sync.Name, cancellationToken);
        var trigger = TriggerBuilder.Create(time)
            .WithIdentity(key)
            .ForJob(SyncKeys.Job(sync.Name))
            .WithExecutionGroup(GroupOf(sync))
            .WithPriority(sync.File.Schedule!.Priority)
            .WithSchedule(Timetable.Builder(sync.File.Schedule)!)
            .StartAt(Timetable.After(sync.Name, sync.File.Schedule, now) ?? now)
            .UsingJobData(SyncKeys.Schedule, wanted)
            .Build();
        await scheduler.ScheduleJob(trigger, ScheduleJobOptions.Replacing, cancellationToken);
        if (await IsDueAsync(sync, now, cancellationToken))
            await schedule.AddAsync(sync, SyncKeys.CatchUp, AskedRun.Plain, now, null, cancellationToken);
    }

    /// <summary>True where it was to run before now and did not: the service was not there, or it is new.</summary>
    private async Task<bool> IsDueAsync(Sync sync, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var store = await host.Shared.StoreAsync(cancellationToken);
        if (await store.ListRunsAsync(sync.Name, 1, cancellationToken) is not [var last])
            return sync.File.Schedule!.Every is not null;
        return last.Status is RunStatus.Running || Timetable.After(sync.Name, sync.File.Schedule!, last.AsOf) <= now;
    }
}
