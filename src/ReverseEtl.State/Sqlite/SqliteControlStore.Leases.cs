using Dapper;
using Microsoft.Data.Sqlite;
using ReverseEtl.Core.State;

namespace ReverseEtl.State.Sqlite;

public sealed partial class SqliteControlStore
{
    private const string Acquire = """
        insert into leases (sync, fence, holder, expires_at) values (@sync, 1, @holder, @expires)
        on conflict (sync) do update set fence = fence + 1, holder = excluded.holder, expires_at = excluded.expires_at
        where holder is null or expires_at <= @now
        returning fence
        """;

    private const string Renew = "update leases set expires_at = @expires where sync = @Sync";

    // The row stays, so that the fence goes on from where it was.
    private const string Release = "update leases set holder = null where sync = @Sync and fence = @Fence";

    private const string Break = "update leases set holder = null where sync = @sync and holder = @holder";

    private const string Find = "select holder, expires_at from leases where sync = @sync and holder is not null";

    // A lease that ran out and that nobody took is still its holder's.
    private const string FenceHolds = "select 1 from leases where sync = $1 and fence = $2 and holder is not null";

    /// <inheritdoc/>
    public Task<LeaseResult> AcquireLeaseAsync(string sync, string holder, TimeSpan duration, CancellationToken cancellationToken)
    {
        Checks.Duration(duration);
        return WriteAsync(
            connection =>
            {
                var fence = connection.ExecuteScalar<long?>(Acquire, new { sync, holder, now = Now, expires = In(duration) });
                if (fence is not null)
                    return new LeaseResult(new Lease(sync, holder, fence.Value), null, null);
                var other = FindLease(connection, sync)!;
                return new LeaseResult(null, other.Name, other.Until);
            },
            cancellationToken);
    }

    /// <inheritdoc/>
    public Task RenewLeaseAsync(Lease lease, TimeSpan duration, CancellationToken cancellationToken)
    {
        Checks.Duration(duration);
        return WriteAsync(
            lease, connection => connection.Execute(Renew, new { lease.Sync, expires = In(duration) }), cancellationToken);
    }

    /// <inheritdoc/>
    public Task ReleaseLeaseAsync(Lease lease, CancellationToken cancellationToken) =>
        WriteAsync(connection => connection.Execute(Release, new { lease.Sync, lease.Fence }), cancellationToken);

    /// <inheritdoc/>
    public Task BreakLeaseAsync(string sync, string holder, CancellationToken cancellationToken) =>
        WriteAsync(connection => connection.Execute(Break, new { sync, holder }), cancellationToken);

    /// <inheritdoc/>
    public Task<LeaseHolder?> FindLeaseAsync(string sync, CancellationToken cancellationToken) =>
        ReadAsync(connection => FindLease(connection, sync), cancellationToken);

    private LeaseHolder? FindLease(SqliteConnection connection, string sync) =>
        connection.QuerySingleOrDefault<(string Holder, string Until)?>(Find, new { sync }) is { } row
            ? new LeaseHolder(row.Holder, Text.ToInstant(row.Until)) { RanOut = string.CompareOrdinal(row.Until, Now) <= 0 }
            : null;

    private string In(TimeSpan duration) => Text.Of(_time.GetUtcNow() + duration);
}
