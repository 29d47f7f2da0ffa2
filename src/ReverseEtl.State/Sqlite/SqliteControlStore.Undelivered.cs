using Dapper;
using ReverseEtl.Core.State;

namespace ReverseEtl.State.Sqlite;

public sealed partial class SqliteControlStore
{
    private const string SettleRejected = "delete from rejected where sync = @Sync and last_run <> @RunId";

    private const string KeepRejected = "update rejected set last_run = $1 where sync = $2 and key = $3";

    private const string SelectRejected = """
        select key, code, message, attempts, first_at, last_at from rejected where sync = @sync order by last_at desc, key limit @limit
        """;

    private const string CountRejected = "select count(*) from rejected where sync = @sync";

    private const string InsertQuarantined =
        "insert into quarantine (sync, position, key, reason, rows) values ($1, $2, $3, $4, $5)";

    /// <inheritdoc/>
    public Task KeepRejectedAsync(Lease lease, string runId, IReadOnlyList<string> keys, CancellationToken cancellationToken) =>
        WriteAsync(
            lease,
            connection =>
            {
                using var keep = new Statement(connection, KeepRejected, 3);
                foreach (var key in keys)
                    keep.Run(runId, lease.Sync, key);
            },
            cancellationToken);

    /// <inheritdoc/>
    public Task<IReadOnlyList<RejectedRow>> ListRejectedAsync(string sync, int limit, CancellationToken cancellationToken)
    {
        Checks.Limit(limit);
        return ReadAsync<IReadOnlyList<RejectedRow>>(
            connection =>
            [
                .. connection.Query<(string Key, string Code, string Message, int Attempts, string First, string Last)>(
                        SelectRejected, new { sync, limit })
                    .Select(row => new RejectedRow(
                        row.Key, row.Code, row.Message, row.Attempts, Text.ToInstant(row.First), Text.ToInstant(row.Last))),
            ],
            cancellationToken);
    }

    /// <inheritdoc/>
    public Task<long> CountRejectedAsync(string sync, CancellationToken cancellationToken) =>
        ReadAsync(connection => connection.ExecuteScalar<long>(CountRejected, new { sync }), cancellationToken);

    /// <inheritdoc/>
    public Task SaveQuarantineAsync(Lease lease, IReadOnlyList<QuarantinedRow> rows, CancellationToken cancellationToken) =>
        WriteAsync(
            lease,
            connection =>
            {
                connection.Execute("delete from quarantine where sync = @Sync", new { lease.Sync });
                using var insert = new Statement(connection, InsertQuarantined, 5);
                for (var position = 0; position < rows.Count; position++)
                    insert.Run(lease.Sync, position, rows[position].Key, rows[position].Reason, rows[position].Rows);
            },
            cancellationToken);

    /// <inheritdoc/>
    public Task<IReadOnlyList<QuarantinedRow>> ListQuarantineAsync(string sync, CancellationToken cancellationToken) =>
        ReadAsync<IReadOnlyList<QuarantinedRow>>(
            connection =>
            [
                .. connection.Query<QuarantinedRow>(
                    "select key as Key, reason as Reason, rows as Rows from quarantine where sync = @sync order by position", new { sync }),
            ],
            cancellationToken);
}
