using System.Buffers.Binary;
using ReverseEtl.DuckDb;

namespace ReverseEtl.Warehouses.Postgres.Copy;

/// <summary>
/// Reads the rows of a binary COPY, a chunk at a time: all of a chunk's bytes stay in one buffer, so that columns can be decoded one after
/// the other. Where a chunk ends depends on the rows alone, so that the same rows make the same chunks.
/// </summary>
/// <param name="stream">What the server sends.</param>
/// <param name="columns">How many columns a row has.</param>
internal sealed class CopyRows(Stream stream, int columns)
{
    private const int Enough = 1 << 20;
    private const int NullLength = -1;

    // Signature, flags, and the length of an extension that no version has yet.
    private static readonly byte[] Header = [.. "PGCOPY\n"u8, 0xFF, (byte)'\r', (byte)'\n', 0, 0, 0, 0, 0, 0, 0, 0, 0];

    private byte[] _buffer = new byte[Enough];
    private (int At, int Length)[] _fields = new (int, int)[columns];
    private int _at;
    private int _end;
    private bool _began;
    private bool _ended;

    /// <summary>Rows of the chunk.</summary>
    public int Count { get; private set; }

    /// <summary>Reads the next chunk.</summary>
    /// <returns>False at the end.</returns>
    /// <exception cref="InvalidDataException">It is no binary COPY of so many columns.</exception>
    public bool Read()
    {
        _buffer.AsSpan(_at, _end - _at).CopyTo(_buffer);
        (_at, _end, Count) = (0, _end - _at, 0);
        if (!_began)
            ReadHeader();
        while (!_ended && Count < DataChunkWriter.MaxRows && _at < Enough)
            ReadRow();
        return Count > 0;
    }

    /// <summary>Whether a value of the chunk is NULL.</summary>
    public bool IsNull(int row, int column) => _fields[(row * columns) + column].Length == NullLength;

    /// <summary>The bytes of a value of the chunk that is not NULL.</summary>
    public ReadOnlySpan<byte> this[int row, int column]
    {
        get
        {
            var (at, length) = _fields[(row * columns) + column];
            return _buffer.AsSpan(at, length);
        }
    }

    private void ReadHeader()
    {
        Need(Header.Length);
        if (!_buffer.AsSpan(0, Header.Length).SequenceEqual(Header))
            throw new InvalidDataException("what the server sends is no binary COPY");
        _at = Header.Length;
        _began = true;
    }

    private void ReadRow()
    {
        Need(sizeof(short));
        var count = BinaryPrimitives.ReadInt16BigEndian(_buffer.AsSpan(_at));
        _at += sizeof(short);
        _ended = count < 0;
        if (_ended)
            return;
        if (count != columns)
            throw new InvalidDataException($"a row has {count} columns instead of {columns}");
        var first = Count * columns;
        if (_fields.Length < first + columns)
            Array.Resize(ref _fields, Math.Max(first + columns, _fields.Length * 2));
        for (var i = 0; i < columns; i++)
        {
            Need(sizeof(int));
            var length = BinaryPrimitives.ReadInt32BigEndian(_buffer.AsSpan(_at));
            _at += sizeof(int);
            _fields[first + i] = (_at, length);
            if (length <= 0)
                continue;
            Need(length);
            _at += length;
        }

        Count++;
    }

    private void Need(int bytes)
    {
        if (_end - _at >= bytes)
            return;
        if (_buffer.Length - _at < bytes)
            Array.Resize(ref _buffer, Math.Max(checked(_at + bytes), (int)Math.Min((long)_buffer.Length * 2, Array.MaxLength)));
        while (_end - _at < bytes)
        {
            var read = stream.Read(_buffer, _end, _buffer.Length - _end);
            if (read == 0)
                throw new InvalidDataException("what the server sends ends in the middle of a row");
            _end += read;
        }
    }
}
