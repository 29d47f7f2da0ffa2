using System.Globalization;
using System.Numerics;
using System.Text;

namespace ReverseEtl.DuckDb;

/// <summary>A value as text that loses nothing: all digits of decimals and nanoseconds, infinities, dates beyond the CLR's. As a cast to VARCHAR writes it, but for floats and the zero in front of a decimal's point.</summary>
internal static class ValueText
{
    internal static string Of(in RawVector vector, int row) => vector.Type.Id switch
    {
        DuckDBType.Varchar => Encoding.UTF8.GetString(vector.Bytes(row)),
        DuckDBType.Boolean => vector.Get<byte>(row) != 0 ? "true" : "false",
        DuckDBType.Decimal => ValueReader.Decimal(vector, row).ToString(),
        DuckDBType.Float => vector.Get<float>(row).ToString("R", CultureInfo.InvariantCulture),
        DuckDBType.Double => vector.Get<double>(row).ToString("R", CultureInfo.InvariantCulture),
        DuckDBType.Date => Civil.DateText(vector.Get<int>(row)),
        DuckDBType.Time => Civil.TimeText(vector.Get<ulong>(row), 6),
        DuckDBType.TimeNs => Civil.TimeText(vector.Get<ulong>(row), 9),
        DuckDBType.TimestampS => Civil.TimestampText(vector.Get<long>(row), 1),
        DuckDBType.TimestampMs => Civil.TimestampText(vector.Get<long>(row), 1_000),
        DuckDBType.Timestamp => Civil.TimestampText(vector.Get<long>(row), 1_000_000),
        DuckDBType.TimestampNs => Civil.TimestampText(vector.Get<long>(row), 1_000_000_000),
        DuckDBType.TimestampTz => Utc(Civil.TimestampText(vector.Get<long>(row), 1_000_000)),
        DuckDBType.Enum or DuckDBType.Bit or DuckDBType.Uuid or DuckDBType.Interval or DuckDBType.TimeTz => ValueReader.Read(vector, row)!.ToString()!,
        DuckDBType.TinyInt or DuckDBType.SmallInt or DuckDBType.Integer or DuckDBType.BigInt or DuckDBType.UnsignedTinyInt or DuckDBType.UnsignedSmallInt
            or DuckDBType.UnsignedInteger or DuckDBType.UnsignedBigInt or DuckDBType.HugeInt or DuckDBType.UnsignedHugeInt or DuckDBType.BigNum =>
            NumberReader.Read<BigInteger>(vector, row).ToString(CultureInfo.InvariantCulture),
        _ => throw new InvalidCastException($"A {vector.Type} has no text of its own; cast it to VARCHAR in SQL."),
    };

    /// <summary>In UTC, whatever the session's time zone.</summary>
    private static string Utc(string text) => text.EndsWith("infinity", StringComparison.Ordinal) ? text : text + "+00";
}
