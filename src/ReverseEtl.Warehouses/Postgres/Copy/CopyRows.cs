using System.Buffers.Binary;
using ReverseEtl.Warehouses.Local.Streaming;

namespace ReverseEtl.Warehouses.Postgres.Copy;

/// <summary>Reads the rows of a binary COPY.</summary>
/// <param name="stream">What the server sends.</param>
/// <param name="columns">How many columns a row has.</param>
internal sealed class CopyRows(Stream stream, int columns) : CellRows(columns)
{
    // Signature, flags, and the length of an extension that no version has yet.
    private static readonly byte[] Header = [.. "PGCOPY\n"u8, 0xFF, (byte)'\r', (byte)'\n', 0, 0, 0, 0, 0, 0, 0, 0, 0];

    private int _at;
    private int _end;
    private bool _began;
    private bool _ended;

    /// <inheritdoc/>
    /// <exception cref="InvalidDataException">It is no binary COPY of so many columns.</exception>
    public override bool Read()
    {
        Buffer.AsSpan(_at, _end - _at).CopyTo(Buffer);
        (_at, _end, Count) = (0, _end - _at, 0);
        if (!_began)
            ReadHeader();
        while (!_ended && IsOpen(_at))
            ReadRow();
        return Count > 0;
    }

    private void ReadHeader()
    {
        Need(Header.Length);
        if (!Buffer.AsSpan(0, Header.Length).SequenceEqual(Header))
            throw new InvalidDataException("what the server sends is no binary COPY");
        _at = Header.Length;
        _began = true;
    }

    private void ReadRow()
    {
        Need(sizeof(short));
        var count = BinaryPrimitives.ReadInt16BigEndian(Buffer.AsSpan(_at));
        _at += sizeof(short);
        _ended = count < 0;
        if (_ended)
            return;
        var cells = NextRow();
        if (count != cells.Length)
            throw new InvalidDataException($"a row has {count} columns instead of {cells.Length}");
        for (var i = 0; i < cells.Length; i++)
        {
            Need(sizeof(int));
            var length = BinaryPrimitives.ReadInt32BigEndian(Buffer.AsSpan(_at));
            _at += sizeof(int);
            cells[i] = (_at, length);
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
        Grow(checked(_at + bytes));
        while (_end - _at < bytes)
        {
            var read = stream.Read(Buffer, _end, Buffer.Length - _end);
            if (read == 0)
                throw new InvalidDataException("what the server sends ends in the middle of a row");
            _end += read;
        }
    }
}
