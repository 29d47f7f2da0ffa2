using ReverseEtl.Core.Alerts;
using ReverseEtl.Core.Projects;
using ReverseEtl.Core.State;

namespace ReverseEtl.Server.Alerts;

/// <summary>
/// Tells people when a sync is not as it should be: once for each incident, and once when it is over. What a channel does is never an
/// error here; a control store that cannot be used is one.
/// </summary>
/// <param name="project">The project as it is now.</param>
/// <param name="store">The control store, opened when first needed.</param>
/// <param name="time">The clock.</param>
internal sealed class AlertService(Func<Project> project, Func<CancellationToken, Task<IControlStore>> store, TimeProvider time)
{
    // Some of them did not come to count the model's rows.
    private const int RunsToRead = 3 * Finding.UsualRuns;

    /// <summary>True for syncs whose schedule stands still because somebody wants it so: they are not called stale.</summary>
    public Func<string, CancellationToken, ValueTask<bool>> IsPaused { get; init; } = (_, _) => ValueTask.FromResult(false);

    /// <summary>To be called by the worker that ran a sync, when the run ended or could not go on.</summary>
    /// <param name="alerts">The sync's rules.</param>
    /// <param name="run">The run as the control store has it.</param>
    /// <param name="cancellationToken">Stops it; what is not told then is told by <see cref="TickAsync"/>.</param>
    /// <exception cref="ControlStoreException">The control store cannot be used.</exception>
    public async Task AfterRunAsync(SyncAlerts alerts, RunRecord run, CancellationToken cancellationToken)
    {
        var control = await store(cancellationToken);
        var earlier = await control.ListRunsAsync(run.Sync, RunsToRead, cancellationToken);
        var incidents = new IncidentLog(control);
        foreach (var finding in Finding.OfRun(alerts, run, earlier))
            await FollowAsync(incidents, alerts, finding, run.RunId, cancellationToken);
    }

    /// <summary>To be called about once a minute, by one worker: finds syncs that are not fresh, and tells what could not be told before.</summary>
    /// <exception cref="ControlStoreException">The control store cannot be used.</exception>
    public async Task TickAsync(CancellationToken cancellationToken)
    {
        var control = await store(cancellationToken);
        var (current, incidents) = (project(), new IncidentLog(control));
        var watched = await new WatchedSyncs(control).ReadAsync(current, time.GetUtcNow(), cancellationToken);
        foreach (var sync in current.Syncs)
        {
            var alerts = SyncAlerts.Of(sync, current.Config.Alerts);
            if (alerts.NotFresh is null || await IsPaused(sync.Name, cancellationToken))
                continue;
            if (Finding.OfAge(alerts, await DeliveredAsync(control, sync.Name, cancellationToken), watched[sync.Name], time.GetUtcNow()) is { } finding)
                await FollowAsync(incidents, alerts, finding, runId: null, cancellationToken);
        }

        await CloseUnwatchedAsync(current, incidents, cancellationToken);
        foreach (var key in (await incidents.ListAsync(cancellationToken)).Select(incident => incident.Key))
        {
            if (await incidents.FindAsync(key, cancellationToken) is { } incident)
                await TellAsync(incidents, incident, incident.Due(time.GetUtcNow()), cancellationToken);
        }
    }

    /// <summary>When a sync last delivered; most have in their latest runs.</summary>
    private static async Task<DateTimeOffset?> DeliveredAsync(IControlStore control, string sync, CancellationToken cancellationToken)
    {
        foreach (var limit in new[] { Finding.UsualRuns, RunRecord.Kept })
        {
            var runs = await control.ListRunsAsync(sync, limit, cancellationToken);
            if (runs.Where(Finding.HasDelivered).Max(run => run.FinishedAt) is { } delivered)
                return delivered;
        }

        return null;
    }

    /// <summary>Opens, continues or closes the incident of a finding, and tells at once.</summary>
    private async Task FollowAsync(IncidentLog incidents, SyncAlerts alerts, Finding finding, string? runId, CancellationToken cancellationToken)
    {
        var (known, now) = (await incidents.FindAsync(Incident.KeyOf(alerts.Sync, finding.Trigger), cancellationToken), time.GetUtcNow());
        var next = (known, finding.IsWrong) switch
        {
            (null, false) => null,
            (null, true) => Incident.Open(alerts, finding, runId, now),
            (_, true) => known.SeenAgain(finding, runId, now),
            (_, false) => known.Close(finding.Text, now, channel => alerts.Recovered || KeepsIncidents(channel)),
        };
        if (next is null)
            return;
        await incidents.SaveAsync(next, now, cancellationToken);
        // The others are being told, or could not be and have their own times.
        await TellAsync(incidents, next, [.. next.Untold.Where(channel => known?.Channels.GetValueOrDefault(channel) != next.Channels[channel])], cancellationToken);
    }

    private async Task CloseUnwatchedAsync(Project current, IncidentLog incidents, CancellationToken cancellationToken)
    {
        var rules = current.Syncs.ToDictionary(sync => sync.Name, sync => SyncAlerts.Of(sync, current.Config.Alerts), StringComparer.Ordinal);
        foreach (var incident in (await incidents.ListAsync(cancellationToken)).Where(incident => incident.ClosedAt is null && rules.GetValueOrDefault(incident.Sync)?.Watches(incident.Trigger) is not true))
            await incidents.SaveAsync(incident.Close("it is not watched any more", time.GetUtcNow(), _ => true), time.GetUtcNow(), cancellationToken);
    }

    private async Task TellAsync(IncidentLog incidents, Incident incident, IReadOnlyList<string> channels, CancellationToken cancellationToken)
    {
        if (channels.Count == 0)
        {
            if (incident.IsOver(time.GetUtcNow()))
                await incidents.SaveAsync(incident, time.GetUtcNow(), cancellationToken);
            return;
        }

        // Written before it is told: nobody else tells it meanwhile, and whoever finds it later tells it if this process dies now.
        await incidents.SaveAsync(incident.Claim(channels, time.GetUtcNow()), time.GetUtcNow(), cancellationToken);
        var current = project();
        var message = AlertMessage.Of(incident, current.Config.Project, current.Environment);
        var errors = await Task.WhenAll(channels.Select(channel => ChannelSending.TellAsync(current, channel, message, time, cancellationToken)));
        // As it is now: while a channel was told another worker may have seen the sync recover.
        if (await incidents.FindAsync(incident.Key, cancellationToken) is not { } latest)
            return;
        var now = time.GetUtcNow();
        var told = channels.Zip(errors).Aggregate(latest, (known, answer) => answer.Second is { IsGone: true }
            ? known.Without(answer.First)
            : known.After(answer.First, message.IsRecovery, answer.Second?.Message, now));
        await incidents.SaveAsync(told, now, cancellationToken);
    }

    private bool KeepsIncidents(string channel) =>
        project().Config.Alerts?.Channels.GetValueOrDefault(channel) is { } options && AlertChannels.Open(options, project().Folder, time).KeepsIncidents;
}
