using System.Buffers.Binary;
using System.Runtime.CompilerServices;
using System.Text;

namespace ReverseEtl.Core.Planning;

/// <summary>
/// The 64-bit row hash that snapshots keep. It is this project's own, so that no update of a warehouse changes it; its
/// <see cref="Version"/> is part of every row's seed. A row's hash starts with <see cref="Seed"/>, and each column in order is
/// folded in with <see cref="Combine"/>. Values are multiplied into 128 bits and folded, as wyhash does.
/// </summary>
public static class RowHash
{
    /// <summary>Raised when the same row would give another hash.</summary>
    public const int Version = 1;

    /// <summary>Stands for NULL; no value hashes to it on purpose.</summary>
    public const ulong Null = 0x9E3779B97F4A7C15;

    private const ulong A = 0xA0761D6478BD642F;
    private const ulong B = 0xE7037ED1A0B428DB;
    private const ulong C = 0x8EBC6AF09C88C6E3;

    /// <summary>Where the hash of a row begins: everything besides the row's own values that decides what is sent.</summary>
    public static ulong Seed(string fingerprint) => Bytes(Encoding.UTF8.GetBytes($"v{Version}\n{fingerprint}"));

    /// <summary>Folds the next column's value into a row's hash; order matters.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ulong Combine(ulong hash, ulong value) => Fold(hash ^ A, value ^ B);

    /// <summary>The hash of up to 64 bits.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ulong Bits(ulong value) => Fold(value ^ C, B);

    /// <summary>The hash of 128 bits.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ulong Bits(ulong low, ulong high) => Fold(low ^ C, high ^ A);

    /// <summary>The hash of a double: all NaNs alike and both zeros alike, all other values by their bits.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ulong Float(double value) =>
        Bits(value == 0 ? 0 : double.IsNaN(value) ? 0x7FF8000000000000 : BitConverter.DoubleToUInt64Bits(value));

    /// <summary>The hash of bytes.</summary>
    public static ulong Bytes(ReadOnlySpan<byte> bytes)
    {
        var hash = Fold((ulong)bytes.Length ^ A, C);
        while (bytes.Length > 16)
        {
            hash = Fold(hash ^ BinaryPrimitives.ReadUInt64LittleEndian(bytes), BinaryPrimitives.ReadUInt64LittleEndian(bytes[8..]) ^ B);
            bytes = bytes[16..];
        }

        return Fold(hash ^ Head(bytes), Tail(bytes) ^ C);
    }

    // Up to 16 bytes as two words that overlap in the middle: both ends are read whole, so no byte is missed and none is looped over.
    private static ulong Head(ReadOnlySpan<byte> bytes) => bytes.Length switch
    {
        >= 8 => BinaryPrimitives.ReadUInt64LittleEndian(bytes),
        >= 4 => BinaryPrimitives.ReadUInt32LittleEndian(bytes),
        > 0 => ((ulong)bytes[0] << 16) | ((ulong)bytes[bytes.Length / 2] << 8) | bytes[^1],
        _ => 0,
    };

    private static ulong Tail(ReadOnlySpan<byte> bytes) => bytes.Length switch
    {
        >= 8 => BinaryPrimitives.ReadUInt64LittleEndian(bytes[^8..]),
        >= 4 => BinaryPrimitives.ReadUInt32LittleEndian(bytes[^4..]),
        _ => 0,
    };

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static ulong Fold(ulong a, ulong b)
    {
        var high = Math.BigMul(a, b, out var low);
        return high ^ low;
    }
}
