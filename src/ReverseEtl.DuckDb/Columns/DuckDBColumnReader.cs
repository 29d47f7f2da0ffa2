using ReverseEtl.DuckDb.Native;

namespace ReverseEtl.DuckDb;

/// <summary>
/// A query's rows as columns, chunk by chunk, without a copy. <c>while (reader.ReadChunk()) { var chunk = reader.Chunk; ... }</c>
/// One reader, one thread at a time. Another command on the same connection ends a streaming reader.
/// </summary>
public sealed unsafe class DuckDBColumnReader : IDisposable
{
    private readonly ConnectionHandle _connection;
    private readonly ResultHandle _result;
    private readonly DuckDBColumn[] _columns;
    private readonly DuckDBLogicalType[] _types;
    private ChunkHandle? _chunk;
    private bool _ended;

    internal DuckDBColumnReader(ConnectionHandle connection, StatementResult result)
    {
        _connection = connection;
        _result = result.Handle;
        _columns = result.Columns;
        _types = [.. _columns.Select(column => column.Type)];
        // A statement that returns no rows still holds a count, which is not data.
        _ended = _columns.Length == 0;
        RowsAffected = result.RowsAffected;
    }

    public IReadOnlyList<DuckDBColumn> Columns => _columns;

    /// <summary>Rows changed by the statements of the command; -1 where none changes rows.</summary>
    public int RowsAffected { get; }

    /// <summary>The current chunk; its memory is gone after the next <see cref="ReadChunk"/>.</summary>
    /// <exception cref="InvalidOperationException">There is none: before the first, after the last.</exception>
    public DataChunk Chunk => new((_chunk ?? throw new InvalidOperationException("There is no chunk: ReadChunk comes first, and must return true.")).Pointer, _types);

    /// <summary>Goes to the next chunk of at least one row.</summary>
    /// <returns>False at the end.</returns>
    /// <exception cref="DuckDBException">The query failed on the way.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled while DuckDB worked on the chunk.</exception>
    public bool ReadChunk(CancellationToken cancellationToken = default)
    {
        ObjectDisposedException.ThrowIf(_result.IsClosed, this);
        _chunk?.Dispose();
        _chunk = null;
        if (_ended)
            return false;

        using var interruption = new Interruption(_connection, 0, cancellationToken);
        do
        {
            var chunk = Api.duckdb_fetch_chunk(*_result.Pointer);
            if (chunk == 0)
            {
                _ended = true;
                // A failed stream ends in the same way as a finished one; only its error tells them apart.
                return StatementRunner.Error(_result) is { } error ? throw interruption.Explain(error) : false;
            }
            _chunk?.Dispose();
            _chunk = new ChunkHandle(chunk);
        }
        while (Chunk.RowCount == 0);
        return true;
    }

    public void Dispose()
    {
        _chunk?.Dispose();
        _chunk = null;
        _result.Dispose();
    }
}
