using ReverseEtl.Core.Delivery;
using ReverseEtl.Core.State;

namespace ReverseEtl.State.Sqlite;

/// <summary>The statements that run for every batch and every row that was not accepted; called within a transaction.</summary>
internal sealed class JournalStatements(Func<string, int, Statement> prepare)
{
    /// <summary>In the column <c>done</c>: the batch was answered.</summary>
    public const int Answered = 1;

    /// <summary>In the column <c>done</c>: the batch was taken back.</summary>
    public const int TakenBack = -1;

    private readonly Statement _isOpenRun = prepare(
        "select 1 from runs where run_id = $1 and sync = $2 and status = 'Running'", 2);

    private readonly Statement _isRun = prepare("select 1 from runs where run_id = $1 and sync = $2", 2);

    // Batches of one operation never overlap, so the last that begins at or before the end of the rows is the only one that can have some.
    private readonly Statement _last = prepare(
        """
        select seq_from, seq_to, rows, done from journal
        where run_id = $1 and operation = $2 and seq_from <= $3
        order by seq_from desc limit 1
        """,
        3);

    private readonly Statement _intend = prepare(
        "insert into journal (run_id, operation, seq_from, seq_to, rows, done) values ($1, $2, $3, $4, $5, 0)", 5);

    private readonly Statement _mark = prepare(
        "update journal set done = $4, reported = $5 where run_id = $1 and operation = $2 and seq_from = $3", 5);

    private readonly Statement _exception = prepare(
        "insert into row_exceptions (run_id, operation, seq, key, kind, code, message, due) values ($1, $2, $3, $4, $5, $6, $7, $8)", 8);

    // A run counts once, however many of its batches name the key.
    private readonly Statement _rejected = prepare(
        """
        insert into rejected (sync, key, code, message, attempts, first_at, last_at, last_run) values ($1, $2, $3, $4, 1, $5, $5, $6)
        on conflict (sync, key) do update set code = excluded.code, message = excluded.message, last_at = excluded.last_at,
            last_run = excluded.last_run, attempts = attempts + (last_run <> excluded.last_run)
        """,
        6);

    public bool IsOpenRun(string runId, string sync) => _isOpenRun.Finds(runId, sync);

    public bool IsRun(string runId, string sync) => _isRun.Finds(runId, sync);

    /// <summary>The batch that has any of these rows, if there is one.</summary>
    public JournalEntry? FindOverlap(JournalEntry entry)
    {
        using var reader = _last.Read(entry.RunId, Text.Of(entry.Operation), entry.SeqTo);
        if (!reader.Read() || reader.GetInt64(1) < entry.SeqFrom)
            return null;
        return new JournalEntry(
            entry.RunId, entry.Operation, reader.GetInt64(0), reader.GetInt64(1), reader.GetInt32(2), reader.GetInt32(3) == Answered)
        {
            Withdrawn = reader.GetInt32(3) == TakenBack,
        };
    }

    public void Intend(JournalEntry entry) =>
        _intend.Run(entry.RunId, Text.Of(entry.Operation), entry.SeqFrom, entry.SeqTo, entry.Rows);

    public void Reintend(JournalEntry entry) => Mark(entry, 0);

    public void Withdraw(JournalEntry entry) => Mark(entry, TakenBack);

    public void Done(JournalEntry entry) => Mark(entry, Answered);

    public void Exception(string sync, JournalEntry entry, RowException row, string now)
    {
        var (kind, code, message) = (row.Outcome.Kind, row.Outcome.Code, row.Outcome.Message);
        _exception.Run(entry.RunId, Text.Of(entry.Operation), row.Seq, row.Key, Text.Of(kind), code, message, row.Outcome.Due is { } due ? Text.Of(due) : null);
        if (kind == OutcomeKind.Rejected)
            _rejected.Run(sync, row.Key, code ?? "", message ?? "", now, entry.RunId);
    }

    private void Mark(JournalEntry entry, int done) => _mark.Run(entry.RunId, Text.Of(entry.Operation), entry.SeqFrom, done, entry.Reported);
}
