using Dapper;
using Microsoft.Data.Sqlite;
using ReverseEtl.Core.State;

namespace ReverseEtl.State.Sqlite;

public sealed partial class SqliteControlStore
{
    private const string InsertRun = """
        insert into runs (run_id, sync, status, as_of, finished_at, added, changed, removed, accepted, rejected, unknown,
            quarantined, waiting, resent, reported, guard, error, duration_ms, rows)
        values (@RunId, @Sync, @Status, @AsOf, @FinishedAt, @Added, @Changed, @Removed, @Accepted, @Rejected, @Unknown,
            @Quarantined, @Waiting, @Resent, @Reported, @Guard, @Error, @DurationMs, @Rows)

        """;

    // The unique index on open runs makes the second one a conflict.
    private const string BeginRun = InsertRun + "on conflict do nothing";

    // A run that a guard stopped never began, and is inserted here.
    private const string FinishRun = InsertRun + """
        on conflict (run_id) do update set status = excluded.status, finished_at = excluded.finished_at, added = excluded.added,
            changed = excluded.changed, removed = excluded.removed, accepted = excluded.accepted, rejected = excluded.rejected,
            unknown = excluded.unknown, quarantined = excluded.quarantined, waiting = excluded.waiting, resent = excluded.resent,
            reported = excluded.reported, guard = excluded.guard, error = excluded.error,
            duration_ms = excluded.duration_ms, rows = excluded.rows
        where sync = excluded.sync
        """;

    private const string SelectRuns = """
        select run_id as RunId, sync as Sync, status as Status, as_of as AsOf, finished_at as FinishedAt, added as Added,
            changed as Changed, removed as Removed, accepted as Accepted, rejected as Rejected, unknown as Unknown,
            quarantined as Quarantined, waiting as Waiting, resent as Resent, reported as Reported, guard as Guard, error as Error, duration_ms as DurationMs, rows as Rows
        from runs

        """;

    private const string OpenRun = SelectRuns + "where sync = @sync and status = 'Running'";

    private const string NewestRuns = SelectRuns + "order by as_of desc, run_id desc limit @limit";

    private const string NewestRunsOfSync = SelectRuns + "where sync = @sync order by as_of desc, run_id desc limit @limit";

    private const string UnansweredBatches = "select count(*) from journal where run_id = @RunId and done <> 1";

    /// <inheritdoc/>
    public Task BeginRunAsync(Lease lease, RunRecord run, CancellationToken cancellationToken)
    {
        Checks.Run(lease, run, open: true);
        return WriteAsync(
            lease,
            connection =>
            {
                if (connection.Execute(BeginRun, RunRow.Of(run)) == 0)
                    throw Checks.CannotBegin(run, FindOpenRun(connection, run.Sync)?.RunId);
            },
            cancellationToken);
    }

    /// <inheritdoc/>
    public Task<RunRecord?> FindOpenRunAsync(string sync, CancellationToken cancellationToken) =>
        ReadAsync(connection => FindOpenRun(connection, sync), cancellationToken);

    /// <inheritdoc/>
    public Task FinishRunAsync(Lease lease, RunRecord run, bool delivered, CancellationToken cancellationToken)
    {
        Checks.Run(lease, run, open: false);
        return WriteAsync(
            lease,
            connection =>
            {
                var unanswered = connection.ExecuteScalar<long>(UnansweredBatches, new { run.RunId });
                if (unanswered > 0)
                    throw Checks.Unanswered(run, unanswered);
                if (connection.Execute(FinishRun, RunRow.Of(run)) == 0)
                    throw Checks.OtherSync(run.RunId, run.Sync);
                if (delivered)
                    connection.Execute(SettleRejected, new { run.Sync, run.RunId });
                Prune(connection, run);
            },
            cancellationToken);
    }

    /// <inheritdoc/>
    public Task<IReadOnlyList<RunRecord>> ListRunsAsync(string? sync, int limit, CancellationToken cancellationToken)
    {
        Checks.Limit(limit);
        return ReadAsync<IReadOnlyList<RunRecord>>(
            connection =>
            [
                .. connection.Query<RunRow>(sync is null ? NewestRuns : NewestRunsOfSync, new { sync, limit }).Select(row => row.ToRun()),
            ],
            cancellationToken);
    }

    private static RunRecord? FindOpenRun(SqliteConnection connection, string sync) =>
        connection.QuerySingleOrDefault<RunRow>(OpenRun, new { sync })?.ToRun();

    /// <summary>A run as it stands in the table.</summary>
    private sealed record RunRow(string RunId, string Sync, string Status, string AsOf, string? FinishedAt, long Added, long Changed,
        long Removed, long Accepted, long Rejected, long Unknown, long Quarantined, long Waiting, long Resent, string? Reported, string? Guard, string? Error, long DurationMs, long? Rows)
    {
        public static RunRow Of(RunRecord run) => new(run.RunId, run.Sync, Text.Of(run.Status), Text.Of(run.AsOf),
            run.FinishedAt is { } finished ? Text.Of(finished) : null, run.Added, run.Changed, run.Removed, run.Accepted,
            run.Rejected, run.Unknown, run.Quarantined, run.Waiting, run.Resent, run.Reported, run.Guard, run.Error, run.DurationMs, run.Rows);

        public RunRecord ToRun() => new()
        {
            RunId = RunId,
            Sync = Sync,
            Status = Text.To<RunStatus>(Status),
            AsOf = Text.ToInstant(AsOf),
            FinishedAt = FinishedAt is null ? null : Text.ToInstant(FinishedAt),
            Added = Added,
            Changed = Changed,
            Removed = Removed,
            Accepted = Accepted,
            Rejected = Rejected,
            Unknown = Unknown,
            Quarantined = Quarantined,
            Waiting = Waiting,
            Resent = Resent,
            Reported = Reported,
            Guard = Guard,
            Error = Error,
            DurationMs = DurationMs,
            Rows = Rows,
        };
    }
}
