using ReverseEtl.DuckDb.Native;

namespace ReverseEtl.DuckDb;

/// <summary>Up to 2,048 rows, column by column: what a query yields and what a scalar function is given.</summary>
public readonly ref struct DataChunk
{
    private readonly nint _chunk;
    private readonly DuckDBLogicalType[] _types;

    internal DataChunk(nint chunk, DuckDBLogicalType[] types)
    {
        _chunk = chunk;
        _types = types;
        RowCount = (int)Api.duckdb_data_chunk_get_size(chunk);
    }

    public int RowCount { get; }

    public int ColumnCount => _types.Length;

    /// <summary>Looks a column's pointers up: take it once per chunk, outside the loop over the rows.</summary>
    public ColumnVector this[int column] => new(Raw(column));

    internal RawVector Raw(int column) => new(Api.duckdb_data_chunk_get_vector(_chunk, (ulong)column), _types[column], RowCount);
}
