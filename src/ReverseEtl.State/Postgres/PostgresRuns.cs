using Npgsql;
using ReverseEtl.Core.State;

namespace ReverseEtl.State.Postgres;

/// <summary>A run as it stands in the table.</summary>
internal static class PostgresRuns
{
    public const string Insert = $"""
        insert into cdp.runs as known (scope, {Columns})
        values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20)

        """;

    // A run that a guard stopped never began, and is inserted here.
    public const string Finish = Insert + """
        on conflict (scope, run_id) do update set status = excluded.status, finished_at = excluded.finished_at, added = excluded.added,
            changed = excluded.changed, removed = excluded.removed, accepted = excluded.accepted, rejected = excluded.rejected,
            unknown = excluded.unknown, quarantined = excluded.quarantined, waiting = excluded.waiting, resent = excluded.resent,
            reported = excluded.reported, guard = excluded.guard, error = excluded.error, duration_ms = excluded.duration_ms,
            rows = excluded.rows
        where known.sync = excluded.sync
        """;

    public const string Select = $"select {Columns} from cdp.runs ";

    private const string Columns = """
        run_id, sync, status, as_of, finished_at, added, changed, removed, accepted, rejected, unknown, quarantined, waiting, resent,
            reported, guard, error, duration_ms, rows
        """;

    /// <summary>Its values, in the order of the columns.</summary>
    public static object?[] Values(RunRecord run) =>
    [
        run.RunId, run.Sync, run.Status, run.AsOf, run.FinishedAt, run.Added, run.Changed, run.Removed, run.Accepted, run.Rejected,
        run.Unknown, run.Quarantined, run.Waiting, run.Resent, run.Reported, run.Guard, run.Error, run.DurationMs, run.Rows,
    ];

    public static RunRecord Read(NpgsqlDataReader row) => new()
    {
        RunId = row.Text(0),
        Sync = row.Text(1),
        Status = row.Word<RunStatus>(2),
        AsOf = row.Instant(3),
        FinishedAt = row.InstantOrNull(4),
        Added = row.GetInt64(5),
        Changed = row.GetInt64(6),
        Removed = row.GetInt64(7),
        Accepted = row.GetInt64(8),
        Rejected = row.GetInt64(9),
        Unknown = row.GetInt64(10),
        Quarantined = row.GetInt64(11),
        Waiting = row.GetInt64(12),
        Resent = row.GetInt64(13),
        Reported = row.TextOrNull(14),
        Guard = row.TextOrNull(15),
        Error = row.TextOrNull(16),
        DurationMs = row.GetInt64(17),
        Rows = row.IsDBNull(18) ? null : row.GetInt64(18),
    };
}
