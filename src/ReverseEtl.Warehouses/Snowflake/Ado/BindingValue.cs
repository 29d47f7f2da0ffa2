using System.Globalization;
using System.Numerics;

namespace ReverseEtl.Warehouses.Snowflake;

/// <summary>.NET's values as the SQL API takes them for a <c>?</c>.</summary>
internal static class BindingValue
{
    private const long NanosPerTick = 100;
    private const int OffsetBias = 1440;

    /// <exception cref="NotSupportedException">Snowflake has no such type.</exception>
    public static Binding Of(object? value) => value switch
    {
        null or DBNull => new("TEXT", null),
        bool flag => new("BOOLEAN", flag ? "true" : "false"),
        sbyte or byte or short or ushort or int or uint or long or ulong or BigInteger or Int128 => new("FIXED", Text(value)),
        // FIXED takes whole numbers only; Snowflake casts text without loss.
        decimal => new("TEXT", Text(value)),
        double.PositiveInfinity or float.PositiveInfinity => new("REAL", "inf"),
        double.NegativeInfinity or float.NegativeInfinity => new("REAL", "-inf"),
        float or double => new("REAL", Text(value)),
        string text => new("TEXT", text),
        char or Guid => new("TEXT", value.ToString()),
        Enum word => new("TEXT", word.ToString()),
        byte[] bytes => new("BINARY", Convert.ToHexString(bytes)),
        DateOnly date => new("DATE", Text((date.DayNumber - new DateOnly(1970, 1, 1).DayNumber) * 86_400_000L)),
        TimeOnly time => new("TIME", Text(time.Ticks * NanosPerTick)),
        TimeSpan time when time >= TimeSpan.Zero && time < TimeSpan.FromDays(1) => new("TIME", Text(time.Ticks * NanosPerTick)),
        DateTime { Kind: DateTimeKind.Unspecified } time => new("TIMESTAMP_NTZ", Nanos(time)),
        DateTime time => new("TIMESTAMP_LTZ", Nanos(time.ToUniversalTime())),
        DateTimeOffset time => new("TIMESTAMP_TZ", string.Create(CultureInfo.InvariantCulture, $"{Nanos(time.UtcDateTime)} {(int)time.Offset.TotalMinutes + OffsetBias}")),
        _ => throw new NotSupportedException($"Snowflake has no type for {value.GetType()}"),
    };

    private static string Nanos(DateTime time) => Text((Int128)(time.Ticks - DateTime.UnixEpoch.Ticks) * NanosPerTick);

    private static string Text(object value) => Convert.ToString(value, CultureInfo.InvariantCulture)!;
}
