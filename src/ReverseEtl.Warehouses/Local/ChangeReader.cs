using ReverseEtl.Core.Delivery;
using ReverseEtl.DuckDb;

namespace ReverseEtl.Warehouses.Local;

/// <summary>Reads changes of a plan while they stream out of DuckDB.</summary>
internal sealed class ChangeReader : IPlanReader, IPlanRows
{
    private readonly DuckDBConnection _connection;
    private readonly DuckDBColumnReader _reader;

    public ChangeReader(SnapshotFile file, string sql, CancellationToken cancellationToken)
    {
        // A connection of its own: a stream ends when its connection runs another statement.
        _connection = file.Connection.Duplicate();
        using var command = new DuckDBCommand(sql, _connection);
        try
        {
            _reader = command.ExecuteColumns(cancellationToken);
        }
        catch
        {
            _connection.Dispose();
            throw;
        }
    }

    public IPlanRows Rows => this;

    public int Count => _reader.Chunk.RowCount;

    public ReadOnlySpan<long> Seq => _reader.Chunk[0].Values<long>();

    public ReadOnlySpan<byte> Kinds => _reader.Chunk[1].Values<byte>();

    public bool Read(CancellationToken cancellationToken) => _reader.ReadChunk(cancellationToken);

    public void Append(FieldColumnBuilder builder, int column, int first, int count) => ChunkCopy.Append(builder, _reader.Chunk[column + 2], first, count);

    public void AppendFlags(IReadOnlyList<List<byte>> flags, int column, int first, int count)
    {
        for (var i = 0; i < flags.Count; i++)
            flags[i].AddRange(_reader.Chunk[column + i + 2].Values<byte>().Slice(first, count));
    }

    public int MostBytes(int row)
    {
        var chunk = _reader.Chunk;
        var bytes = 0;
        for (var column = 2; column < chunk.ColumnCount; column++)
        {
            var vector = chunk[column];
            if (vector.IsValid(row))
                bytes += vector.Type.Id is DuckDBType.Varchar ? vector.Bytes(row).Length : ColumnVector.LongestText;
        }

        return bytes;
    }

    public void Dispose()
    {
        _reader.Dispose();
        _connection.Dispose();
    }
}
