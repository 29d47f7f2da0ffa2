namespace ReverseEtl.Core.Delivery;

/// <summary>Bytes that grow and are used again; a fraction of a stream's cost per call.</summary>
public sealed class ByteBuffer
{
    private byte[] _bytes = new byte[4096];

    /// <summary>Bytes that there is room for without growing.</summary>
    public int Capacity => _bytes.Length;

    /// <summary>Bytes that are written.</summary>
    public int Length { get; private set; }

    /// <summary>What is written; valid until the next call.</summary>
    public ReadOnlySpan<byte> Written => _bytes.AsSpan(0, Length);

    /// <summary>Begins anew, with the room that there is.</summary>
    public void Clear() => Length = 0;

    /// <summary>Writes a byte.</summary>
    public void Append(byte value)
    {
        Reserve(1)[0] = value;
        Length++;
    }

    /// <summary>Writes bytes.</summary>
    public void Append(ReadOnlySpan<byte> values)
    {
        values.CopyTo(Reserve(values.Length));
        Length += values.Length;
    }

    /// <summary>Room for so many bytes; <see cref="Advance"/> says how many were used.</summary>
    public Span<byte> Reserve(int count)
    {
        if (_bytes.Length - Length < count)
            Array.Resize(ref _bytes, Math.Max(Length + count, _bytes.Length * 2));
        return _bytes.AsSpan(Length);
    }

    /// <summary>Says how many of the reserved bytes were used.</summary>
    public void Advance(int count) => Length += count;
}
