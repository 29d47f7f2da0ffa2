using System.Buffers;

namespace ReverseEtl.Http.Requests;

/// <summary>A growing buffer of pooled bytes.</summary>
internal sealed class PooledBuffer : IBufferWriter<byte>, IDisposable
{
    private const int InitialBytes = 64 * 1024;

    private byte[]? _bytes = ArrayPool<byte>.Shared.Rent(InitialBytes);

    public int Length { get; private set; }

    public ReadOnlyMemory<byte> Written => _bytes.AsMemory(0, Length);

    public void Advance(int count) => Length += count;

    public Memory<byte> GetMemory(int sizeHint = 0) => Grown(sizeHint).AsMemory(Length);

    public Span<byte> GetSpan(int sizeHint = 0) => Grown(sizeHint).AsSpan(Length);

    public void Dispose()
    {
        if (_bytes is null)
            return;
        ArrayPool<byte>.Shared.Return(_bytes);
        _bytes = null;
    }

    private byte[] Grown(int sizeHint)
    {
        ObjectDisposedException.ThrowIf(_bytes is null, this);
        var needed = Length + Math.Max(sizeHint, 1);
        if (needed <= _bytes.Length)
            return _bytes;
        var larger = ArrayPool<byte>.Shared.Rent(Math.Max(needed, _bytes.Length * 2));
        Written.CopyTo(larger);
        ArrayPool<byte>.Shared.Return(_bytes);
        return _bytes = larger;
    }
}
