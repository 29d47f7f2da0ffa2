using ReverseEtl.Core.State;

namespace ReverseEtl.State.Postgres;

public sealed partial class PostgresControlStore
{
    // The unique index on open runs makes the second one a conflict.
    private const string BeginRun = PostgresRuns.Insert + "on conflict do nothing";

    private const string OpenRun = PostgresRuns.Select + "where scope = $1 and sync = $2 and status = 'Running'";

    private const string NewestRuns = PostgresRuns.Select + "where scope = $1 order by as_of desc, run_id desc limit $2";

    private const string NewestRunsOfSync = PostgresRuns.Select + "where scope = $1 and sync = $3 order by as_of desc, run_id desc limit $2";

    private const string UnansweredBatches = "select count(*) from cdp.journal where scope = $1 and run_id = $2 and state <> 'Done'";

    private const string EarlierRuns = "select run_id from cdp.runs where scope = $1 and sync = $2 and run_id <> $3 and status <> 'Running'";

    private const string PruneBatches = $"delete from cdp.journal where scope = $1 and run_id in ({EarlierRuns})";

    private const string PruneExceptions = $"delete from cdp.row_exceptions where scope = $1 and run_id in ({EarlierRuns})";

    // The run that finishes and an open one stay, however old a clock that was set back makes them look.
    private const string PruneRuns = """
        delete from cdp.runs where scope = $1 and run_id <> $3 and status <> 'Running' and run_id in
            (select run_id from cdp.runs where scope = $1 and sync = $2 order by as_of desc, run_id desc offset $4)
        """;

    /// <inheritdoc/>
    public Task BeginRunAsync(Lease lease, RunRecord run, CancellationToken cancellationToken)
    {
        Checks.Run(lease, run, open: true);
        return WriteAsync(
            lease,
            async transaction =>
            {
                if (await transaction.RunAsync(BeginRun, PostgresRuns.Values(run)) > 0)
                    return;
                var open = await FindOpenRunAsync(transaction, run.Sync);
                // Under this lease nobody else can have begun it since the attempt that got no answer.
                if (!transaction.IsRepeat || open?.RunId != run.RunId)
                    throw Checks.CannotBegin(run, open?.RunId);
            },
            cancellationToken);
    }

    /// <inheritdoc/>
    public Task<RunRecord?> FindOpenRunAsync(string sync, CancellationToken cancellationToken) =>
        ReadAsync(statements => FindOpenRunAsync(statements, sync), cancellationToken);

    /// <inheritdoc/>
    public Task FinishRunAsync(Lease lease, RunRecord run, bool delivered, CancellationToken cancellationToken)
    {
        Checks.Run(lease, run, open: false);
        return WriteAsync(
            lease,
            async transaction =>
            {
                var unanswered = await transaction.FindAsync(UnansweredBatches, row => row.GetInt64(0), run.RunId);
                if (unanswered > 0)
                    throw Checks.Unanswered(run, unanswered);
                if (await transaction.RunAsync(PostgresRuns.Finish, PostgresRuns.Values(run)) == 0)
                    throw Checks.OtherSync(run.RunId, run.Sync);
                if (delivered)
                    transaction.Add(SettleRejected, run.Sync, run.RunId);
                transaction.Add(PruneBatches, run.Sync, run.RunId);
                transaction.Add(PruneExceptions, run.Sync, run.RunId);
                transaction.Add(PruneRuns, run.Sync, run.RunId, RunRecord.Kept);
            },
            cancellationToken);
    }

    /// <inheritdoc/>
    public Task<IReadOnlyList<RunRecord>> ListRunsAsync(string? sync, int limit, CancellationToken cancellationToken)
    {
        Checks.Limit(limit);
        return ReadAsync(
            statements => sync is null
                ? statements.ListAsync(NewestRuns, PostgresRuns.Read, limit)
                : statements.ListAsync(NewestRunsOfSync, PostgresRuns.Read, limit, sync),
            cancellationToken);
    }

    private static Task<RunRecord?> FindOpenRunAsync(PostgresStatements statements, string sync) =>
        statements.FindAsync(OpenRun, PostgresRuns.Read, sync);
}
