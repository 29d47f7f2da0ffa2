using ReverseEtl.DuckDb;

namespace ReverseEtl.Warehouses.Local.Streaming;

/// <summary>
/// Rows that come in, a chunk at a time: all of a chunk's bytes stay in one buffer, so that columns can be decoded one after the other.
/// Where a chunk ends depends on the rows alone, so that the same rows make the same chunks.
/// </summary>
/// <param name="columns">How many columns a row has.</param>
internal abstract class CellRows(int columns)
{
    /// <summary>The length of NULL.</summary>
    protected const int NullLength = -1;

    private const int Enough = 1 << 20;

    private byte[] _buffer = new byte[Enough];
    private (int At, int Length)[] _cells = new (int, int)[columns];

    /// <summary>Rows of the chunk.</summary>
    public int Count { get; protected set; }

    /// <summary>The bytes of the chunk.</summary>
    protected byte[] Buffer => _buffer;

    /// <summary>Reads the next chunk.</summary>
    /// <returns>False at the end.</returns>
    public abstract bool Read();

    /// <summary>Whether a value of the chunk is NULL.</summary>
    public bool IsNull(int row, int column) => _cells[(row * columns) + column].Length == NullLength;

    /// <summary>The bytes of a value of the chunk that is not NULL.</summary>
    public ReadOnlySpan<byte> this[int row, int column]
    {
        get
        {
            var (at, length) = _cells[(row * columns) + column];
            return _buffer.AsSpan(at, length);
        }
    }

    /// <summary>True where the chunk may have one more row.</summary>
    /// <param name="bytes">The bytes that its rows have.</param>
    protected bool IsOpen(int bytes) => Count < DataChunkWriter.MaxRows && bytes < Enough;

    /// <summary>The places of the values of one more row, which counts once <see cref="Count"/> says so.</summary>
    protected Span<(int At, int Length)> NextRow()
    {
        var first = Count * columns;
        if (_cells.Length < first + columns)
            Array.Resize(ref _cells, Math.Max(first + columns, _cells.Length * 2));
        return _cells.AsSpan(first, columns);
    }

    /// <summary>Makes the buffer so large at least.</summary>
    protected void Grow(int bytes)
    {
        if (_buffer.Length < bytes)
            Array.Resize(ref _buffer, Math.Max(bytes, (int)Math.Min((long)_buffer.Length * 2, Array.MaxLength)));
    }
}
