using Npgsql;
using ReverseEtl.Core.State;

namespace ReverseEtl.State.Postgres;

public sealed partial class PostgresControlStore
{
    private const string Acquire = """
        insert into cdp.leases as known (scope, sync, fence, holder, expires_at, taking) values ($1, $2, 1, $3, $4, $5)
        on conflict (scope, sync) do update set fence = known.fence + 1, holder = excluded.holder, expires_at = excluded.expires_at,
            taking = excluded.taking
        where known.holder is null or known.expires_at <= $6
        """;

    private const string SelectLease = "select fence, holder, expires_at, taking from cdp.leases where scope = $1 and sync = $2";

    private const string Renew = "update cdp.leases set expires_at = $3 where scope = $1 and sync = $2";

    // The row stays, so that the fence goes on from where it was.
    private const string Release = "update cdp.leases set holder = null where scope = $1 and sync = $2 and fence = $3";

    private const string Break = "update cdp.leases set holder = null where scope = $1 and sync = $2 and holder = $3";

    private const string FindHolder = """
        select holder, expires_at, expires_at <= coalesce($3::timestamptz, clock_timestamp()) from cdp.leases
        where scope = $1 and sync = $2 and holder is not null
        """;

    /// <inheritdoc/>
    public async Task<LeaseResult> AcquireLeaseAsync(string sync, string holder, TimeSpan duration, CancellationToken cancellationToken)
    {
        Checks.Duration(duration);
        // Known by its own name: the answer may be lost, and then it finds that it has the lease already.
        var taking = Guid.NewGuid();
        LeaseResult? result = null;
        await WriteAsync(
            sync,
            async transaction =>
            {
                transaction.Add(Acquire, sync, holder, transaction.Now + duration, taking, transaction.Now);
                result = await transaction.FindAsync(SelectLease, row => Result(row, sync, taking), sync);
                if (result?.Lease is { } lease)
                    transaction.Note(sync, lease.Fence);
            },
            cancellationToken);
        return result!;
    }

    /// <inheritdoc/>
    public Task RenewLeaseAsync(Lease lease, TimeSpan duration, CancellationToken cancellationToken)
    {
        Checks.Duration(duration);
        return WriteAsync(lease, transaction => transaction.Add(Renew, lease.Sync, transaction.Now + duration), cancellationToken);
    }

    /// <inheritdoc/>
    public Task ReleaseLeaseAsync(Lease lease, CancellationToken cancellationToken) => EndAsync(Release, lease.Sync, lease.Fence, cancellationToken);

    /// <inheritdoc/>
    public Task BreakLeaseAsync(string sync, string holder, CancellationToken cancellationToken) => EndAsync(Break, sync, holder, cancellationToken);

    /// <inheritdoc/>
    public Task<LeaseHolder?> FindLeaseAsync(string sync, CancellationToken cancellationToken) => ReadAsync(
        statements => statements.FindAsync(
            FindHolder, row => new LeaseHolder(row.Text(0), row.Instant(1)) { RanOut = row.GetBoolean(2) }, sync, _clock?.GetUtcNow()),
        cancellationToken);

    private Task EndAsync(string sql, string sync, object whose, CancellationToken cancellationToken) => WriteAsync(
        sync,
        async transaction =>
        {
            if (await transaction.RunAsync(sql, sync, whose) > 0)
                transaction.Note(sync, null);
        },
        cancellationToken);

    private static LeaseResult Result(NpgsqlDataReader row, string sync, Guid taking) => row.GetGuid(3) == taking
        ? new LeaseResult(new Lease(sync, row.Text(1), row.GetInt64(0)), null, null)
        : new LeaseResult(null, row.Text(1), row.Instant(2));
}
