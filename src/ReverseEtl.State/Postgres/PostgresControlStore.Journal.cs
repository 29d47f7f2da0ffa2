using ReverseEtl.Core.Delivery;
using ReverseEtl.Core.State;

namespace ReverseEtl.State.Postgres;

public sealed partial class PostgresControlStore
{
    private const string SelectJournal = """
        select operation, seq_from, seq_to, rows, state, reported from cdp.journal where scope = $1 and run_id = $2 order by seq_from
        """;

    private const string SelectExceptions = """
        select seq, key, kind, code, message, due from cdp.row_exceptions where scope = $1 and run_id = $2 order by seq, operation
        """;

    /// <inheritdoc/>
    public Task IntendAsync(Lease lease, JournalEntry entry, CancellationToken cancellationToken)
    {
        Checks.Entry(entry);
        return WriteAsync(
            lease,
            async transaction =>
            {
                var found = await PostgresJournal.FindAsync(transaction, lease, entry);
                if (found.Run is not RunStatus.Running)
                    throw Checks.NotOpen(entry, lease.Sync);
                if (found.Overlap is { } known && (known.Done || !Checks.IsSameBatch(known, entry)))
                    throw Checks.Overlap(entry, known);
                PostgresJournal.Mark(transaction, entry, BatchState.Intended);
            },
            cancellationToken);
    }

    /// <inheritdoc/>
    public Task WithdrawAsync(Lease lease, JournalEntry entry, CancellationToken cancellationToken) => WriteAsync(
        lease,
        async transaction =>
        {
            var found = await PostgresJournal.FindAsync(transaction, lease, entry);
            if (found.Run is null)
                throw Checks.OtherSync(entry.RunId, lease.Sync);
            if (found.Overlap is not { Done: false } known || !Checks.IsSameBatch(known, entry))
                throw Checks.NotIntended(entry);
            PostgresJournal.Mark(transaction, entry, BatchState.Withdrawn);
        },
        cancellationToken);

    /// <inheritdoc/>
    public Task DoneAsync(Lease lease, JournalEntry entry, IReadOnlyList<RowException> exceptions, CancellationToken cancellationToken)
    {
        Checks.Exceptions(entry, exceptions);
        return WriteAsync(
            lease,
            async transaction =>
            {
                var found = await PostgresJournal.FindAsync(transaction, lease, entry);
                if (found.Run is null)
                    throw Checks.OtherSync(entry.RunId, lease.Sync);
                if (found.Overlap is not { } known || !Checks.IsSameBatch(known, entry))
                    throw Checks.NotIntended(entry);
                if (known.Done)
                    return;
                PostgresJournal.Mark(transaction, entry, BatchState.Done);
                PostgresJournal.Keep(transaction, lease.Sync, entry, exceptions);
            },
            cancellationToken);
    }

    /// <inheritdoc/>
    public async Task<IReadOnlyList<JournalEntry>> ReadJournalAsync(string runId, CancellationToken cancellationToken)
    {
        var entries = await ReadAsync(
            statements => statements.ListAsync(SelectJournal, row => PostgresJournal.Entry(row, runId, row.Word<Operation>(0), 1) with { Reported = row.TextOrNull(5) }, runId),
            cancellationToken);
        return [.. entries.OrderBy(entry => entry.Operation)];
    }

    /// <inheritdoc/>
    public Task<IReadOnlyList<RowException>> ReadExceptionsAsync(string runId, CancellationToken cancellationToken) => ReadAsync(
        statements => statements.ListAsync(
            SelectExceptions,
            row => new RowException(row.GetInt64(0), row.Text(1), new RowOutcome(row.Word<OutcomeKind>(2), row.TextOrNull(3), row.TextOrNull(4)) { Due = row.InstantOrNull(5) }),
            runId),
        cancellationToken);
}
