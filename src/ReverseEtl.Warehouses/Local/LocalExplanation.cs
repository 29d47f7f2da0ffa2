using ReverseEtl.Core.Delivery;
using ReverseEtl.Core.Planning;
using ReverseEtl.DuckDb;
using ReverseEtl.Warehouses.DuckDb;
using static ReverseEtl.Warehouses.Local.SqlText;

namespace ReverseEtl.Warehouses.Local;

/// <summary>
/// Looks at one row: everything but it is left out of the model and of what is kept beside it, and then the plan is made as ever.
/// </summary>
internal sealed class LocalExplanation(SnapshotFile file, PlanRequest request, string key)
{
    public async Task<RowState> RunAsync(CancellationToken cancellationToken)
    {
        var text = new KeyTextFunction(file.Meta.Shape.Key);
        text.Register(file.Connection);
        await NarrowAsync($"{text.OfKept("t")} = {DuckDbDialect.Text(key)}", cancellationToken);
        var state = new RowState
        {
            ModelRows = null,
            Fields = [],
            IsTold = await file.CountAsync($"select count(*) from {SnapshotSql.Snapshot}", cancellationToken) > 0,
            Held = await HeldAsync(cancellationToken),
            Refused = await RefusedAsync(cancellationToken),
        };
        if (!file.Meta.HasKeyOf(request.Query))
            return state;
        var one = Narrowed($"{text.OfModel} = {DuckDbDialect.Text(key)}");
        // First, as it may read more columns: the row is then shown from what the plan was made of.
        var plan = await new LocalDiff(file, one, IndexRule.Default).CreateAsync(cancellationToken);
        var (rows, fields) = await ModelAsync(one.Query, cancellationToken);
        return state with
        {
            ModelRows = rows,
            Fields = fields,
            Quarantined = plan.Quarantine.Select(row => row.Reason).FirstOrDefault(),
            IsWaiting = plan.Summary.Waiting > 0,
            Next = await NextAsync(plan, cancellationToken),
        };
    }

    /// <summary>Replaces the sync's tables, which a look has for reading only, by ones in memory that have but the one row.</summary>
    private async Task NarrowAsync(string condition, CancellationToken cancellationToken)
    {
        var tables = await TablesAsync(cancellationToken);
        await file.ExecuteAsync("attach ':memory:' as cdp_one", cancellationToken);
        foreach (var (table, hasKey) in tables)
            await file.ExecuteAsync($"create table cdp_one.{table} as select * from cdp_sync.{table} t{(hasKey ? $" where {condition}" : "")}", cancellationToken);
        await file.ExecuteAsync("detach cdp_sync; attach ':memory:' as cdp_sync", cancellationToken);
        foreach (var (table, _) in tables)
            await file.ExecuteAsync($"create table cdp_sync.{table} as select * from cdp_one.{table}", cancellationToken);
        await file.ExecuteAsync("detach cdp_one", cancellationToken);
    }

    private async Task<IReadOnlyList<(string Table, bool HasKey)>> TablesAsync(CancellationToken cancellationToken)
    {
        var tables = new List<(string, bool)>();
        await using var command = new DuckDBCommand(
            "select table_name, bool_or(column_name = 'k0') from duckdb_columns() where database_name = 'cdp_sync' and table_name <> 'plan' group by table_name order by table_name",
            file.Connection);
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        while (await reader.ReadAsync(cancellationToken))
            tables.Add((reader.GetString(0), reader.GetBoolean(1)));
        return tables;
    }

    private PlanRequest Narrowed(string condition)
    {
        var query = request.Query;
        return request with
        {
            Query = query with { Query = query.Query.Where(condition), Including = more => query.Including(more).Where(condition) },
        };
    }

    private async Task<(long Rows, IReadOnlyList<FieldColumn> Fields)> ModelAsync(SyncQuery query, CancellationToken cancellationToken)
    {
        var columns = query.Columns.Select(column => DuckDbTypes.Canonical($"m.{DuckDbDialect.Name(column.Name)}", column));
        await using var command = new DuckDBCommand($"select {List([.. columns, "count(*) over ()"])} from ({query.Query.Sql}\n) m limit 1", file.Connection);
        using var reader = command.ExecuteColumns(cancellationToken);
        var (rows, fields) = (0L, (IReadOnlyList<FieldColumn>)[]);
        // To its end: what is registered while a result is open is forgotten with it.
        while (reader.ReadChunk(cancellationToken))
        {
            rows = reader.Chunk[query.Columns.Count].Values<long>()[0];
            fields = query.Mapper.Map([.. query.Columns.Select((column, i) => ChunkCopy.Column(column, reader.Chunk[i], 1))], 1);
        }

        return (rows, fields);
    }

    private async Task<ChangeKind?> HeldAsync(CancellationToken cancellationToken)
    {
        await using var command = new DuckDBCommand($"select kind from {SnapshotSql.Held} limit 1", file.Connection);
        return await command.ExecuteScalarAsync(cancellationToken) is byte kind ? (ChangeKind)kind : null;
    }

    private async Task<RefusedRow?> RefusedAsync(CancellationToken cancellationToken)
    {
        await using var command = new DuckDBCommand($"select attempts, case when isfinite(due) then epoch_us(due) end from {SnapshotSql.Refused} limit 1", file.Connection);
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        if (!await reader.ReadAsync(cancellationToken))
            return null;
        DateTimeOffset? due = reader.IsDBNull(1) ? null : DateTimeOffset.UnixEpoch.AddTicks(reader.GetInt64(1) * TimeSpan.TicksPerMicrosecond);
        return new RefusedRow(reader.GetInt32(0), due);
    }

    private static async Task<ChangeBatch?> NextAsync(LocalChangePlan plan, CancellationToken cancellationToken)
    {
        foreach (var kind in Enum.GetValues<ChangeKind>())
        {
            if (await plan.SampleAsync(kind, 1, cancellationToken) is { } next)
                return next;
        }

        return null;
    }
}
