using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using ReverseEtl.Core.Delivery;
using ReverseEtl.Core.Models;
using ReverseEtl.Core.Planning;
using ReverseEtl.Warehouses.Local;
using static ReverseEtl.Warehouses.Local.SqlText;

namespace ReverseEtl.Warehouses.InWarehouse;

/// <summary>What is kept of a sync in the warehouse, open in a session of its own.</summary>
internal sealed class SyncSpace : IAsyncDisposable
{
    private readonly Dictionary<string, string> _records = new(StringComparer.Ordinal);

    private SyncSpace(IPlannerSession session, IPlannerDialect sql, SyncTables tables, SnapshotMeta meta)
    {
        (Session, Sql, Tables, Meta) = (session, sql, tables, meta);
        Kept = new KeptRows(tables.Snapshot, tables.Held, tables.Refused);
    }

    public IPlannerSession Session { get; }

    public IPlannerDialect Sql { get; }

    public SyncTables Tables { get; }

    /// <summary>What the snapshot says of itself.</summary>
    public SnapshotMeta Meta { get; private set; }

    /// <summary>Where the kept rows are read from; null where there are none yet.</summary>
    public KeptRows? Kept { get; set; }

    /// <summary>A folder for files of this machine.</summary>
    public required string Folder { get; init; }

    /// <summary>The snapshot takes over the plan's hashes: the statements that say by which functions they were made.</summary>
    public IEnumerable<string> TakeOverHashFunctions =>
    [
        $"delete from {Tables.Meta} where name = {Sql.Text(nameof(HashFunctions))} and exists (select 1 from {Tables.Meta} x where x.name = {Sql.Text(nameof(PlanHashFunctions))})",
        $"update {Tables.Meta} set name = {Sql.Text(nameof(HashFunctions))} where name = {Sql.Text(nameof(PlanHashFunctions))}",
    ];

    /// <summary>Opens what is kept of a sync; it is made where there is nothing yet, but not for a look.</summary>
    /// <exception cref="WarehouseException">It cannot be used; often another process does.</exception>
    public static async Task<SyncSpace> OpenAsync(IPlannerEngine engine, PlannerScope scope, PlanRequest request, CancellationToken cancellationToken)
    {
        var tables = new SyncTables(engine.Dialect, scope, request.Sync);
        var space = new SyncSpace(await engine.OpenAsync(request.Sync, request.RunId.Length == 0 ? null : request.RunId, cancellationToken), engine.Dialect, tables, SnapshotMeta.New(request.Query)) { Folder = scope.Folder };
        try
        {
            await space.OpenAsync(request, cancellationToken);
            return space;
        }
        catch
        {
            await space.DisposeAsync();
            throw;
        }
    }

    /// <summary>Replaces the snapshot by an empty one for a sync's key.</summary>
    public async Task BeginAnewAsync(PlanRequest request, CancellationToken cancellationToken)
    {
        Meta = SnapshotMeta.New(request.Query);
        if (!request.Keep)
        {
            Kept = null;
            return;
        }

        var kept = new KeptSql(this, request.Query);
        await TransactAsync([.. kept.Create, .. WriteMeta(Meta, SnapshotJson.Default.SnapshotMeta)], cancellationToken);
    }

    /// <summary>Makes a snapshot of the staged rows <c>s</c>, in place of an empty one.</summary>
    /// <param name="query">The sync's rows.</param>
    /// <param name="meta">What it says of itself.</param>
    /// <param name="columns">Its columns.</param>
    /// <param name="values">What they are made of.</param>
    /// <param name="cancellationToken">Stops it.</param>
    public async Task TakeOverAsync(SyncQuery query, SnapshotMeta meta, IEnumerable<string> columns, IEnumerable<string> values, CancellationToken cancellationToken)
    {
        var empty = meta with { Advanced = null };
        Meta = empty;
        await TransactAsync([.. new KeptSql(this, query).Create, .. WriteMeta(empty, SnapshotJson.Default.SnapshotMeta)], cancellationToken);
        var probe = (await KeptCounts.ReadAsync(this, cancellationToken)).Probe!;
        await TransactAsync(
            [
                $"insert into {Tables.Snapshot} ({List(columns)}) select {List(values)} from {Tables.Staged} s",
                .. Sql.IndexKeys(Tables.Snapshot, Tables.KeyIndex, query.Key),
                .. WriteMeta(meta, SnapshotJson.Default.SnapshotMeta),
                .. WriteMeta(new HashFunctions(probe), PlanJson.Default.HashFunctions),
            ],
            cancellationToken);
        Meta = meta;
        await TransactAsync([$"drop table {Tables.Staged}"], cancellationToken);
    }

    /// <summary>Makes columns for what a sync's rows are known by, where the snapshot has none yet.</summary>
    public async Task AddIdentifiersAsync(SyncQuery query, CancellationToken cancellationToken)
    {
        if (Meta.Missing(query) is not { Count: > 0 } missing)
            return;
        var meta = Meta with { Identifiers = [.. Meta.Identifiers, .. missing] };
        await TransactAsync([.. new KeptSql(this, query).AddIdentifiers(missing), .. WriteMeta(meta, SnapshotJson.Default.SnapshotMeta)], cancellationToken);
        Meta = meta;
    }

    /// <summary>A record about the snapshot or its plan, as it was when this was opened; null where there was none.</summary>
    public T? Record<T>(JsonTypeInfo<T> type)
        where T : class => _records.TryGetValue(typeof(T).Name, out var json) ? JsonSerializer.Deserialize(json, type) : null;

    /// <summary>The statements that write a record; to stand in the transaction that makes it true.</summary>
    public IEnumerable<string> WriteMeta<T>(T value, JsonTypeInfo<T> type) =>
        [DropMeta<T>(), $"insert into {Tables.Meta} values ({Sql.Text(typeof(T).Name)}, {Sql.Text(JsonSerializer.Serialize(value, type))})"];

    /// <summary>The statement that drops a record.</summary>
    public string DropMeta<T>() => $"delete from {Tables.Meta} where name = {Sql.Text(typeof(T).Name)}";

    public Task<IReadOnlyList<long>> TransactAsync(IReadOnlyList<string> statements, CancellationToken cancellationToken, CompiledQuery? model = null) =>
        Session.TransactAsync(statements, model, cancellationToken);

    public async Task<long> CountAsync(string sql, CancellationToken cancellationToken)
    {
        using var page = await Session.QueryAsync(sql, [FieldType.Integer], null, cancellationToken);
        return page[0].Integer(0);
    }

    public ValueTask DisposeAsync() => Session.DisposeAsync();

    private async Task OpenAsync(PlanRequest request, CancellationToken cancellationToken)
    {
        if (request.Keep)
            await Session.LockAsync(Tables, request.Sync, cancellationToken);
        if (await Session.ExistsAsync(Tables.Meta, cancellationToken))
        {
            using (var page = await Session.QueryAsync($"select name, value from {Tables.Meta}", [FieldType.Text, FieldType.Text], null, cancellationToken))
            {
                for (var row = 0; row < page.Count; row++)
                    _records.Add(page[0].Text(row)!, page[1].Text(row)!);
            }

            // Without any record, what was to begin here was given up, by a process that died.
            if (_records.Count > 0)
            {
                Meta = Record(SnapshotJson.Default.SnapshotMeta)
                    ?? throw new WarehouseException($"{Tables.Meta} is not what this version keeps; drop it to begin sync {request.Sync} anew, which sends every row again");
                return;
            }
        }
        else if (request.Keep)
        {
            await Session.CreateSchemaAsync(cancellationToken);
        }

        await BeginAnewAsync(request, cancellationToken);
    }
}

/// <summary>Where the kept rows are read from: tables, or queries that leave some rows out.</summary>
/// <param name="Snapshot">The rows that the destination was told of.</param>
/// <param name="Held">Rows whose fate is unknown.</param>
/// <param name="Refused">Rows that were refused.</param>
internal sealed record KeptRows(string Snapshot, string Held, string Refused);
