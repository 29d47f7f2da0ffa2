using System.Numerics;
using System.Text;

namespace ReverseEtl.DuckDb;

/// <summary>A value as the CLR type that its DuckDB type stands for (<see cref="ClrTypes"/>), boxed.</summary>
internal static class ValueReader
{
    /// <returns>null for NULL.</returns>
    internal static object? Read(in RawVector vector, int row) => vector.IsValid(row) ? ReadValid(vector, row) : null;

    private static object? ReadValid(in RawVector vector, int row) => vector.Type.Id switch
    {
        DuckDBType.Boolean => vector.Get<byte>(row) != 0,
        DuckDBType.TinyInt => vector.Get<sbyte>(row),
        DuckDBType.SmallInt => vector.Get<short>(row),
        DuckDBType.Integer => vector.Get<int>(row),
        DuckDBType.BigInt => vector.Get<long>(row),
        DuckDBType.UnsignedTinyInt => vector.Get<byte>(row),
        DuckDBType.UnsignedSmallInt => vector.Get<ushort>(row),
        DuckDBType.UnsignedInteger => vector.Get<uint>(row),
        DuckDBType.UnsignedBigInt => vector.Get<ulong>(row),
        DuckDBType.HugeInt => (BigInteger)vector.Get<Int128>(row),
        DuckDBType.UnsignedHugeInt => (BigInteger)vector.Get<UInt128>(row),
        DuckDBType.BigNum => PackedBytes.BigNum(vector.Bytes(row)),
        DuckDBType.Float => vector.Get<float>(row),
        DuckDBType.Double => vector.Get<double>(row),
        DuckDBType.Decimal => Decimal(vector, row) is var exact && exact.TryToDecimal(out var value) ? value : exact,
        DuckDBType.Varchar => Encoding.UTF8.GetString(vector.Bytes(row)),
        DuckDBType.Enum => vector.Type.EnumValues[vector.EnumIndex(row)],
        DuckDBType.Bit => PackedBytes.BitText(vector.Bytes(row)),
        DuckDBType.Blob or DuckDBType.Geometry => vector.Bytes(row).ToArray(),
        DuckDBType.Uuid => Uuid(vector, row),
        DuckDBType.Date => Civil.Date(vector.Get<int>(row)),
        DuckDBType.Time => Civil.Time(vector.Get<long>(row)),
        DuckDBType.TimeNs => Civil.Time(vector.Get<long>(row) / 1000),
        DuckDBType.TimeTz => DuckDBTimeTz.FromBits(vector.Get<ulong>(row)),
        DuckDBType.Timestamp or DuckDBType.TimestampS or DuckDBType.TimestampMs or DuckDBType.TimestampNs or DuckDBType.TimestampTz => Timestamp(vector, row),
        DuckDBType.Interval => vector.Get<DuckDBInterval>(row),
        DuckDBType.SqlNull => null,
        _ => NestedReader.Read(vector, row),
    };

    internal static DuckDBDecimal Decimal(in RawVector vector, int row) => new(
        vector.Type.Size switch
        {
            2 => vector.Get<short>(row),
            4 => vector.Get<int>(row),
            8 => vector.Get<long>(row),
            _ => vector.Get<Int128>(row),
        },
        vector.Type.Scale);

    internal static Guid Uuid(in RawVector vector, int row)
    {
        // Stored as a signed number that sorts like the text: the top bit is flipped.
        var bits = (UInt128)vector.Get<Int128>(row) ^ (UInt128.One << 127);
        Span<byte> bytes = stackalloc byte[16];
        System.Buffers.Binary.BinaryPrimitives.WriteUInt128BigEndian(bytes, bits);
        return new Guid(bytes, bigEndian: true);
    }

    /// <summary>TIMESTAMPTZ is an instant: UTC. The others are what a clock on a wall shows: unspecified.</summary>
    internal static DateTime Timestamp(in RawVector vector, int row)
    {
        var count = vector.Get<long>(row);
        return vector.Type.Id switch
        {
            DuckDBType.TimestampS => Civil.Timestamp(count, TimeSpan.TicksPerSecond, DateTimeKind.Unspecified),
            DuckDBType.TimestampMs => Civil.Timestamp(count, TimeSpan.TicksPerMillisecond, DateTimeKind.Unspecified),
            DuckDBType.TimestampNs => Civil.TimestampNs(count),
            DuckDBType.TimestampTz => Civil.Timestamp(count, TimeSpan.TicksPerMicrosecond, DateTimeKind.Utc),
            _ => Civil.Timestamp(count, TimeSpan.TicksPerMicrosecond, DateTimeKind.Unspecified),
        };
    }
}
