using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using ReverseEtl.Core.Config;
using ReverseEtl.Core.Planning;
using ReverseEtl.DuckDb;
using ReverseEtl.Warehouses.DuckDb;

namespace ReverseEtl.Warehouses.Local;

/// <summary>A sync's own DuckDB file, attached beside the warehouse: <c>snapshot</c>, <c>plan</c> and <c>meta</c>.</summary>
internal sealed class SyncFile : IAsyncDisposable
{
    private SyncFile(DuckDBConnection connection, PlanSql sql) => (Connection, Sql) = (connection, sql);

    public DuckDBConnection Connection { get; }

    public PlanSql Sql { get; }

    /// <exception cref="WarehouseException">The file cannot be used; often another process has it open.</exception>
    /// <exception cref="ProjectException">The snapshot has another key than the sync.</exception>
    public static async Task<SyncFile> OpenAsync(DuckDbWarehouse warehouse, string path, PlanRequest request, CancellationToken cancellationToken)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        var connection = await DuckDbSession.OpenAsync(warehouse, cancellationToken);
        var file = new SyncFile(connection, new PlanSql(request));
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

    public async Task<T?> ReadMetaAsync<T>(JsonTypeInfo<T> type, CancellationToken cancellationToken)
        where T : class
    {
        await using var command = new DuckDBCommand($"select value from cdp_sync.meta where name = {DuckDbDialect.Text(typeof(T).Name)}", Connection);
        return await command.ExecuteScalarAsync(cancellationToken) is string json ? JsonSerializer.Deserialize(json, type) : null;
    }

    /// <summary>The statement that writes a meta record; to stand in the transaction that makes it true.</summary>
    public static string WriteMeta<T>(T value, JsonTypeInfo<T> type) =>
        $"delete from cdp_sync.meta where name = '{typeof(T).Name}'; insert into cdp_sync.meta values ('{typeof(T).Name}', {DuckDbDialect.Text(JsonSerializer.Serialize(value, type))})";

    public ValueTask DisposeAsync() => Connection.DisposeAsync();

    private async Task AttachAsync(string path, PlanRequest request, CancellationToken cancellationToken)
    {
        // A mere look writes nothing, not even a new file: where there is none yet, the snapshot is an empty one in memory.
        var source = request.Keep || File.Exists(path) ? DuckDbDialect.Text(path) : "':memory:'";
        var mode = !request.Keep && File.Exists(path) ? " (read_only)" : "";
        await ExecuteAsync($"attach {source} as cdp_sync{mode}; attach ':memory:' as cdp_look", cancellationToken);
        if (mode.Length == 0)
        {
            await ExecuteAsync("create table if not exists cdp_sync.meta (name varchar, value varchar)", cancellationToken);
            await CreateSnapshotAsync(request, cancellationToken);
        }

        await CheckKeyAsync(request, cancellationToken);
    }

    private async Task CreateSnapshotAsync(PlanRequest request, CancellationToken cancellationToken)
    {
        var meta = await ReadMetaAsync(SyncFileJson.Default.SnapshotMeta, cancellationToken);
        var wanted = SnapshotMeta.Of(request);
        if (meta is null)
        {
            await TransactAsync([Sql.CreateSnapshot, Sql.CreateHeld, WriteMeta(wanted, SyncFileJson.Default.SnapshotMeta)], cancellationToken);
        }
        else if (!meta.Identifiers.SequenceEqual(wanted.Identifiers) && meta.Key.SequenceEqual(wanted.Key))
        {
            // Other identifiers mean another mapping, so that every row is sent again and brings its own.
            var statements = meta.Identifiers
                .SelectMany((_, i) => new[] { $"alter table {PlanSql.Snapshot} drop column i{i}", $"alter table {PlanSql.Held} drop column i{i}" })
                .Concat(Sql.AddIdentifiers)
                .Append(WriteMeta(wanted with { AdvancedBy = meta.AdvancedBy }, SyncFileJson.Default.SnapshotMeta));
            await TransactAsync(statements, cancellationToken);
        }
    }

    private async Task CheckKeyAsync(PlanRequest request, CancellationToken cancellationToken)
    {
        var meta = await ReadMetaAsync(SyncFileJson.Default.SnapshotMeta, cancellationToken);
        var wanted = SnapshotMeta.Of(request);
        if (meta is not null && !meta.Key.SequenceEqual(wanted.Key))
        {
            throw new ProjectException(request.Query.Query.Root,
                $"the key of sync {request.Sync} was ({string.Join(", ", meta.Key)}) and is now ({string.Join(", ", wanted.Key)}), so its rows cannot be compared; restore the key, or give the sync another name to begin anew");
        }
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
