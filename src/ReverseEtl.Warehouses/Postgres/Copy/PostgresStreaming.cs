using ReverseEtl.Core.Models;
using ReverseEtl.Core.Planning;
using ReverseEtl.DuckDb;
using ReverseEtl.Warehouses.Local.Streaming;

namespace ReverseEtl.Warehouses.Postgres.Copy;

/// <summary>PostgreSQL sends the rows of models by binary COPY.</summary>
/// <param name="session">Connections.</param>
internal sealed class PostgresStreaming(PostgresSession session) : IStreamingWarehouse
{
    /// <inheritdoc/>
    public DuckDBLogicalType TypeOf(ColumnInfo column) => CopyTypes.TypeOf(column);

    /// <inheritdoc/>
    public string Statement(CompiledQuery model, IReadOnlyList<ColumnInfo> columns) =>
        $"copy (select {string.Join(", ", columns.Select(column => CopyTypes.Sent($"m.{PostgresDialect.Name(column.Name)}", column)))} from ({model.Sql}\n) m) to stdout (format binary)";

    /// <inheritdoc/>
    public void Decode(CellRows rows, int column, VectorWriter vector) => CopyDecoder.Write(rows, column, vector);

    /// <inheritdoc/>
    public string Advice(DuckDBLogicalType type) => CopyTypes.Advice(type);

    /// <inheritdoc/>
    public async Task<ModelCapture> BeginAsync(PlanRequest request, CancellationToken cancellationToken) => await PostgresCapture.BeginAsync(session, cancellationToken);
}
