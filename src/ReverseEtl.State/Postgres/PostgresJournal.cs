using Npgsql;
using ReverseEtl.Core.Delivery;
using ReverseEtl.Core.State;

namespace ReverseEtl.State.Postgres;

/// <summary>How a batch stands.</summary>
internal enum BatchState
{
    /// <summary>Written ahead.</summary>
    Intended,

    /// <summary>Answered.</summary>
    Done,

    /// <summary>Taken back.</summary>
    Withdrawn,
}

/// <summary>The statements that run for every batch and for the rows that were not accepted, under the lock on the lease.</summary>
internal static class PostgresJournal
{
    // Batches of one operation never overlap, so the last that begins at or before the end of the rows is the only one that can have some.
    private const string Find = """
        select run.status, last.seq_from, last.seq_to, last.rows, last.state
        from cdp.runs run
        left join lateral
            (select seq_from, seq_to, rows, state from cdp.journal
            where scope = $1 and run_id = $2 and operation = $4 and seq_from <= $5
            order by seq_from desc limit 1) last on true
        where run.scope = $1 and run.run_id = $2 and run.sync = $3
        """;

    private const string MarkBatch = """
        insert into cdp.journal (scope, run_id, operation, seq_from, seq_to, rows, state, reported) values ($1, $2, $3, $4, $5, $6, $7, $8)
        on conflict (scope, run_id, operation, seq_from) do update set state = excluded.state, reported = excluded.reported
        """;

    private const string KeepExceptions = """
        insert into cdp.row_exceptions (scope, run_id, operation, seq, key, kind, code, message, due)
        select $1, $2, $3, * from unnest($4::bigint[], $5::text[], $6::text[], $7::text[], $8::text[], $9::timestamptz[])
        """;

    // A run counts once, however many of its batches name the key.
    private const string CountRejected = """
        insert into cdp.rejected as known (scope, sync, last_run, attempts, first_at, last_at, key_hash, key, code, message)
        select $1, $2, $3, 1, $4, $4, * from unnest($5::bytea[], $6::text[], $7::text[], $8::text[])
        on conflict (scope, sync, key_hash) do update set code = excluded.code, message = excluded.message, last_at = excluded.last_at,
            last_run = excluded.last_run, attempts = known.attempts + (known.last_run <> excluded.last_run)::int
        """;

    /// <summary>The batch's run, null where the sync has no such run; and the batch that has any of these rows, if there is one.</summary>
    public static async Task<(RunStatus? Run, JournalEntry? Overlap)> FindAsync(PostgresStatements statements, Lease lease, JournalEntry entry)
    {
        var (run, last) = await statements.FindAsync(
            Find,
            row => ((RunStatus?)row.Word<RunStatus>(0), row.IsDBNull(1) ? null : Entry(row, entry.RunId, entry.Operation, 1)),
            entry.RunId, lease.Sync, entry.Operation, entry.SeqTo);
        return (run, last?.SeqTo >= entry.SeqFrom ? last : null);
    }

    /// <summary>Writes how a batch stands.</summary>
    public static void Mark(PostgresTransaction transaction, JournalEntry entry, BatchState state) => transaction.Add(
        MarkBatch, entry.RunId, entry.Operation, entry.SeqFrom, entry.SeqTo, entry.Rows, state, entry.Reported);

    /// <summary>Keeps the rows of a batch that were not accepted, and counts those that were rejected.</summary>
    public static void Keep(PostgresTransaction transaction, string sync, JournalEntry entry, IReadOnlyList<RowException> exceptions)
    {
        if (exceptions.Count == 0)
            return;
        transaction.Add(
            KeepExceptions, entry.RunId, entry.Operation,
            exceptions.Select(row => row.Seq).ToArray(),
            exceptions.Select(row => row.Key).ToArray(),
            exceptions.Select(row => row.Outcome.Kind.ToString()).ToArray(),
            exceptions.Select(row => row.Outcome.Code).ToArray(),
            exceptions.Select(row => row.Outcome.Message).ToArray(),
            exceptions.Select(row => row.Outcome.Due).ToArray());

        // Of rows with one key the last reason counts.
        var rejected = exceptions.Where(row => row.Outcome.Kind is OutcomeKind.Rejected)
            .GroupBy(row => row.Key, StringComparer.Ordinal)
            .Select(rows => rows.Last())
            .ToList();
        transaction.Add(
            CountRejected, sync, entry.RunId, transaction.Now,
            rejected.Select(row => PostgresText.Hash(row.Key)).ToArray(),
            rejected.Select(row => row.Key).ToArray(),
            rejected.Select(row => row.Outcome.Code ?? "").ToArray(),
            rejected.Select(row => row.Outcome.Message ?? "").ToArray());
    }

    /// <summary>A batch whose first row, last row, rows and state begin at a column.</summary>
    public static JournalEntry Entry(NpgsqlDataReader row, string runId, Operation operation, int column)
    {
        var state = row.Word<BatchState>(column + 3);
        return new JournalEntry(runId, operation, row.GetInt64(column), row.GetInt64(column + 1), row.GetInt32(column + 2), state is BatchState.Done)
        {
            Withdrawn = state is BatchState.Withdrawn,
        };
    }
}
