using ReverseEtl.Core.Delivery;
using ReverseEtl.DuckDb;

namespace ReverseEtl.Warehouses.Local;

/// <summary>Cuts a plan's changes of one operation into batches while they stream out of DuckDB.</summary>
internal sealed class ChangeReader(SnapshotFile file, BatchShape shape, int maxRows, int? maxBytes) : IDisposable
{
    private DuckDBConnection? _connection;
    private DuckDBColumnReader? _reader;
    private int _next;
    private bool _open;

    public void Open(string sql, CancellationToken cancellationToken)
    {
        // A connection of its own: a stream ends when its connection runs another statement.
        _connection = file.Connection.Duplicate();
        using var command = new DuckDBCommand(sql, _connection);
        _reader = command.ExecuteColumns(cancellationToken);
    }

    /// <summary>The next batch, or null at the end.</summary>
    public ChangeBatch? Read(CancellationToken cancellationToken)
    {
        var batch = new BatchBuilder(shape);
        while (batch.Count < maxRows)
        {
            if (!_open || _next == _reader!.Chunk.RowCount)
            {
                _open = _reader!.ReadChunk(cancellationToken);
                _next = 0;
                if (!_open)
                    break;
            }

            var rows = Math.Min(maxRows - batch.Count, _reader.Chunk.RowCount - _next);
            if (maxBytes is not null)
            {
                // Row by row only where bytes are limited, as one row may be most of a request; a row that is more goes alone.
                if (batch.Count > 0 && batch.TextBytes + MostBytes(_reader.Chunk, _next) > maxBytes)
                    break;
                rows = 1;
            }

            var taken = batch.Append(_reader.Chunk, _next, rows);
            if (taken == 0)
                break;
            _next += taken;
        }

        return batch.Count == 0 ? null : batch.Build();
    }

    public void Dispose()
    {
        _reader?.Dispose();
        _connection?.Dispose();
    }

    private int MostBytes(DataChunk chunk, int row)
    {
        var bytes = 0;
        for (var column = 2; column < shape.ValueColumns; column++)
        {
            var vector = chunk[column];
            if (vector.IsValid(row))
                bytes += vector.Type.Id is DuckDBType.Varchar ? vector.Bytes(row).Length : ColumnVector.LongestText;
        }

        return bytes;
    }
}
