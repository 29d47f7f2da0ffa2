using System.Globalization;
using ReverseEtl.Core.Config;
using ReverseEtl.Core.Delivery;
using ReverseEtl.Core.Models;
using ReverseEtl.Core.Planning;
using ReverseEtl.DuckDb;
using ReverseEtl.Warehouses.Local;
using ReverseEtl.Warehouses.Log;

namespace ReverseEtl.Warehouses.DuckDb;

/// <summary>A DuckDB file as the warehouse of a project.</summary>
public sealed class DuckDbWarehouse : IWarehouse, IModelSource
{
    private DuckDBConnection? _connection;

    private DuckDbWarehouse(DuckDbWarehouseOptions options, string folder, string workFolder)
    {
        (Options, Folder) = (options, folder);
        File = Path.GetFullPath(options.Path, folder);
        TempFolder = Path.Combine(workFolder, "tmp");
    }

    /// <inheritdoc/>
    public ISqlDialect Dialect { get; } = new DuckDbDialect();

    internal DuckDbWarehouseOptions Options { get; }

    internal string Folder { get; }

    internal string File { get; }

    internal string TempFolder { get; }

    /// <summary>Opens the file, making it first where it does not exist and the options say how.</summary>
    /// <param name="options">The project's options.</param>
    /// <param name="folder">The project's folder.</param>
    /// <param name="workFolder">Where DuckDB may spill to.</param>
    /// <param name="begins">Is called before the file is made.</param>
    /// <param name="cancellationToken">Stops it.</param>
    /// <exception cref="WarehouseException">The file cannot be used.</exception>
    public static async Task<DuckDbWarehouse> OpenAsync(DuckDbWarehouseOptions options, string folder, string workFolder, Action begins, CancellationToken cancellationToken)
    {
        var warehouse = new DuckDbWarehouse(options, folder, workFolder);
        await DuckDbBootstrap.EnsureAsync(warehouse, begins, cancellationToken);
        warehouse._connection = await DuckDbSession.OpenAsync(warehouse, cancellationToken);
        return warehouse;
    }

    /// <inheritdoc cref="OpenAsync(DuckDbWarehouseOptions, string, string, Action, CancellationToken)"/>
    public static Task<DuckDbWarehouse> OpenAsync(DuckDbWarehouseOptions options, string folder, string workFolder, CancellationToken cancellationToken) =>
        OpenAsync(options, folder, workFolder, () => { }, cancellationToken);

    /// <summary>What a connection reads, as a warehouse. The connection stays its owner's.</summary>
    internal static DuckDbWarehouse Over(DuckDBConnection connection) =>
        new(new DuckDbWarehouseOptions { Type = DuckDbWarehouseOptions.TypeName, Path = connection.DataSource }, Path.GetTempPath(), Path.GetTempPath()) { _connection = connection };

    /// <inheritdoc/>
    public Task<IReadOnlyList<ColumnInfo>> DescribeAsync(CompiledQuery query, CancellationToken cancellationToken) =>
        RunAsync(query, () => Describe(query, cancellationToken), cancellationToken);

    /// <inheritdoc/>
    public Task<Preview> PreviewAsync(CompiledQuery query, PreviewOptions options, CancellationToken cancellationToken) =>
        RunAsync(query, () => Show(query, options, cancellationToken), cancellationToken);

    /// <inheritdoc/>
    public ISyncPlanner Planner(PlannerScope scope) => new LocalPlanner(this, scope.SyncFolder);

    /// <inheritdoc/>
    public ISyncHistory History(PlannerScope scope, string sync) => new LocalHistory(scope.Folder, sync);

    /// <inheritdoc/>
    public ISyncLog Log(PlannerScope scope) => new DuckDbSyncLog(scope);

    Task<DuckDBConnection> IModelSource.OpenAsync(CancellationToken cancellationToken) => DuckDbSession.OpenAsync(this, cancellationToken);

    SyncQuery IModelSource.InDuckDb(SyncQuery query) => query;

    // The file is attached for reading only, which keeps everybody from writing to it.
    Task<T> IModelSource.CaptureAsync<T>(DuckDBConnection connection, PlanRequest request, Func<SyncQuery, Task<T>> work, CancellationToken cancellationToken) => work(request.Query);

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => _connection?.DisposeAsync() ?? ValueTask.CompletedTask;

    // The query begins on the statement's first line, so that DuckDB's line numbers are the query's.
    private IReadOnlyList<ColumnInfo> Describe(CompiledQuery query, CancellationToken cancellationToken)
    {
        using var reader = Execute($"select * from ({query.Sql}\n) limit 0", cancellationToken);
        return [.. reader.Columns.Select(column => new ColumnInfo(column.Name, column.Type.ToString(), DuckDbTypes.FieldTypeOf(column.Type)))];
    }

    private Preview Show(CompiledQuery query, PreviewOptions options, CancellationToken cancellationToken)
    {
        var columns = Describe(query, cancellationToken);
        var from = $"from ({query.Sql}\n) as model{(options.Where is null ? "" : $" where {options.Where}")}";
        if (options.Where is not null)
            CheckWhere(from, cancellationToken);
        var count = 0L;
        using (var counted = Execute($"select count(*) {from}", cancellationToken))
        {
            while (counted.ReadChunk(cancellationToken))
                count = counted.Chunk[0].Values<long>()[0];
        }

        var select = string.Join(", ", columns.Select(column => DuckDbTypes.Canonical(DuckDbDialect.Name(column.Name), column)));
        var order = string.Join(", ", options.OrderBy.Select(DuckDbDialect.Name));
        using var rows = Execute(
            string.Create(CultureInfo.InvariantCulture, $"select {select} {from}{(order.Length == 0 ? "" : $" order by {order}")} limit {options.Limit}"),
            cancellationToken);
        var builders = columns.Select(column => new FieldColumnBuilder(column.Name, column.Type)).ToList();
        while (rows.ReadChunk(cancellationToken))
        {
            for (var i = 0; i < builders.Count; i++)
                ChunkCopy.Append(builders[i], rows.Chunk[i], 0, rows.Chunk.RowCount);
        }

        var shown = builders[0].Count;
        return new Preview(count, [.. builders.Select(builder => builder.Build())], shown);
    }

    // The model alone was described before, so what is refused now is the condition.
    private void CheckWhere(string from, CancellationToken cancellationToken)
    {
        try
        {
            Execute($"select 1 {from} limit 0", cancellationToken).Dispose();
        }
        catch (DuckDBException error)
        {
            throw new ProjectException(new Position("--where"), $"the warehouse refuses the condition: {DuckDbErrors.Sentence(error.Message)}");
        }
    }

    private DuckDBColumnReader Execute(string sql, CancellationToken cancellationToken)
    {
        using var command = new DuckDBCommand(sql, _connection!);
        return command.ExecuteColumns(cancellationToken);
    }

    private static async Task<T> RunAsync<T>(CompiledQuery query, Func<T> work, CancellationToken cancellationToken)
    {
        try
        {
            return await Task.Run(work, cancellationToken);
        }
        catch (DuckDBException error)
        {
            throw DuckDbErrors.Translate(error, query);
        }
    }
}
