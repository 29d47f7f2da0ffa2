using System.Data;
using Npgsql;
using ReverseEtl.Core.State;

namespace ReverseEtl.State.Postgres;

/// <summary>A transaction that writes.</summary>
internal sealed class PostgresTransaction : PostgresStatements, IAsyncDisposable
{
    // A session that lost its client must not keep its locks for hours; and a commit is on disk, whatever the server's default.
    private const string Settings = """
        select clock_timestamp(),
            set_config('lock_timeout', '20s', true),
            set_config('idle_in_transaction_session_timeout', '30s', true),
            set_config('synchronous_commit', case current_setting('synchronous_commit') when 'off' then 'on' else current_setting('synchronous_commit') end, true)
        """;

    // The rows stay locked until the end: whoever asks for such a lease, or writes under it elsewhere, comes after this transaction.
    private const string LockLeases = """
        select sync, fence from cdp.leases where scope = $1 and sync = any($2) and holder is not null order by sync for update
        """;

    private readonly NpgsqlTransaction _transaction;
    private readonly Dictionary<string, long> _fences = new(StringComparer.Ordinal);

    private PostgresTransaction(NpgsqlConnection connection, NpgsqlTransaction transaction, PostgresScope scope)
        : base(connection, scope) => _transaction = transaction;

    /// <summary>The store's time at the beginning.</summary>
    public DateTimeOffset Now { get; private set; }

    /// <summary>True where an earlier attempt got no answer to its commit: it may have been written already.</summary>
    public required bool IsRepeat { get; init; }

    /// <summary>Begins one, with the leases on some syncs.</summary>
    public static async Task<PostgresTransaction> BeginAsync(
        NpgsqlConnection connection, PostgresScope scope, IEnumerable<string> syncs, TimeProvider? clock, bool isRepeat)
    {
        // Each statement sees what was committed before it, also by those whose lock it waited for.
        var begun = await connection.BeginTransactionAsync(IsolationLevel.ReadCommitted);
        var transaction = new PostgresTransaction(connection, begun, scope) { IsRepeat = isRepeat };
        await using var batch = new NpgsqlBatch(connection)
        {
            // One value, not one for each sync.
            BatchCommands = { new NpgsqlBatchCommand(Settings), transaction.Command(LockLeases, [syncs.Distinct(StringComparer.Ordinal).ToArray()]) },
        };
        await using var reader = await batch.ExecuteReaderAsync();
        await reader.ReadAsync();
        transaction.Now = clock?.GetUtcNow() ?? reader.Instant(0);
        await reader.NextResultAsync();
        while (await reader.ReadAsync())
            transaction._fences.Add(reader.Text(0), reader.GetInt64(1));
        return transaction;
    }

    /// <summary>Refuses what follows unless the lease is held.</summary>
    /// <exception cref="LeaseLostException">It is not.</exception>
    public void Check(Lease lease)
    {
        if (!_fences.TryGetValue(lease.Sync, out var fence) || fence != lease.Fence)
            throw new LeaseLostException(lease.Sync);
    }

    /// <summary>Tells who holds a lease from now on, by its number; null where nobody does.</summary>
    public void Note(string sync, long? fence)
    {
        if (fence is { } number)
            _fences[sync] = number;
        else
            _fences.Remove(sync);
    }

    /// <summary>Commits, with what waits, on one way to the server.</summary>
    public async Task CommitAsync()
    {
        await using var batch = Batch(new NpgsqlBatchCommand("COMMIT"));
        await batch.ExecuteNonQueryAsync();
    }

    public ValueTask DisposeAsync() => _transaction.DisposeAsync();
}
