using ReverseEtl.Core.State;

namespace ReverseEtl.State.Postgres;

public sealed partial class PostgresControlStore
{
    private const string SettleRejected = "delete from cdp.rejected where scope = $1 and sync = $2 and last_run <> $3";

    private const string KeepRejected = "update cdp.rejected set last_run = $3 where scope = $1 and sync = $2 and key_hash = any($4)";

    private const string SelectRejected = """
        select key, code, message, attempts, first_at, last_at from cdp.rejected where scope = $1 and sync = $2
        order by last_at desc, key limit $3
        """;

    private const string CountRejected = "select count(*) from cdp.rejected where scope = $1 and sync = $2";

    private const string DropQuarantine = "delete from cdp.quarantine where scope = $1 and sync = $2";

    private const string InsertQuarantine = """
        insert into cdp.quarantine (scope, sync, key, reason, rows, position)
        select $1, $2, * from unnest($3::text[], $4::text[], $5::bigint[]) with ordinality
        """;

    private const string SelectQuarantine = "select key, reason, rows from cdp.quarantine where scope = $1 and sync = $2 order by position";

    /// <inheritdoc/>
    public Task KeepRejectedAsync(Lease lease, string runId, IReadOnlyList<string> keys, CancellationToken cancellationToken) => WriteAsync(
        lease,
        transaction => transaction.Add(KeepRejected, lease.Sync, runId, keys.Select(PostgresText.Hash).ToArray()),
        cancellationToken);

    /// <inheritdoc/>
    public Task<IReadOnlyList<RejectedRow>> ListRejectedAsync(string sync, int limit, CancellationToken cancellationToken)
    {
        Checks.Limit(limit);
        return ReadAsync(
            statements => statements.ListAsync(
                SelectRejected,
                row => new RejectedRow(row.Text(0), row.Text(1), row.Text(2), row.GetInt32(3), row.Instant(4), row.Instant(5)),
                sync, limit),
            cancellationToken);
    }

    /// <inheritdoc/>
    public Task<long> CountRejectedAsync(string sync, CancellationToken cancellationToken) =>
        ReadAsync(statements => statements.FindAsync(CountRejected, row => row.GetInt64(0), sync), cancellationToken);

    /// <inheritdoc/>
    public Task SaveQuarantineAsync(Lease lease, IReadOnlyList<QuarantinedRow> rows, CancellationToken cancellationToken) => WriteAsync(
        lease,
        transaction =>
        {
            transaction.Add(DropQuarantine, lease.Sync);
            transaction.Add(
                InsertQuarantine, lease.Sync,
                rows.Select(row => row.Key).ToArray(), rows.Select(row => row.Reason).ToArray(), rows.Select(row => row.Rows).ToArray());
        },
        cancellationToken);

    /// <inheritdoc/>
    public Task<IReadOnlyList<QuarantinedRow>> ListQuarantineAsync(string sync, CancellationToken cancellationToken) => ReadAsync(
        statements => statements.ListAsync(SelectQuarantine, row => new QuarantinedRow(row.Text(0), row.Text(1), row.GetInt64(2)), sync),
        cancellationToken);
}
