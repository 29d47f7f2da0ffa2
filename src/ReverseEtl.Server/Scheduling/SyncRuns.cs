using System.Diagnostics;
using Microsoft.Extensions.Logging;
using ReverseEtl.Core.Config;
using ReverseEtl.Core.Delivery;
using ReverseEtl.Core.Planning;
using ReverseEtl.Core.Projects;
using ReverseEtl.Core.State;
using ReverseEtl.Server.Composition;
using ReverseEtl.Server.Hosting;
using ReverseEtl.Server.Log;
using ReverseEtl.Server.Observing;

namespace ReverseEtl.Server.Scheduling;

/// <summary>Runs a sync to its end, and sees to it that how it ended is recorded whatever happened.</summary>
internal sealed partial class SyncRuns(ProjectHost host, IRunObserver observer, ServiceMetrics metrics, TimeProvider time, ILogger<SyncRuns> log)
{
    /// <summary>Runs a sync.</summary>
    /// <returns>What it ran: an interrupted run that it finished first, maybe, and a new one.</returns>
    /// <exception cref="SyncBusyException">Another process runs it.</exception>
    /// <exception cref="OperationCanceledException">Stopped; the next run resumes.</exception>
    public async Task<SyncResult> RunAsync(Sync sync, AskedRun asked, CancellationToken cancellationToken)
    {
        using var trace = ServiceMetrics.Traces.StartActivity("cdp.sync");
        using var underWay = metrics.UnderWay();
        trace?.SetTag("cdp.sync", sync.Name).SetTag("cdp.destination", sync.File.Destination);
        var turn = new Turn(observer, trace);
        await using var session = host.Open();
        var store = await session.StoreAsync(cancellationToken);
        // What was asked for may have begun on a worker that is gone: its run is resumed, and this one is an ordinary one.
        var hasBegun = asked.RunId is not null && (await store.ListRunsAsync(sync.Name, RunRecord.Kept, cancellationToken)).Any(run => run.RunId == asked.RunId);
        var (runId, options) = asked.RunId is null || hasBegun ? (session.NewRunId(sync), new RunOptions()) : (asked.RunId, asked.Options);
        var result = await RunAsync(session, sync, runId, asked, options, turn, cancellationToken);
        if (result.Error is not null)
            trace?.SetStatus(ActivityStatusCode.Error, result.Error);
        await LogAsync(session, sync);
        return result;
    }

    private async Task<SyncResult> RunAsync(Session session, Sync sync, string runId, AskedRun asked, RunOptions options, Turn turn, CancellationToken cancellationToken)
    {
        var store = await session.StoreAsync(cancellationToken);
        try
        {
            await using var destination = await session.OpenDestinationAsync(sync, runId, cancellationToken);
            var query = await session.QueryAsync(sync, destination, cancellationToken);
            var runner = new SyncRunner(await session.PlannerAsync(cancellationToken), store, time, turn);
            var request = new RunRequest(sync, destination, query, runId, session.AsOf, HolderFor(asked), options);
            return new SyncResult(await runner.RunAsync(request, cancellationToken), null);
        }
        catch (Exception error) when (IsExpected(error) && !cancellationToken.IsCancellationRequested)
        {
            if (turn.Runs.All(run => run.Status is not RunStatus.Failed) && await store.FindOpenRunAsync(sync.Name, cancellationToken) is null)
                await RecordAsync(store, sync.Name, runId, session.AsOf, error.Message, turn, cancellationToken);
            return new SyncResult(turn.Runs, error.Message);
        }
    }

    /// <summary>What became of the run is known by now: a log that cannot be written changes nothing of it.</summary>
    private async Task LogAsync(Session session, Sync sync)
    {
        try
        {
            await SyncLog.WriteAsync(session, sync.Name, CancellationToken.None);
        }
        catch (Exception error) when (IsExpected(error))
        {
            Unlogged(sync.Name, error.Message);
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "{Sync}: the log in the warehouse lacks this run until the next one: {Error}")]
    private partial void Unlogged(string sync, string error);

    private static Holder HolderFor(AskedRun asked) => asked.By is null
        ? ThisProcess.Holder
        // The name stays readable for those who look whether the process lives.
        : ThisProcess.Holder with { Name = $"{asked.By} by way of {ThisProcess.Holder.Name}" };

    /// <summary>A run that failed before it began leaves no other trace.</summary>
    private async Task RecordAsync(
        IControlStore store, string sync, string runId, DateTimeOffset asOf, string error, Turn turn, CancellationToken cancellationToken)
    {
        await using var lease = await HeldLease.AcquireAsync(store, sync, ThisProcess.Holder, time, cancellationToken);
        var run = new RunRecord { RunId = runId, Sync = sync, Status = RunStatus.Failed, AsOf = asOf, FinishedAt = time.GetUtcNow(), Error = error };
        await store.FinishRunAsync(lease.Lease, run, delivered: false, cancellationToken);
        turn.Finished(run);
    }

    private static bool IsExpected(Exception error) => error
        is ProjectException or DestinationException or WarehouseException or ControlStoreException or LeaseLostException or IOException or UnauthorizedAccessException;

    /// <summary>One turn: keeps what ended, for those who ask after a failure, and marks the steps in the trace.</summary>
    private sealed class Turn(IRunObserver inner, Activity? trace) : IRunObserver
    {
        private readonly List<RunRecord> _runs = [];

        public IReadOnlyList<RunRecord> Runs => _runs;

        public void Planned(RunRecord run, PlanSummary plan) => inner.Planned(run, plan);

        public void Delivered(RunRecord run, int rows) => inner.Delivered(run, rows);

        public void Finished(RunRecord run)
        {
            _runs.Add(run);
            trace?.SetTag("cdp.run_id", run.RunId).SetTag("cdp.status", run.Status.ToString().ToLowerInvariant())
                .SetTag("cdp.accepted", run.Accepted).SetTag("cdp.rejected", run.Rejected);
            inner.Finished(run);
        }

        public void Step(RunStep step)
        {
            trace?.AddEvent(new ActivityEvent(step.ToString().ToLowerInvariant()));
            inner.Step(step);
        }
    }
}

/// <summary>How a sync's turn went.</summary>
/// <param name="Runs">The runs that ended.</param>
/// <param name="Error">Why it could not go on; null where it came to its end.</param>
internal sealed record SyncResult(IReadOnlyList<RunRecord> Runs, string? Error);
