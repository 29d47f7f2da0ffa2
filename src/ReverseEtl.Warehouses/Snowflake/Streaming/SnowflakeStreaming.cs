using System.Globalization;
using ReverseEtl.Core.Delivery;
using ReverseEtl.Core.Models;
using ReverseEtl.Core.Planning;
using ReverseEtl.DuckDb;
using ReverseEtl.Warehouses.Local.Streaming;

namespace ReverseEtl.Warehouses.Snowflake;

/// <summary>
/// Snowflake sends the rows of models as the partitions of a result. Numbers and booleans stay what they are in DuckDB; everything else comes as
/// canonical text, as DuckDB's times are coarser than Snowflake's.
/// </summary>
/// <param name="api">The account.</param>
/// <param name="context">What the statements of a sync's run go with.</param>
internal sealed class SnowflakeStreaming(SnowflakeApi api, Func<string?, string?, SnowflakeContext> context) : IStreamingWarehouse
{
    /// <inheritdoc/>
    public DuckDBLogicalType TypeOf(ColumnInfo column) => column.Type switch
    {
        FieldType.Boolean => DuckDBLogicalType.Boolean,
        FieldType.Integer => DuckDBLogicalType.BigInt,
        FieldType.Float => DuckDBLogicalType.Double,
        _ when SnowflakeTypes.DecimalOf(column) is var (precision, scale) => DuckDBLogicalType.Decimal(precision, scale),
        _ => DuckDBLogicalType.Varchar,
    };

    /// <inheritdoc/>
    public string Statement(CompiledQuery model, IReadOnlyList<ColumnInfo> columns) =>
        $"select {string.Join(", ", columns.Select((column, i) => string.Create(CultureInfo.InvariantCulture, $"{Sent(column)} as c{i}")))} from ({model.Sql}\n) m";

    /// <inheritdoc/>
    public void Decode(CellRows rows, int column, VectorWriter vector) => ResultDecoder.Write(rows, column, vector);

    /// <inheritdoc/>
    public string Advice(DuckDBLogicalType type) => $"came with a value that is no {type}: the model has another type by now; run it again";

    /// <inheritdoc/>
    public Task<ModelCapture> BeginAsync(PlanRequest request, CancellationToken cancellationToken) =>
        Task.FromResult<ModelCapture>(new SnowflakeCapture(api, context(request.Sync, request.RunId is "" ? null : request.RunId)));

    private string Sent(ColumnInfo column)
    {
        var sql = $"m.{SnowflakeDialect.Name(column.Name)}";
        return TypeOf(column).Id is DuckDBType.Varchar ? SnowflakeTypes.Canonical(sql, column) : sql;
    }
}
