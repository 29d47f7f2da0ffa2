using ReverseEtl.Core.State;

namespace ReverseEtl.State.Postgres;

public sealed partial class PostgresControlStore
{
    private const string InsertAudit = """
        insert into cdp.audit (scope, at, sync, run_id, who, action, detail, entry) values ($1, $2, $3, $4, $5, $6, $7, $8)
        on conflict (entry) do nothing
        """;

    // By number, not by time: clocks are set.
    private const string SelectAudit = """
        select at, sync, run_id, who, action, detail from cdp.audit where scope = $1 and ($2::text is null or sync = $2)
        order by number desc limit $3
        """;

    /// <inheritdoc/>
    public Task RecordAuditAsync(Lease? lease, AuditEntry entry, CancellationToken cancellationToken)
    {
        Checks.Audit(lease, entry);
        // Known by its own name: the answer may be lost, and then it is there already.
        object?[] values = [entry.At, entry.Sync, entry.RunId, entry.Who, entry.Action, entry.Detail, Guid.NewGuid()];
        return lease is null
            ? WriteAsync(sync: null, transaction => transaction.RunAsync(InsertAudit, values), cancellationToken)
            : WriteAsync(lease, transaction => transaction.Add(InsertAudit, values), cancellationToken);
    }

    /// <inheritdoc/>
    public Task<IReadOnlyList<AuditEntry>> ListAuditAsync(string? sync, int limit, CancellationToken cancellationToken)
    {
        Checks.Limit(limit);
        return ReadAsync(
            statements => statements.ListAsync(
                SelectAudit,
                row => new AuditEntry(row.Instant(0), row.Text(1), row.TextOrNull(2), row.Text(3), row.Text(4), row.Text(5)),
                sync, limit),
            cancellationToken);
    }
}
