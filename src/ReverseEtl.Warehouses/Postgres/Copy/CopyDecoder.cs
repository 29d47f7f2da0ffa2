using System.Buffers.Binary;
using System.Numerics;
using ReverseEtl.DuckDb;

namespace ReverseEtl.Warehouses.Postgres.Copy;

/// <summary>Writes a column of a binary COPY into a vector: one loop over the rows for each type.</summary>
internal static class CopyDecoder
{
    private const int Days = 10_957; // from DuckDB's epoch, 1970, to PostgreSQL's, 2000
    private const long Micros = Days * 86_400_000_000L;

    /// <exception cref="FormatException">A value is none of the vector's type.</exception>
    public static void Write(CopyRows rows, int column, VectorWriter vector)
    {
        switch (vector.Type.Id)
        {
            case DuckDBType.Boolean:
                Each<byte, Bool>(rows, column, vector);
                break;
            case DuckDBType.SmallInt:
                Each<short, BigEndian<short>>(rows, column, vector);
                break;
            case DuckDBType.Integer or DuckDBType.Float:
                Each<int, BigEndian<int>>(rows, column, vector);
                break;
            case DuckDBType.BigInt or DuckDBType.Double or DuckDBType.Time:
                Each<long, BigEndian<long>>(rows, column, vector);
                break;
            case DuckDBType.Date:
                Each<int, Date>(rows, column, vector);
                break;
            case DuckDBType.Timestamp or DuckDBType.TimestampTz:
                Each<long, Timestamp>(rows, column, vector);
                break;
            case DuckDBType.Interval:
                Each<DuckDBInterval, Interval>(rows, column, vector);
                break;
            case DuckDBType.Uuid:
                Each<UInt128, Uuid>(rows, column, vector);
                break;
            case DuckDBType.Decimal:
                WriteDecimals(rows, column, vector);
                break;
            default:
                WriteBytes(rows, column, vector);
                break;
        }
    }

    private static void Each<T, TValue>(CopyRows rows, int column, VectorWriter vector)
        where T : unmanaged
        where TValue : IValue<T>
    {
        var values = vector.Values<T>();
        for (var row = 0; row < rows.Count; row++)
        {
            if (rows.IsNull(row, column))
                vector.SetNull(row);
            else
                values[row] = TValue.Read(rows[row, column]);
        }
    }

    private static void WriteDecimals(CopyRows rows, int column, VectorWriter vector)
    {
        switch (vector.Type.Width)
        {
            case <= 4:
                Decimals<short, long>(rows, column, vector);
                break;
            case <= 9:
                Decimals<int, long>(rows, column, vector);
                break;
            case <= 18:
                Decimals<long, long>(rows, column, vector);
                break;
            default:
                Decimals<Int128, Int128>(rows, column, vector);
                break;
        }
    }

    private static void Decimals<T, TWide>(CopyRows rows, int column, VectorWriter vector)
        where T : unmanaged, IBinaryInteger<T>
        where TWide : unmanaged, IBinaryInteger<TWide>
    {
        var values = vector.Values<T>();
        var (width, scale) = (vector.Type.Width, vector.Type.Scale);
        for (var row = 0; row < rows.Count; row++)
        {
            if (rows.IsNull(row, column))
                vector.SetNull(row);
            else
                values[row] = T.CreateTruncating(CopyNumeric.Read<TWide>(rows[row, column], width, scale));
        }
    }

    private static void WriteBytes(CopyRows rows, int column, VectorWriter vector)
    {
        var isText = vector.Type.Id is DuckDBType.Varchar;
        for (var row = 0; row < rows.Count; row++)
        {
            if (rows.IsNull(row, column))
                vector.SetNull(row);
            else if (isText)
                vector.AssignString(row, rows[row, column]);
            else
                vector.AssignBlob(row, rows[row, column]);
        }
    }

    private static T Exactly<T>(ReadOnlySpan<byte> bytes)
        where T : unmanaged, IBinaryInteger<T>
    {
        if (!T.TryReadBigEndian(bytes, isUnsigned: false, out var value) || bytes.Length != value.GetByteCount())
            throw new FormatException();
        return value;
    }

    /// <summary>How a value is read. The readers have no state: they are there to be compiled into the loop.</summary>
    private interface IValue<T>
    {
        static abstract T Read(ReadOnlySpan<byte> bytes);
    }

    private readonly struct BigEndian<T> : IValue<T>
        where T : unmanaged, IBinaryInteger<T>
    {
        public static T Read(ReadOnlySpan<byte> bytes) => Exactly<T>(bytes);
    }

    private readonly struct Bool : IValue<byte>
    {
        public static byte Read(ReadOnlySpan<byte> bytes) => bytes is [0 or 1] ? bytes[0] : throw new FormatException();
    }

    // DuckDB's infinities are the largest number and its negative, PostgreSQL's the largest and the smallest.
    private readonly struct Date : IValue<int>
    {
        public static int Read(ReadOnlySpan<byte> bytes) => Exactly<int>(bytes) switch
        {
            int.MaxValue => int.MaxValue,
            int.MinValue => -int.MaxValue,
            var days => days + Days,
        };
    }

    private readonly struct Timestamp : IValue<long>
    {
        public static long Read(ReadOnlySpan<byte> bytes) => Exactly<long>(bytes) switch
        {
            long.MaxValue => long.MaxValue,
            long.MinValue => -long.MaxValue,
            >= long.MaxValue - Micros => throw new FormatException(),
            var micros => micros + Micros,
        };
    }

    private readonly struct Interval : IValue<DuckDBInterval>
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
    private readonly struct Uuid : IValue<UInt128>
    {
        public static UInt128 Read(ReadOnlySpan<byte> bytes) => bytes.Length == 16
            ? BinaryPrimitives.ReadUInt128BigEndian(bytes) ^ (UInt128.One << 127)
            : throw new FormatException();
    }
}
