using System.Buffers.Binary;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Text;

namespace ReverseEtl.Core.Planning;

/// <summary>
/// The 64-bit row hash that snapshots keep. It is this project's own, so that no update of a warehouse changes it; its
/// <see cref="Version"/> is part of every row's seed. A row's hash starts with <see cref="Seed"/>, takes in each column in order, and
/// ends with <see cref="Finish"/>. Values are multiplied into 128 bits and folded, as wyhash does: one multiplication for a number.
/// </summary>
public static class RowHash
{
    /// <summary>Raised when the same row would give another hash.</summary>
    public const int Version = 1;

    /// <summary>Bytes that <see cref="Short"/> takes at the most.</summary>
    public const int ShortLength = 12;

    private const ulong A = 0xA0761D6478BD642F;
    private const ulong B = 0xE7037ED1A0B428DB;
    private const ulong C = 0x8EBC6AF09C88C6E3;
    private const ulong D = 0x589965CC75374CC3;

    /// <summary>Where the hash of a row begins: everything besides the row's own values that decides what is sent.</summary>
    public static ulong Seed(string fingerprint) => Finish(Bytes(0, Encoding.UTF8.GetBytes($"v{Version}\n{fingerprint}")));

    /// <summary>Takes in up to 64 bits.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ulong Bits(ulong hash, ulong value) => Fold(hash ^ value, A);

    /// <summary>Takes in 128 bits.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ulong Bits(ulong hash, ulong low, ulong high) => Fold(Fold(hash ^ low, C) ^ high, A);

    /// <summary>Takes in a NULL, which is like no value as its factor is another one.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ulong Null(ulong hash) => Fold(hash, D);

    /// <summary>Takes in a double: all NaNs alike and both zeros alike, all other values by their bits.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ulong Float(ulong hash, double value) =>
        Bits(hash, value == 0 ? 0 : double.IsNaN(value) ? 0x7FF8000000000000 : BitConverter.DoubleToUInt64Bits(value));

    /// <summary>Takes in bytes.</summary>
    public static ulong Bytes(ulong hash, ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length > ShortLength)
            return Long(hash, bytes);
        Span<byte> words = stackalloc byte[16];
        words.Clear();
        BinaryPrimitives.WriteInt32LittleEndian(words, bytes.Length);
        bytes.CopyTo(words[4..]);
        return Short(hash, BinaryPrimitives.ReadUInt64LittleEndian(words), BinaryPrimitives.ReadUInt64LittleEndian(words[8..]));
    }

    /// <summary>Takes in up to 12 bytes, which are packed with their length as DuckDB packs them, so that none is looked at by itself.</summary>
    /// <param name="hash">The row's hash so far.</param>
    /// <param name="head">The length in the lower half, then the first four bytes.</param>
    /// <param name="tail">The other eight bytes; zeros where there are none.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ulong Short(ulong hash, ulong head, ulong tail) => Fold(hash ^ head, tail ^ B);

    /// <summary>Takes in more than 12 bytes, 16 at a time; the last ones may overlap those before, so that none is looped over.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ulong Long(ulong hash, ReadOnlySpan<byte> bytes)
    {
        ref var first = ref MemoryMarshal.GetReference(bytes);
        nint last = bytes.Length - sizeof(ulong);
        hash ^= (ulong)bytes.Length * D;
        nint at = 0;
        for (; at < last - sizeof(ulong); at += 2 * sizeof(ulong))
            hash = Fold(hash ^ Word(ref first, at), Word(ref first, at + sizeof(ulong)) ^ C);
        return Fold(hash ^ Word(ref first, Math.Max(0, last - sizeof(ulong))), Word(ref first, last) ^ B);
    }

    /// <summary>The hash of a row whose columns have all been taken in: a last column's bits reach all bits by two more rounds only.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ulong Finish(ulong hash) => Fold(Fold(hash, C) ^ D, B);

    /// <summary>Two hashes of a key and a row hash, which have nothing to do with each other.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static (ulong Tag, ulong Check) Pair(ulong key, ulong row) => (Fold(key ^ A, row ^ B), Fold(key ^ D, row ^ C));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static ulong Word(ref byte first, nint at)
    {
        var word = Unsafe.ReadUnaligned<ulong>(ref Unsafe.Add(ref first, at));
        return BitConverter.IsLittleEndian ? word : BinaryPrimitives.ReverseEndianness(word);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static ulong Fold(ulong a, ulong b)
    {
        var high = Math.BigMul(a, b, out var low);
        return high ^ low;
    }
}
