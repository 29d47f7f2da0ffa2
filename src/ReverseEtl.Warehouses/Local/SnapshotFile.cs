using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using ReverseEtl.Core.Planning;
using ReverseEtl.DuckDb;
using ReverseEtl.Warehouses.DuckDb;

namespace ReverseEtl.Warehouses.Local;

/// <summary>A sync's own DuckDB file, attached beside the warehouse: <c>snapshot</c>, <c>held</c>, <c>refused</c> and <c>meta</c>.</summary>
internal sealed class SnapshotFile : IAsyncDisposable
{
    /// <summary>The table of its records.</summary>
    public const string MetaTable = "cdp_sync.meta";

    private SnapshotFile(DuckDBConnection connection, SnapshotMeta meta, string? planPath, HistoryFolder history)
    {
        (Connection, Meta, History) = (connection, meta, history);
        Plan = new PlanFile(this, planPath);
    }

    public DuckDBConnection Connection { get; }

    /// <summary>What the snapshot says of itself.</summary>
    public SnapshotMeta Meta { get; private set; }

    /// <summary>The plan's own file.</summary>
    public PlanFile Plan { get; }

    /// <summary>Where the sync's history lies.</summary>
    public HistoryFolder History { get; }

    /// <summary>Opens the file of a sync; it is made where there is none yet.</summary>
    /// <exception cref="WarehouseException">The file cannot be used; often another process has it open.</exception>
    public static async Task<SnapshotFile> OpenAsync(IModelSource source, string path, PlanRequest request, CancellationToken cancellationToken)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        var connection = await source.OpenAsync(cancellationToken);
        var file = new SnapshotFile(connection, SnapshotMeta.New(request.Query), request.Keep ? PlanFile.Beside(path) : null, HistoryFolder.Beside(path, request.Sync));
        try
        {
            await file.AttachAsync(path, request, cancellationToken);
            return file;
        }
        catch (DuckDBException error)
        {
            await file.DisposeAsync();
            throw new WarehouseException(
                error.Message.Contains("Could not set lock", StringComparison.Ordinal)
                    ? $"sync {request.Sync} is being run by another process, which has its snapshot open; wait for it"
                    : $"the snapshot of sync {request.Sync} cannot be opened: {DuckDbErrors.Sentence(error.Message)}",
                error);
        }
        catch
        {
            await file.DisposeAsync();
            throw;
        }
    }

    /// <summary>Replaces the snapshot by an empty one for a sync's key.</summary>
    public async Task BeginAnewAsync(PlanRequest request, CancellationToken cancellationToken)
    {
        // A look may not write: it goes on with an empty snapshot in memory.
        if (!request.Keep)
            await ExecuteAsync("detach cdp_sync; attach ':memory:' as cdp_sync", cancellationToken);
        await BeginAsync(request.Query, SnapshotMeta.New(request.Query), [], cancellationToken);
    }

    /// <summary>Makes a snapshot of some rows, in place of an empty one.</summary>
    /// <param name="query">The sync's rows.</param>
    /// <param name="meta">What it says of itself.</param>
    /// <param name="rows">The query of its rows, in the order of its columns.</param>
    /// <param name="cancellationToken">Stops it.</param>
    public Task TakeOverAsync(SyncQuery query, SnapshotMeta meta, string rows, CancellationToken cancellationToken) =>
        BeginAsync(query, meta, [$"insert into {SnapshotSql.Snapshot} {rows}"], cancellationToken);

    /// <summary>Makes columns for what a sync's rows are known by, where the snapshot has none yet.</summary>
    public async Task AddIdentifiersAsync(SyncQuery query, CancellationToken cancellationToken)
    {
        if (Meta.Missing(query) is not { Count: > 0 } missing)
            return;
        var meta = Meta with { Identifiers = [.. Meta.Identifiers, .. missing] };
        await TransactAsync([.. new SnapshotSql(query, Meta).AddIdentifiers(missing), WriteMeta(meta, SnapshotJson.Default.SnapshotMeta)], cancellationToken);
        Meta = meta;
    }

    public Task<int> ExecuteAsync(string sql, CancellationToken cancellationToken) => DuckDbSession.ExecuteAsync(Connection, sql, cancellationToken);

    public async Task<long> CountAsync(string sql, CancellationToken cancellationToken)
    {
        await using var command = new DuckDBCommand(sql, Connection);
        return (long)(await command.ExecuteScalarAsync(cancellationToken))!;
    }

    /// <summary>Makes a temporary table of literal rows, such as <c>(1, 2)</c>.</summary>
    public async Task FillAsync(string table, string columns, IEnumerable<string> rows, CancellationToken cancellationToken)
    {
        await ExecuteAsync($"create or replace temp table {table} ({columns})", cancellationToken);
        foreach (var chunk in rows.Chunk(1000))
            await ExecuteAsync($"insert into temp.{table} values {string.Join(", ", chunk)}", cancellationToken);
    }

    /// <summary>A record about the snapshot or its plan, or null.</summary>
    public async Task<T?> ReadMetaAsync<T>(JsonTypeInfo<T> type, CancellationToken cancellationToken)
        where T : class
    {
        await using var command = new DuckDBCommand($"select value from {MetaTable} where name = {DuckDbDialect.Text(typeof(T).Name)}", Connection);
        return await command.ExecuteScalarAsync(cancellationToken) is string json ? JsonSerializer.Deserialize(json, type) : null;
    }

    /// <summary>The statement that writes a meta record; to stand in the transaction that makes it true.</summary>
    public static string WriteMeta<T>(T value, JsonTypeInfo<T> type) =>
        $"{DropMeta<T>()}; insert into {MetaTable} values ('{typeof(T).Name}', {DuckDbDialect.Text(JsonSerializer.Serialize(value, type))})";

    /// <summary>The statement that drops a meta record.</summary>
    public static string DropMeta<T>() => $"delete from {MetaTable} where name = '{typeof(T).Name}'";

    public ValueTask DisposeAsync() => Connection.DisposeAsync();

    private async Task BeginAsync(SyncQuery query, SnapshotMeta meta, IEnumerable<string> fill, CancellationToken cancellationToken)
    {
        await TransactAsync(
            [
                $"create table if not exists {MetaTable} (name varchar, value varchar)",
                $"delete from {MetaTable}",
                .. new SnapshotSql(query, meta).Create,
                .. fill,
                WriteMeta(meta, SnapshotJson.Default.SnapshotMeta),
            ],
            cancellationToken);
        Meta = meta;
    }

    private async Task AttachAsync(string path, PlanRequest request, CancellationToken cancellationToken)
    {
        var exists = File.Exists(path);
        // A mere look writes nothing, not even a new file: where there is none yet, the snapshot is an empty one in memory.
        var source = request.Keep || exists ? DuckDbDialect.Text(path) : "':memory:'";
        await ExecuteAsync($"attach {source} as cdp_sync{(!request.Keep && exists ? " (read_only)" : "")}", cancellationToken);
        var tables = await CountAsync("select count(*) from duckdb_tables() where database_name = 'cdp_sync'", cancellationToken);
        if (tables == 0)
            await BeginAnewAsync(request, cancellationToken);
        else if (await ReadMetaAsync(SnapshotJson.Default.SnapshotMeta, cancellationToken) is { Shape: not null } meta)
            Meta = meta;
        else
            throw new WarehouseException($"{path} is no snapshot of this version; move it away to begin sync {request.Sync} anew, which sends every row again");
    }

    /// <summary>Runs statements in one transaction.</summary>
    public async Task TransactAsync(IEnumerable<string> statements, CancellationToken cancellationToken)
    {
        await using var transaction = Connection.BeginTransaction();
        foreach (var statement in statements)
            await ExecuteAsync(statement, cancellationToken);
        await transaction.CommitAsync(cancellationToken);
    }
}
