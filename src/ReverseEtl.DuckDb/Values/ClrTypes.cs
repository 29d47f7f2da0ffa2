using System.Numerics;

namespace ReverseEtl.DuckDb;

/// <summary>The CLR type in which <see cref="ValueReader"/> gives a DuckDB type.</summary>
internal static class ClrTypes
{
    internal static Type Of(DuckDBLogicalType type) => type.Id switch
    {
        DuckDBType.Boolean => typeof(bool),
        DuckDBType.TinyInt => typeof(sbyte),
        DuckDBType.SmallInt => typeof(short),
        DuckDBType.Integer => typeof(int),
        DuckDBType.BigInt => typeof(long),
        DuckDBType.UnsignedTinyInt => typeof(byte),
        DuckDBType.UnsignedSmallInt => typeof(ushort),
        DuckDBType.UnsignedInteger => typeof(uint),
        DuckDBType.UnsignedBigInt => typeof(ulong),
        DuckDBType.HugeInt or DuckDBType.UnsignedHugeInt or DuckDBType.BigNum => typeof(BigInteger),
        DuckDBType.Float => typeof(float),
        DuckDBType.Double => typeof(double),
        DuckDBType.Decimal => typeof(decimal),
        DuckDBType.Varchar or DuckDBType.Enum or DuckDBType.Bit => typeof(string),
        DuckDBType.Blob or DuckDBType.Geometry => typeof(byte[]),
        DuckDBType.Uuid => typeof(Guid),
        DuckDBType.Date => typeof(DateOnly),
        DuckDBType.Time or DuckDBType.TimeNs => typeof(TimeOnly),
        DuckDBType.TimeTz => typeof(DuckDBTimeTz),
        DuckDBType.Timestamp or DuckDBType.TimestampS or DuckDBType.TimestampMs or DuckDBType.TimestampNs or DuckDBType.TimestampTz => typeof(DateTime),
        DuckDBType.Interval => typeof(DuckDBInterval),
        DuckDBType.List or DuckDBType.Array => typeof(List<>).MakeGenericType(Nullable(Of(type.Element))),
        DuckDBType.Struct => typeof(Dictionary<string, object?>),
        DuckDBType.Map => typeof(Dictionary<object, object?>),
        _ => typeof(object),
    };

    /// <summary>Elements of a list may be NULL, whatever the values at hand: its type must not depend on them.</summary>
    internal static Type Nullable(Type type) => type.IsValueType ? typeof(Nullable<>).MakeGenericType(type) : type;
}
