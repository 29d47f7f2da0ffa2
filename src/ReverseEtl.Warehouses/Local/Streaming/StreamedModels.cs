using ReverseEtl.Core.Config;
using ReverseEtl.Core.Delivery;
using ReverseEtl.Core.Models;
using ReverseEtl.Core.Planning;
using ReverseEtl.DuckDb;
using ReverseEtl.Warehouses.DuckDb;

namespace ReverseEtl.Warehouses.Local.Streaming;

/// <summary>Models run in their warehouse, and their rows stream into DuckDB: <c>select * from cdp_model0()</c>. None of them is kept.</summary>
/// <param name="warehouse">The warehouse.</param>
/// <param name="tempFolder">Where DuckDB may spill to.</param>
/// <param name="memoryLimit">The memory that DuckDB may use, or null for most of the machine's.</param>
internal sealed class StreamedModels(IStreamingWarehouse warehouse, string tempFolder, string? memoryLimit) : IModelSource
{
    /// <inheritdoc/>
    public Task<DuckDBConnection> OpenAsync(CancellationToken cancellationToken) => DuckDbSession.OpenAsync(tempFolder, memoryLimit, cancellationToken);

    /// <inheritdoc/>
    public SyncQuery InDuckDb(SyncQuery query)
    {
        ModelQuery.Of(warehouse, query, query.Query, []).Check();
        var (key, columns) = (InDuckDb(query.Key), InDuckDb(query.Columns));
        return query with
        {
            Key = key,
            Columns = columns,
            Available = InDuckDb(query.Available),
            Shape = query.Shape with { Key = key, Columns = columns },
        };
    }

    /// <inheritdoc/>
    public async Task<T> CaptureAsync<T>(DuckDBConnection connection, PlanRequest request, Func<SyncQuery, Task<T>> work, CancellationToken cancellationToken)
    {
        var query = request.Query;
        await using var capture = await warehouse.BeginAsync(request, cancellationToken);
        await using var cancelling = cancellationToken.UnsafeRegister(static capture => ((ModelCapture)capture!).Cancel(), capture);
        var shown = new Dictionary<string, CompiledQuery>(StringComparer.Ordinal);
        try
        {
            return await work(InDuckDb(query) with { Query = Show(query.Query, []), Including = more => Show(query.Including(more), more) });
        }
        catch (DuckDBException error) when (capture.Failure is { } failure)
        {
            throw failure is ProjectException or WarehouseException ? failure : new InvalidOperationException(failure.Message, error);
        }

        CompiledQuery Show(CompiledQuery model, IReadOnlyList<string> more)
        {
            var read = ModelQuery.Of(warehouse, query, model, more);
            if (shown.TryGetValue(read.Statement, out var known))
                return known;
            read.Check();
            var name = $"cdp_model{shown.Count}";
            connection.RegisterTableFunction(new DuckDBTableFunction { Name = name, Columns = read.Types, Open = () => new ModelScan(capture, read, capture.Open(read)) });
            return shown[read.Statement] = model.ReadBy($"select * from {name}()");
        }
    }

    private IReadOnlyList<ColumnInfo> InDuckDb(IReadOnlyList<ColumnInfo> columns) =>
        [.. columns.Select(column => column with { WarehouseType = column.Type is FieldType.Json ? "JSON" : warehouse.TypeOf(column).ToString() })];
}
