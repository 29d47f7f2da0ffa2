using ReverseEtl.Cli.Output;
using ReverseEtl.Core.Delivery;
using ReverseEtl.Core.Planning;
using ReverseEtl.Core.Projects;
using ReverseEtl.Server.Composition;
using ReverseEtl.Server.Operations;
using ReverseEtl.Server.Log;

namespace ReverseEtl.Cli.Commands;

/// <summary>Runs syncs one after the other; a failure of one does not keep the others from their turn.</summary>
internal sealed class RunLoop(CommandContext context, Session session, RunOptions options)
{
    /// <summary>Runs them and prints what became of them.</summary>
    /// <param name="syncs">The syncs.</param>
    /// <param name="saved">The saved plan that a sync is to send instead of a new one, or null.</param>
    /// <param name="cancellationToken">Stops it; the sync that runs finishes what is in flight.</param>
    /// <returns>The exit code.</returns>
    public async Task<int> RunAsync(IReadOnlyList<Sync> syncs, Func<Sync, SyncQuery, SavedPlanSource?> saved, CancellationToken cancellationToken)
    {
        using var report = new RunReport(context.Json);
        var observer = Failpoint.Before(report, Environment.GetEnvironmentVariable(Failpoint.Variable));
        foreach (var sync in syncs)
        {
            try
            {
                report.Begin();
                await RunAsync(sync, saved, observer, cancellationToken);
                report.End();
            }
            catch (Exception error) when (Failures.TryExplain(error, out var message, out var exitCode))
            {
                report.Fail(sync.Name, context.Describe(error, message), exitCode);
            }

            await LogAsync(sync);

            if (cancellationToken.IsCancellationRequested)
            {
                report.Stop();
                break;
            }
        }

        return report.Finish(session.SandboxUrl is not null);
    }

    /// <summary>What became of the run is known by now: a log that cannot be written changes nothing of it.</summary>
    private async Task LogAsync(Sync sync)
    {
        try
        {
            await SyncLog.WriteAsync(session, sync.Name, CancellationToken.None);
        }
        catch (Exception error) when (Failures.TryExplain(error, out var message, out _))
        {
            Console.Error.WriteLine($"the log of {sync.Name} lacks this run until the next one: {context.Describe(error, message)}");
        }
    }

    private async Task RunAsync(Sync sync, Func<Sync, SyncQuery, SavedPlanSource?> saved, IRunObserver observer, CancellationToken cancellationToken)
    {
        SyncSelection.Check(sync, options, Caller.CommandLine.Place);
        var runId = session.NewRunId(sync);
        await using var destination = await session.OpenDestinationAsync(sync, runId, cancellationToken);
        var query = await session.QueryAsync(sync, destination, cancellationToken);
        var runner = new SyncRunner(await session.PlannerAsync(cancellationToken), await session.StoreAsync(cancellationToken), TimeProvider.System, observer);
        var request = new RunRequest(sync, destination, query, runId, session.AsOf, ThisProcess.Holder, options) { Saved = saved(sync, query) };
        await runner.RunAsync(request, cancellationToken);
    }
}
