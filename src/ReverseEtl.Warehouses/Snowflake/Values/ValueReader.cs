using System.Globalization;
using System.Numerics;
using System.Text;
using ReverseEtl.Core.Delivery;
using ReverseEtl.DuckDb;

namespace ReverseEtl.Warehouses.Snowflake;

/// <summary>A result's values as .NET's. Snowflake writes them as text, each type in its own way.</summary>
internal static class ValueReader
{
    private const int LongDigits = 18;

    /// <summary>The type that <see cref="Read"/> gives.</summary>
    public static Type TypeOf(ResultColumn column) => column.Type.ToLowerInvariant() switch
    {
        "fixed" => IsLong(column) ? typeof(long) : typeof(decimal),
        "real" => typeof(double),
        "boolean" => typeof(bool),
        "binary" => typeof(byte[]),
        "date" => typeof(DateOnly),
        "time" => typeof(TimeOnly),
        "timestamp_ntz" => typeof(DateTime),
        "timestamp_ltz" or "timestamp_tz" => typeof(DateTimeOffset),
        _ => typeof(string),
    };

    /// <summary>
    /// The value. A number that <see cref="decimal"/> does not hold in all its digits is a <see cref="BigInteger"/>, or text where it has a fraction;
    /// of times, what is finer than 100 ns is cut, and kept by <see cref="Text"/>.
    /// </summary>
    /// <exception cref="OverflowException">.NET has no such date; its text can be read.</exception>
    public static object Read(ResultColumn column, ReadOnlySpan<byte> utf8) => column.Type.ToLowerInvariant() switch
    {
        "fixed" => IsLong(column) ? long.Parse(utf8, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture) : Number(utf8),
        "real" => Real(utf8),
        "boolean" => Boolean(utf8),
        "binary" => Convert.FromHexString(Encoding.UTF8.GetString(utf8)),
        "date" => Date(utf8),
        "time" => EpochTime.Parse(utf8).TimeOfDay(),
        "timestamp_ntz" => EpochTime.Parse(utf8).WallClock(),
        "timestamp_ltz" or "timestamp_tz" => EpochTime.Parse(utf8).Instant(),
        _ => Encoding.UTF8.GetString(utf8),
    };

    /// <summary>The value's text, which loses nothing: dates and times in ISO 8601, everything else as Snowflake writes it.</summary>
    public static string Text(ResultColumn column, ReadOnlySpan<byte> utf8)
    {
        switch (column.Type.ToLowerInvariant())
        {
            case "date":
                return EpochTime.DateText(Days(utf8));
            case "time":
                return EpochTime.TimeText((long)EpochTime.Parse(utf8).Nanos);
            case "timestamp_ntz":
                return EpochTime.Parse(utf8).TimestampText('T');
            case "timestamp_ltz" or "timestamp_tz":
                var time = EpochTime.Parse(utf8);
                return $"{time.TimestampText('T')}{(time.Offset is { } offset ? EpochTime.OffsetText(offset) : "Z")}";
            case "boolean":
                return Boolean(utf8) ? "true" : "false";
            default:
                return Encoding.UTF8.GetString(utf8);
        }
    }

    /// <summary>Appends a value in its canonical form to a column.</summary>
    public static void Append(FieldColumnBuilder builder, bool isNull, ReadOnlySpan<byte> utf8)
    {
        if (isNull)
            builder.AppendNull();
        else if (builder.Type.IsFixed())
            builder.AppendFixed(Slot(builder.Type, utf8));
        else
            builder.AppendUtf8(utf8);
    }

    /// <summary>A value of 64 bits, as columns of plans have it.</summary>
    /// <param name="type">Boolean, integer or float.</param>
    /// <param name="utf8">Its text.</param>
    public static long Slot(FieldType type, ReadOnlySpan<byte> utf8) => type switch
    {
        FieldType.Boolean => Boolean(utf8) ? 1 : 0,
        FieldType.Float => BitConverter.DoubleToInt64Bits(Real(utf8)),
        _ => long.Parse(utf8, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture),
    };

    /// <summary>true or false, also as 1 or 0.</summary>
    public static bool Boolean(ReadOnlySpan<byte> utf8) => utf8 is [(byte)'t' or (byte)'T' or (byte)'1', ..];

    /// <summary>A FLOAT, NaN and the infinities too.</summary>
    public static double Real(ReadOnlySpan<byte> utf8) => Encoding.UTF8.GetString(utf8).ToLowerInvariant() switch
    {
        "nan" => double.NaN,
        "inf" or "infinity" => double.PositiveInfinity,
        "-inf" or "-infinity" => double.NegativeInfinity,
        var number => double.Parse(number, NumberStyles.Float, CultureInfo.InvariantCulture),
    };

    private static bool IsLong(ResultColumn column) => column is { Scale: null or 0, Precision: <= LongDigits };

    private static object Number(ReadOnlySpan<byte> utf8)
    {
        var text = Encoding.UTF8.GetString(utf8);
        var point = text.IndexOf('.', StringComparison.Ordinal);
        var exact = new DuckDBDecimal(
            Int128.Parse(text.Replace(".", "", StringComparison.Ordinal), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture),
            (byte)(point < 0 ? 0 : text.Length - point - 1));
        if (exact.TryToDecimal(out var value))
            return value;
        return exact.Scale == 0 ? (BigInteger)exact.Unscaled : text;
    }

    private static DateOnly Date(ReadOnlySpan<byte> utf8)
    {
        var day = Days(utf8) + new DateOnly(1970, 1, 1).DayNumber;
        return day >= 0 && day <= DateOnly.MaxValue.DayNumber
            ? DateOnly.FromDayNumber((int)day)
            : throw new OverflowException($"{EpochTime.DateText(Days(utf8))} is no DateOnly; read it as text");
    }

    private static long Days(ReadOnlySpan<byte> utf8) => long.Parse(utf8, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture);
}
