using ReverseEtl.DuckDb.Native;

namespace ReverseEtl.DuckDb;

/// <summary>
/// Loads a table: row by row (<see cref="CreateRow"/>), or by chunks of columns (<see cref="BeginChunk"/>), which is several times faster.
/// Rows arrive with <see cref="Flush"/>, <see cref="Close"/> or Dispose, and by themselves now and then; in a transaction they are part of it.
/// After an error of the appender, rows not flushed before are dropped.
/// </summary>
public sealed unsafe class DuckDBAppender : IDisposable
{
    private readonly AppenderHandle _handle;
    private readonly DuckDBLogicalType[] _types;
    private readonly DuckDBAppenderRow _row;
    private ChunkHandle? _chunk;
    private bool _inRow;
    private bool _failed;

    internal DuckDBAppender(ConnectionHandle connection, string? catalog, string? schema, string table)
    {
        var state = Api.duckdb_appender_create_ext(connection, catalog, schema, table, out _handle);
        if (state != State.Success)
        {
            using (_handle)
                throw Error();
        }

        _handle.KeepAlive(connection);
        _types = new DuckDBLogicalType[Api.duckdb_appender_column_count(_handle)];
        for (var i = 0; i < _types.Length; i++)
            _types[i] = NativeTypes.Take(Api.duckdb_appender_column_type(_handle, (ulong)i));
        _row = new DuckDBAppenderRow(this, _handle);
    }

    /// <summary>The types of the table's columns.</summary>
    public IReadOnlyList<DuckDBLogicalType> ColumnTypes => _types;

    /// <summary>Starts a row: append a value for each column, then EndRow. The object is the same every time.</summary>
    public DuckDBAppenderRow CreateRow()
    {
        if (_inRow)
            throw new InvalidOperationException("The last row was not ended: EndRow comes first.");
        Check(Api.duckdb_appender_begin_row(_handle));
        _inRow = true;
        return _row;
    }

    internal void EndRow()
    {
        Check(Api.duckdb_appender_end_row(_handle));
        _inRow = false;
    }

    /// <summary>An empty chunk to be filled; <see cref="EndChunk"/> appends it.</summary>
    public DataChunkWriter BeginChunk()
    {
        ObjectDisposedException.ThrowIf(_handle.IsClosed, this);
        if (_chunk is null)
            _chunk = NewChunk();
        else
            Api.duckdb_data_chunk_reset(_chunk.Pointer);
        return new DataChunkWriter(_chunk.Pointer, _types);
    }

    /// <summary>Appends the first <paramref name="rows"/> rows of the chunk.</summary>
    public void EndChunk(int rows)
    {
        if (_chunk is null)
            throw new InvalidOperationException("There is no chunk: BeginChunk comes first.");
        ArgumentOutOfRangeException.ThrowIfNegative(rows);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(rows, DataChunkWriter.MaxRows);
        Api.duckdb_data_chunk_set_size(_chunk.Pointer, (ulong)rows);
        Check(Api.duckdb_append_data_chunk(_handle, _chunk));
    }

    private ChunkHandle NewChunk()
    {
        var types = _types.Select(NativeTypes.Create).ToArray();
        fixed (nint* pointers = types.Select(type => type.Pointer).ToArray())
        {
            var chunk = new ChunkHandle(Api.duckdb_create_data_chunk(pointers, (ulong)types.Length));
            foreach (var type in types)
                type.Dispose();
            return chunk;
        }
    }

    /// <exception cref="DuckDBException">A row breaks a constraint of the table.</exception>
    public void Flush() => Check(Api.duckdb_appender_flush(_handle));

    /// <summary>Flushes, and ends the appender.</summary>
    /// <exception cref="DuckDBException">A row breaks a constraint of the table.</exception>
    public void Close()
    {
        if (_handle.IsClosed)
            return;
        try
        {
            if (!_failed)
            {
                if (_inRow)
                    throw new InvalidOperationException("The last row was not ended: it and the rows not flushed are dropped.");
                Check(Api.duckdb_appender_close(_handle));
            }
        }
        finally
        {
            _chunk?.Dispose();
            _handle.Dispose();
        }
    }

    /// <summary>As <see cref="Close"/>: rows must not get lost without a word.</summary>
    public void Dispose() => Close();

    internal void Check(State state)
    {
        if (state == State.Success)
            return;
        _failed = true;
        throw Error();
    }

    private DuckDBException Error()
    {
        var error = Api.duckdb_appender_error_data(_handle);
        try
        {
            return new(NativeText.Borrowed(Api.duckdb_error_data_message(error)) ?? "The appender failed.", Api.duckdb_error_data_error_type(error));
        }
        finally
        {
            Api.duckdb_destroy_error_data(ref error);
        }
    }
}
