using System.Buffers.Binary;
using System.Numerics;
using ReverseEtl.DuckDb;
using ReverseEtl.Warehouses.Local.Streaming;

namespace ReverseEtl.Warehouses.Postgres.Copy;

/// <summary>Writes a column of a binary COPY into a vector.</summary>
internal static class CopyDecoder
{
    private const int Days = 10_957; // from DuckDB's epoch, 1970, to PostgreSQL's, 2000
    private const long Micros = Days * 86_400_000_000L;

    /// <exception cref="FormatException">A value is none of the vector's type.</exception>
    public static void Write(CellRows rows, int column, VectorWriter vector)
    {
        switch (vector.Type.Id)
        {
            case DuckDBType.Boolean:
                CellVectors.Write<byte, Bool>(rows, column, vector);
                break;
            case DuckDBType.SmallInt:
                CellVectors.Write<short, BigEndian<short>>(rows, column, vector);
                break;
            case DuckDBType.Integer or DuckDBType.Float:
                CellVectors.Write<int, BigEndian<int>>(rows, column, vector);
                break;
            case DuckDBType.BigInt or DuckDBType.Double or DuckDBType.Time:
                CellVectors.Write<long, BigEndian<long>>(rows, column, vector);
                break;
            case DuckDBType.Date:
                CellVectors.Write<int, Date>(rows, column, vector);
                break;
            case DuckDBType.Timestamp or DuckDBType.TimestampTz:
                CellVectors.Write<long, Timestamp>(rows, column, vector);
                break;
            case DuckDBType.Interval:
                CellVectors.Write<DuckDBInterval, Interval>(rows, column, vector);
                break;
            case DuckDBType.Uuid:
                CellVectors.Write<UInt128, Uuid>(rows, column, vector);
                break;
            case DuckDBType.Decimal:
                CellVectors.WriteDecimals<CopyNumeric>(rows, column, vector);
                break;
            default:
                CellVectors.WriteBytes(rows, column, vector);
                break;
        }
    }

    private static T Exactly<T>(ReadOnlySpan<byte> bytes)
        where T : unmanaged, IBinaryInteger<T>
    {
        if (!T.TryReadBigEndian(bytes, isUnsigned: false, out var value) || bytes.Length != value.GetByteCount())
            throw new FormatException();
        return value;
    }

    private readonly struct BigEndian<T> : ICellValue<T>
        where T : unmanaged, IBinaryInteger<T>
    {
        public static T Read(ReadOnlySpan<byte> bytes) => Exactly<T>(bytes);
    }

    private readonly struct Bool : ICellValue<byte>
    {
        public static byte Read(ReadOnlySpan<byte> bytes) => bytes is [0 or 1] ? bytes[0] : throw new FormatException();
    }

    // DuckDB's infinities are the largest number and its negative, PostgreSQL's the largest and the smallest.
    private readonly struct Date : ICellValue<int>
    {
        public static int Read(ReadOnlySpan<byte> bytes) => Exactly<int>(bytes) switch
        {
            int.MaxValue => int.MaxValue,
            int.MinValue => -int.MaxValue,
            var days => days + Days,
        };
    }

    private readonly struct Timestamp : ICellValue<long>
    {
        public static long Read(ReadOnlySpan<byte> bytes) => Exactly<long>(bytes) switch
        {
            long.MaxValue => long.MaxValue,
            long.MinValue => -long.MaxValue,
            >= long.MaxValue - Micros => throw new FormatException(),
            var micros => micros + Micros,
        };
    }

    private readonly struct Interval : ICellValue<DuckDBInterval>
    {
        public static DuckDBInterval Read(ReadOnlySpan<byte> bytes)
        {
            var (micros, days, months) = (Exactly<long>(bytes[..8]), Exactly<int>(bytes[8..12]), Exactly<int>(bytes[12..]));
            return (micros, days, months) is (long.MaxValue, int.MaxValue, int.MaxValue) or (long.MinValue, int.MinValue, int.MinValue)
                ? throw new FormatException()
                : new DuckDBInterval(months, days, micros);
        }
    }

    // DuckDB turns the first bit, so that they sort as signed numbers.
    private readonly struct Uuid : ICellValue<UInt128>
    {
        public static UInt128 Read(ReadOnlySpan<byte> bytes) => bytes.Length == 16
            ? BinaryPrimitives.ReadUInt128BigEndian(bytes) ^ (UInt128.One << 127)
            : throw new FormatException();
    }
}
