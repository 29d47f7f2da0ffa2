using Npgsql;
using ReverseEtl.DuckDb;

namespace ReverseEtl.Warehouses.Postgres.Copy;

/// <summary>One reading of a model: DuckDB takes its rows as the server sends them.</summary>
/// <param name="capture">What it is part of.</param>
/// <param name="query">What is read.</param>
/// <param name="stream">The COPY.</param>
internal sealed class ModelScan(PostgresCapture capture, CopyQuery query, NpgsqlRawCopyStream stream) : IDuckDBTableSource
{
    private readonly CopyRows _rows = new(stream, query.Columns.Count);
    private bool _ended;

    /// <inheritdoc/>
    public int Fill(DataChunkWriter chunk)
    {
        try
        {
            _ended = !_rows.Read();
            for (var i = 0; i < query.Columns.Count; i++)
                Decode(chunk[i], i);
            return _rows.Count;
        }
        catch (Exception error)
        {
            capture.Fail(error, query);
            throw;
        }
    }

    /// <inheritdoc/>
    public void Dispose() => capture.End(stream, query, _ended);

    private void Decode(VectorWriter vector, int column)
    {
        try
        {
            CopyDecoder.Write(_rows, column, vector);
        }
        catch (FormatException)
        {
            throw query.Refuse(column);
        }
    }
}
