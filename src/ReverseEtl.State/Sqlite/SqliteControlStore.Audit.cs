using Dapper;
using ReverseEtl.Core.State;

namespace ReverseEtl.State.Sqlite;

public sealed partial class SqliteControlStore
{
    private const string InsertAudit = """
        insert into audit (at, sync, run_id, who, action, detail) values (@at, @Sync, @RunId, @Who, @Action, @Detail)
        """;

    // By number, not by time: clocks are set.
    private const string SelectAudit = """
        select at, sync, run_id, who, action, detail from audit where @sync is null or sync = @sync order by number desc limit @limit
        """;

    /// <inheritdoc/>
    public Task RecordAuditAsync(Lease? lease, AuditEntry entry, CancellationToken cancellationToken)
    {
        Checks.Audit(lease, entry);
        var row = new { at = Text.Of(entry.At), entry.Sync, entry.RunId, entry.Who, entry.Action, entry.Detail };
        return lease is null
            ? WriteAsync(connection => connection.Execute(InsertAudit, row), cancellationToken)
            : WriteAsync(lease, connection => connection.Execute(InsertAudit, row), cancellationToken);
    }

    /// <inheritdoc/>
    public Task<IReadOnlyList<AuditEntry>> ListAuditAsync(string? sync, int limit, CancellationToken cancellationToken)
    {
        Checks.Limit(limit);
        return ReadAsync<IReadOnlyList<AuditEntry>>(
            connection =>
            [
                .. connection.Query<(string At, string Sync, string? RunId, string Who, string Action, string Detail)>(SelectAudit, new { sync, limit })
                    .Select(row => new AuditEntry(Text.ToInstant(row.At), row.Sync, row.RunId, row.Who, row.Action, row.Detail)),
            ],
            cancellationToken);
    }
}
