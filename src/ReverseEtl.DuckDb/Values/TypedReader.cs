using System.Numerics;
using System.Runtime.CompilerServices;

namespace ReverseEtl.DuckDb;

/// <summary>A value as the type asked for. The tests on T are constants to the JIT: numbers, bool, Guid and times are read without boxing.</summary>
internal static class TypedReader
{
    internal static T Read<T>(in RawVector vector, int row)
    {
        if (!vector.IsValid(row))
            return default(T) is null ? default! : throw new InvalidCastException($"NULL cannot be read as {typeof(T).Name}; ask IsDBNull first, or read {typeof(T).Name}?.");

        if (typeof(T) == typeof(bool)) return To<bool, T>(Boolean(vector, row));
        if (typeof(T) == typeof(sbyte)) return To<sbyte, T>(NumberReader.Read<sbyte>(vector, row));
        if (typeof(T) == typeof(byte)) return To<byte, T>(NumberReader.Read<byte>(vector, row));
        if (typeof(T) == typeof(short)) return To<short, T>(NumberReader.Read<short>(vector, row));
        if (typeof(T) == typeof(ushort)) return To<ushort, T>(NumberReader.Read<ushort>(vector, row));
        if (typeof(T) == typeof(int)) return To<int, T>(NumberReader.Read<int>(vector, row));
        if (typeof(T) == typeof(uint)) return To<uint, T>(NumberReader.Read<uint>(vector, row));
        if (typeof(T) == typeof(long)) return To<long, T>(NumberReader.Read<long>(vector, row));
        if (typeof(T) == typeof(ulong)) return To<ulong, T>(NumberReader.Read<ulong>(vector, row));
        if (typeof(T) == typeof(Int128)) return To<Int128, T>(NumberReader.Read<Int128>(vector, row));
        if (typeof(T) == typeof(UInt128)) return To<UInt128, T>(NumberReader.Read<UInt128>(vector, row));
        if (typeof(T) == typeof(BigInteger)) return To<BigInteger, T>(NumberReader.Read<BigInteger>(vector, row));
        if (typeof(T) == typeof(float)) return To<float, T>(NumberReader.Read<float>(vector, row));
        if (typeof(T) == typeof(double)) return To<double, T>(NumberReader.Read<double>(vector, row));
        if (typeof(T) == typeof(decimal)) return To<decimal, T>(NumberReader.Read<decimal>(vector, row));
        if (typeof(T) == typeof(DuckDBDecimal)) return To<DuckDBDecimal, T>(Exact(vector, row));
        if (typeof(T) == typeof(Guid)) return To<Guid, T>(Is(vector, DuckDBType.Uuid, typeof(T)) ? ValueReader.Uuid(vector, row) : default);
        if (typeof(T) == typeof(DateTime)) return To<DateTime, T>(DateAndTime(vector, row));
        if (typeof(T) == typeof(DateTimeOffset)) return To<DateTimeOffset, T>(Instant(vector, row));
        if (typeof(T) == typeof(DateOnly)) return To<DateOnly, T>(Date(vector, row));
        if (typeof(T) == typeof(TimeSpan)) return To<TimeSpan, T>(Span(vector, row));
        if (typeof(T) == typeof(string)) return (T)(object)ValueText.Of(vector, row);
        return Boxed<T>(vector, row);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TTo To<TFrom, TTo>(TFrom value) => Unsafe.As<TFrom, TTo>(ref value);

    private static T Boxed<T>(in RawVector vector, int row)
    {
        if (Nullable.GetUnderlyingType(typeof(T)) is { } underlying)
            return (T)NullableReader.Read(underlying, vector, row);
        if (typeof(T) == typeof(Stream))
            return (T)(object)new MemoryStream(Bytes(vector, row), writable: false);
        if (typeof(T) == typeof(byte[]))
            return (T)(object)Bytes(vector, row);
        if (typeof(T).IsSZArray)
            return (T)NestedReader.ReadList(vector, row, typeof(T).GetElementType()!, asArray: true);
        if (typeof(T).IsConstructedGenericType && typeof(T).GetGenericTypeDefinition() == typeof(List<>))
            return (T)NestedReader.ReadList(vector, row, typeof(T).GetGenericArguments()[0], asArray: false);
        return ValueReader.Read(vector, row) is T value ? value : throw Cannot(vector, typeof(T));
    }

    private static bool Boolean(in RawVector vector, int row) => Is(vector, DuckDBType.Boolean, typeof(bool)) && vector.Get<byte>(row) != 0;

    private static byte[] Bytes(in RawVector vector, int row) =>
        vector.Type.Id is DuckDBType.Blob or DuckDBType.Geometry ? vector.Bytes(row).ToArray() : throw Cannot(vector, typeof(byte[]));

    private static DuckDBDecimal Exact(in RawVector vector, int row) => vector.Type.Id == DuckDBType.Decimal
        ? ValueReader.Decimal(vector, row)
        : new(NumberReader.Read<Int128>(vector, row), 0);

    private static DateTime DateAndTime(in RawVector vector, int row) => vector.Type.Id switch
    {
        DuckDBType.Date => Civil.Date(vector.Get<int>(row)).ToDateTime(TimeOnly.MinValue),
        DuckDBType.Timestamp or DuckDBType.TimestampS or DuckDBType.TimestampMs or DuckDBType.TimestampNs or DuckDBType.TimestampTz =>
            ValueReader.Timestamp(vector, row),
        _ => throw Cannot(vector, typeof(DateTime)),
    };

    /// <summary>Only TIMESTAMPTZ is an instant: for the others a zone would have to be guessed.</summary>
    private static DateTimeOffset Instant(in RawVector vector, int row) => vector.Type.Id == DuckDBType.TimestampTz
        ? new DateTimeOffset(ValueReader.Timestamp(vector, row))
        : throw Cannot(vector, typeof(DateTimeOffset));

    private static DateOnly Date(in RawVector vector, int row) =>
        Is(vector, DuckDBType.Date, typeof(DateOnly)) ? Civil.Date(vector.Get<int>(row)) : default;

    private static TimeSpan Span(in RawVector vector, int row) => vector.Type.Id switch
    {
        DuckDBType.Interval => vector.Get<DuckDBInterval>(row).ToTimeSpan(),
        DuckDBType.Time => TimeSpan.FromMicroseconds(vector.Get<long>(row)),
        _ => throw Cannot(vector, typeof(TimeSpan)),
    };

    private static bool Is(in RawVector vector, DuckDBType type, Type wanted) => vector.Type.Id == type ? true : throw Cannot(vector, wanted);

    private static InvalidCastException Cannot(in RawVector vector, Type wanted) => new($"A {vector.Type} cannot be read as {wanted.Name}.");
}
