using System.Collections.Concurrent;
using ReverseEtl.Core.Delivery;
using ReverseEtl.Server.Composition;
using ReverseEtl.Server.Hosting;
using ReverseEtl.Server.Scheduling;

namespace ReverseEtl.IntegrationTests.Api;

/// <summary>
/// The smallest schedule that runs syncs: each request at once, one run of a sync at a time. What the API does with a schedule is tested
/// here, and not when syncs are due.
/// </summary>
internal sealed class SmallSchedule(ProjectHost host) : ISyncSchedule, IAsyncDisposable
{
    private readonly ConcurrentDictionary<string, RequestedRun> _requests = new();
    private readonly ConcurrentDictionary<string, Pause> _pauses = new();
    private readonly ConcurrentDictionary<string, CancellationTokenSource> _stops = new();
    private readonly ConcurrentBag<Task> _tasks = [];

    /// <summary>Syncs by the event that they run on.</summary>
    public Dictionary<string, string> On { get; } = [];

    /// <summary>Requests wait until this is done.</summary>
    public Task Gate { get; set; } = Task.CompletedTask;

    public Task<string> RequestAsync(string sync, RunOptions options, string by, CancellationToken cancellationToken)
    {
        var session = host.Open();
        var found = session.Project.Syncs.Single(known => known.Name == sync);
        var runId = session.NewRunId(found);
        _requests[runId] = new RequestedRun(runId, sync, session.AsOf, by, null);
        var stop = _stops[runId] = new CancellationTokenSource();
        _tasks.Add(Task.Run(() => RunAsync(session, runId, options, stop.Token), CancellationToken.None));
        return Task.FromResult(runId);
    }

    public Task<RequestedRun?> FindRequestAsync(string runId, CancellationToken cancellationToken) =>
        Task.FromResult(_requests.TryGetValue(runId, out var request) ? request : null);

    public async Task<bool> CancelAsync(string sync, CancellationToken cancellationToken)
    {
        var stops = _stops.Where(stop => stop.Key.EndsWith($"-{sync}", StringComparison.Ordinal)).ToList();
        foreach (var stop in stops)
            await stop.Value.CancelAsync();
        return stops.Count > 0;
    }

    public Task PauseAsync(string sync, Pause pause, CancellationToken cancellationToken)
    {
        _pauses[sync] = pause;
        return Task.CompletedTask;
    }

    public Task<bool> ResumeAsync(string sync, CancellationToken cancellationToken) => Task.FromResult(_pauses.TryRemove(sync, out _));

    public async Task<IReadOnlyList<(string Sync, string RunId)>> RaiseAsync(string name, string by, CancellationToken cancellationToken) =>
        On.TryGetValue(name, out var sync) ? [(sync, await RequestAsync(sync, new RunOptions(), by, cancellationToken))] : [];

    public Task<SyncTiming> FindAsync(string sync, CancellationToken cancellationToken) =>
        Task.FromResult(new SyncTiming("manual", null, _pauses.TryGetValue(sync, out var pause) ? pause : null));

    /// <summary>Waits until nothing runs any more.</summary>
    public Task IdleAsync() => Task.WhenAll(_tasks);

    public async ValueTask DisposeAsync()
    {
        foreach (var stop in _stops.Values)
            await stop.CancelAsync();
        await IdleAsync();
    }

    private async Task RunAsync(Session session, string runId, RunOptions options, CancellationToken cancellationToken)
    {
        await using var open = session;
        var sync = session.Project.Syncs.Single(known => known.Name == _requests[runId].Sync);
        try
        {
            await Gate.WaitAsync(cancellationToken);
            await using var destination = await session.OpenDestinationAsync(sync, runId, cancellationToken);
            var query = await session.QueryAsync(sync, destination, cancellationToken);
            var runner = new SyncRunner(
                await session.PlannerAsync(cancellationToken), await session.StoreAsync(cancellationToken), TimeProvider.System, new Silence());
            await runner.RunAsync(new RunRequest(sync, destination, query, runId, session.AsOf, ThisProcess.Holder, options), cancellationToken);
            _requests.TryRemove(runId, out _);
        }
        catch (OperationCanceledException)
        {
            _requests.TryRemove(runId, out _);
        }
        catch (Exception error)
        {
            _requests.AddOrUpdate(runId, _ => throw error, (_, request) => request with { Error = error.Message });
        }
        finally
        {
            _stops.TryRemove(runId, out _);
        }
    }

    private sealed class Silence : IRunObserver
    {
        public void Planned(Core.State.RunRecord run, Core.Planning.PlanSummary plan)
        {
        }

        public void Delivered(Core.State.RunRecord run, int rows)
        {
        }

        public void Finished(Core.State.RunRecord run)
        {
        }
    }
}
