using ReverseEtl.Core.State;
using ReverseEtl.Server.Composition;
using ReverseEtl.Server.Operations.Results;

namespace ReverseEtl.Server.Operations;

/// <summary>A look at runs.</summary>
internal static class RunLook
{
    /// <summary>How many runs are looked through first: those that are asked for are mostly new.</summary>
    private const int Recent = 20;

    public static async Task<RunList<RunStanding>> ListAsync(Session session, string? sync, int limit, CancellationToken cancellationToken)
    {
        var store = await session.StoreAsync(cancellationToken);
        var runs = new List<RunStanding>();
        foreach (var run in await store.ListRunsAsync(sync, limit, cancellationToken))
            runs.Add(await StandingAsync(store, run, cancellationToken));
        return new RunList<RunStanding>(runs);
    }

    public static async Task<RunStanding?> FindAsync(Session session, string runId, CancellationToken cancellationToken)
    {
        var store = await session.StoreAsync(cancellationToken);
        return await FindAsync(store, runId, cancellationToken) is { } run ? await StandingAsync(store, run, cancellationToken) : null;
    }

    public static async Task<OutcomeList?> OutcomesAsync(Session session, string runId, int limit, CancellationToken cancellationToken)
    {
        var store = await session.StoreAsync(cancellationToken);
        if (await FindAsync(store, runId, cancellationToken) is not { } run)
            return null;
        var rows = await store.ReadExceptionsAsync(runId, cancellationToken);
        return new OutcomeList(
            runId, run.Sync, rows.Count,
            [.. rows.Take(limit).Select(row => new OutcomeResult(row.Seq, row.Key, row.Outcome.Kind, row.Outcome.Code, row.Outcome.Message))]);
    }

    private static async Task<RunRecord?> FindAsync(IControlStore store, string runId, CancellationToken cancellationToken)
    {
        // An id is an instant and the sync's name.
        if (runId.IndexOf('-', StringComparison.Ordinal) is var dash && dash < 0)
            return null;
        var sync = runId[(dash + 1)..];
        foreach (var limit in new[] { Recent, RunRecord.Kept })
        {
            if ((await store.ListRunsAsync(sync, limit, cancellationToken)).FirstOrDefault(run => run.RunId == runId) is { } found)
                return found;
        }

        return null;
    }

    private static async Task<RunStanding> StandingAsync(IControlStore store, RunRecord run, CancellationToken cancellationToken)
    {
        if (run.Status is not RunStatus.Running)
            return new RunStanding(run, interrupted: false);
        var look = await SyncLook.ReadAsync(store, run.Sync, 1, cancellationToken);
        var now = look.Runs.FirstOrDefault(latest => latest.RunId == run.RunId) ?? run;
        return new RunStanding(now, look.IsInterrupted(now));
    }
}
