using ReverseEtl.Core.Config;
using ReverseEtl.Core.Models;
using ReverseEtl.Core.Planning;
using ReverseEtl.DuckDb;
using ReverseEtl.Warehouses.DuckDb;
using ReverseEtl.Warehouses.Local;

namespace ReverseEtl.Warehouses.Postgres.Copy;

/// <summary>Models run in PostgreSQL, and their rows stream into DuckDB by binary COPY: <c>select * from cdp_model0()</c>. None of them is kept.</summary>
/// <param name="session">Connections.</param>
/// <param name="tempFolder">Where DuckDB may spill to.</param>
/// <param name="memoryLimit">The memory that DuckDB may use, or null for most of the machine's.</param>
internal sealed class PostgresModelSource(PostgresSession session, string tempFolder, string? memoryLimit) : IModelSource
{
    /// <inheritdoc/>
    public Task<DuckDBConnection> OpenAsync(CancellationToken cancellationToken) => DuckDbSession.OpenAsync(tempFolder, memoryLimit, cancellationToken);

    /// <inheritdoc/>
    public SyncQuery InDuckDb(SyncQuery query)
    {
        CopyQuery.Of(query, query.Query, []).Check();
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
    public async Task<T> CaptureAsync<T>(DuckDBConnection connection, SyncQuery query, Func<SyncQuery, Task<T>> work, CancellationToken cancellationToken)
    {
        await using var capture = await PostgresCapture.BeginAsync(session, cancellationToken);
        await using var cancelling = cancellationToken.UnsafeRegister(static capture => ((PostgresCapture)capture!).Cancel(), capture);
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
            var read = CopyQuery.Of(query, model, more);
            if (shown.TryGetValue(read.Statement, out var known))
                return known;
            read.Check();
            var name = $"cdp_model{shown.Count}";
            connection.RegisterTableFunction(new DuckDBTableFunction { Name = name, Columns = read.Types, Open = () => capture.Open(read) });
            return shown[read.Statement] = model.ReadBy($"select * from {name}()");
        }
    }

    private static IReadOnlyList<ColumnInfo> InDuckDb(IReadOnlyList<ColumnInfo> columns) => [.. columns.Select(CopyTypes.InDuckDb)];
}
