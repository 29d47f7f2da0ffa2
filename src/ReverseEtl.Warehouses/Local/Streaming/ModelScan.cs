using ReverseEtl.DuckDb;

namespace ReverseEtl.Warehouses.Local.Streaming;

/// <summary>One reading of a model: DuckDB takes its rows as the warehouse sends them.</summary>
/// <param name="capture">What it is part of.</param>
/// <param name="query">What is read.</param>
/// <param name="rows">The rows.</param>
internal sealed class ModelScan(ModelCapture capture, ModelQuery query, CellRows rows) : IDuckDBTableSource
{
    private bool _ended;

    /// <inheritdoc/>
    public int Fill(DataChunkWriter chunk)
    {
        try
        {
            _ended = !rows.Read();
            for (var i = 0; i < query.Columns.Count; i++)
                Decode(chunk[i], i);
            return rows.Count;
        }
        catch (Exception error)
        {
            capture.Fail(error, query);
            throw;
        }
    }

    /// <inheritdoc/>
    public void Dispose() => capture.End(query, rows, _ended);

    private void Decode(VectorWriter vector, int column)
    {
        try
        {
            query.Warehouse.Decode(rows, column, vector);
        }
        catch (FormatException)
        {
            throw query.Refuse(column);
        }
    }
}
