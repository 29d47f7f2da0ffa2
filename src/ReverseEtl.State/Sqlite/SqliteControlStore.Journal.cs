using Dapper;
using ReverseEtl.Core.Delivery;
using ReverseEtl.Core.State;

namespace ReverseEtl.State.Sqlite;

public sealed partial class SqliteControlStore
{
    private const string SelectJournal = """
        select operation, seq_from, seq_to, rows, done, reported from journal where run_id = @runId order by seq_from
        """;

    private const string SelectExceptions = """
        select seq, key, kind, code, message, due from row_exceptions where run_id = @runId order by seq, operation
        """;

    /// <inheritdoc/>
    public Task IntendAsync(Lease lease, JournalEntry entry, CancellationToken cancellationToken)
    {
        Checks.Entry(entry);
        return WriteAsync(
            lease,
            _ =>
            {
                if (!_journal.IsOpenRun(entry.RunId, lease.Sync))
                    throw Checks.NotOpen(entry, lease.Sync);
                if (_journal.FindOverlap(entry) is not { } known)
                    _journal.Intend(entry);
                else if (known.Done || !Checks.IsSameBatch(known, entry))
                    throw Checks.Overlap(entry, known);
                else
                    _journal.Reintend(entry);
            },
            cancellationToken);
    }

    /// <inheritdoc/>
    public Task WithdrawAsync(Lease lease, JournalEntry entry, CancellationToken cancellationToken) => WriteAsync(
        lease,
        _ =>
        {
            if (!_journal.IsRun(entry.RunId, lease.Sync))
                throw Checks.OtherSync(entry.RunId, lease.Sync);
            if (_journal.FindOverlap(entry) is not { Done: false } known || !Checks.IsSameBatch(known, entry))
                throw Checks.NotIntended(entry);
            _journal.Withdraw(entry);
        },
        cancellationToken);

    /// <inheritdoc/>
    public Task DoneAsync(
        Lease lease, JournalEntry entry, IReadOnlyList<RowException> exceptions, CancellationToken cancellationToken)
    {
        Checks.Exceptions(entry, exceptions);
        return WriteAsync(
            lease,
            _ =>
            {
                if (!_journal.IsRun(entry.RunId, lease.Sync))
                    throw Checks.OtherSync(entry.RunId, lease.Sync);
                if (_journal.FindOverlap(entry) is not { } known || !Checks.IsSameBatch(known, entry))
                    throw Checks.NotIntended(entry);
                if (known.Done)
                    return;
                _journal.Done(entry);
                var now = Now;
                foreach (var row in exceptions)
                    _journal.Exception(lease.Sync, entry, row, now);
            },
            cancellationToken);
    }

    /// <inheritdoc/>
    public Task<IReadOnlyList<JournalEntry>> ReadJournalAsync(string runId, CancellationToken cancellationToken) =>
        ReadAsync<IReadOnlyList<JournalEntry>>(
            connection =>
            [
                .. connection.Query<(string Operation, long From, long To, int Rows, int Done, string? Reported)>(SelectJournal, new { runId })
                    .Select(row => new JournalEntry(
                        runId, Text.To<Operation>(row.Operation), row.From, row.To, row.Rows, row.Done == JournalStatements.Answered)
                    {
                        Withdrawn = row.Done == JournalStatements.TakenBack,
                        Reported = row.Reported,
                    })
                    .OrderBy(entry => entry.Operation),
            ],
            cancellationToken);

    /// <inheritdoc/>
    public Task<IReadOnlyList<RowException>> ReadExceptionsAsync(string runId, CancellationToken cancellationToken) =>
        ReadAsync<IReadOnlyList<RowException>>(
            connection =>
            [
                .. connection.Query<(long Seq, string Key, string Kind, string? Code, string? Message, string? Due)>(SelectExceptions, new { runId })
                    .Select(row => new RowException(row.Seq, row.Key, new RowOutcome(Text.To<OutcomeKind>(row.Kind), row.Code, row.Message) { Due = row.Due is { } due ? Text.ToInstant(due) : null })),
            ],
            cancellationToken);
}
