using ReverseEtl.DuckDb.Native;

namespace ReverseEtl.DuckDb;

/// <summary>A chunk to be filled, column by column: by a table function, or for the appender.</summary>
public readonly ref struct DataChunkWriter
{
    /// <summary>Rows of a chunk; DuckDB's vector size.</summary>
    public const int MaxRows = 2048;

    private readonly nint _chunk;
    private readonly DuckDBLogicalType[] _types;

    internal DataChunkWriter(nint chunk, DuckDBLogicalType[] types)
    {
        _chunk = chunk;
        _types = types;
    }

    public int ColumnCount => _types.Length;

    /// <summary>Looks a column's pointers up: take it once per chunk, outside the loop over the rows.</summary>
    public VectorWriter this[int column] => new(Api.duckdb_data_chunk_get_vector(_chunk, (ulong)column), _types[column], MaxRows);
}
