using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using ReverseEtl.Core.Planning;
using ReverseEtl.DuckDb;

namespace ReverseEtl.Warehouses.Local;

/// <summary>
/// Takes a column of a chunk into the hashes of its rows. One loop over the rows, compiled for each way that values lie in memory: what
/// it does for a row must cost no more than DuckDB's own <c>hash()</c>, for every row of every run goes through it.
/// </summary>
internal static class ColumnHash
{
    private const int RowsInWord = 64;

    public static void Fold(ColumnVector column, Span<ulong> hashes)
    {
        switch (column.Type.Id)
        {
            case DuckDBType.Boolean or DuckDBType.UnsignedTinyInt:
                Each<byte, Integer<byte>>(column, hashes);
                break;
            case DuckDBType.TinyInt:
                Each<sbyte, Integer<sbyte>>(column, hashes);
                break;
            case DuckDBType.SmallInt:
                Each<short, Integer<short>>(column, hashes);
                break;
            case DuckDBType.UnsignedSmallInt:
                Each<ushort, Integer<ushort>>(column, hashes);
                break;
            case DuckDBType.Integer or DuckDBType.Date:
                Each<int, Integer<int>>(column, hashes);
                break;
            case DuckDBType.UnsignedInteger:
                Each<uint, Integer<uint>>(column, hashes);
                break;
            case DuckDBType.Float:
                Each<float, Float>(column, hashes);
                break;
            case DuckDBType.Double:
                Each<double, Float>(column, hashes);
                break;
            case DuckDBType.HugeInt or DuckDBType.UnsignedHugeInt or DuckDBType.Uuid or DuckDBType.Interval:
                Each<Words, Wide>(column, hashes);
                break;
            case DuckDBType.Decimal:
                FoldDecimals(column, hashes);
                break;
            case DuckDBType.Varchar or DuckDBType.Blob or DuckDBType.Bit:
                Each<DuckDBText, Text>(column, hashes);
                break;
            case DuckDBType.Enum:
                FoldEnums(column, hashes);
                break;
            default:
                Each<long, Integer<long>>(column, hashes);
                break;
        }
    }

    private static void FoldDecimals(ColumnVector column, Span<ulong> hashes)
    {
        switch (column.Type.Width)
        {
            case <= 4:
                Each<short, Integer<short>>(column, hashes);
                break;
            case <= 9:
                Each<int, Integer<int>>(column, hashes);
                break;
            case <= 18:
                Each<long, Integer<long>>(column, hashes);
                break;
            default:
                Each<Words, Wide>(column, hashes);
                break;
        }
    }

    // By their names: the numbers belong to the user's catalogue, where a type can be made anew.
    private static void FoldEnums(ColumnVector column, Span<ulong> hashes)
    {
        for (var row = 0; row < hashes.Length; row++)
            hashes[row] = column.IsValid(row) ? RowHash.Bytes(hashes[row], column.Utf8(row)) : RowHash.Null(hashes[row]);
    }

    // Compiled once and for good: a run over a small table is over before the runtime would find out that it is worth the trouble.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Each<T, TValue>(ColumnVector column, Span<ulong> hashes)
        where T : unmanaged
        where TValue : IValue<T>
    {
        var validity = column.Validity;
        ref var value = ref MemoryMarshal.GetReference(column.Values<T>()[..hashes.Length]);
        ref var hash = ref MemoryMarshal.GetReference(hashes);
        for (nint from = 0; from < hashes.Length; from += RowsInWord)
        {
            var to = Math.Min(from + RowsInWord, hashes.Length);
            var valid = validity.IsEmpty ? ulong.MaxValue : validity[(int)(from / RowsInWord)];
            if (valid == ulong.MaxValue)
            {
                for (var row = from; row < to; row++)
                    Unsafe.Add(ref hash, row) = TValue.Fold(Unsafe.Add(ref hash, row), in Unsafe.Add(ref value, row));
                continue;
            }

            for (var row = from; row < to; row++, valid >>= 1)
            {
                ref var one = ref Unsafe.Add(ref hash, row);
                one = (valid & 1) != 0 ? TValue.Fold(one, in Unsafe.Add(ref value, row)) : RowHash.Null(one);
            }
        }
    }

    /// <summary>How a value is taken into a hash. Its makers have no state: they are there to be compiled into the loop.</summary>
    private interface IValue<T>
    {
        static abstract ulong Fold(ulong hash, in T value);
    }

    private readonly struct Integer<T> : IValue<T>
        where T : unmanaged, IBinaryInteger<T>
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static ulong Fold(ulong hash, in T value) => RowHash.Bits(hash, ulong.CreateTruncating(value));
    }

    private readonly struct Float : IValue<double>, IValue<float>
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static ulong Fold(ulong hash, in double value) => RowHash.Float(hash, value);

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static ulong Fold(ulong hash, in float value) => RowHash.Float(hash, value);
    }

    private readonly struct Wide : IValue<Words>
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static ulong Fold(ulong hash, in Words value) => RowHash.Bits(hash, value.Low, value.High);
    }

    private readonly struct Text : IValue<DuckDBText>
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static ulong Fold(ulong hash, in DuckDBText value) =>
            value.IsShort ? RowHash.Short(hash, value.Head, value.Tail) : RowHash.Long(hash, value.LongBytes);
    }

    [StructLayout(LayoutKind.Sequential)]
    private readonly record struct Words(ulong Low, ulong High);
}
