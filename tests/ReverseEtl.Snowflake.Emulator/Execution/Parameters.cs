using System.Globalization;
using System.Numerics;
using ReverseEtl.DuckDb;

namespace ReverseEtl.Snowflake.Emulator.Execution;

/// <summary>Bindings as DuckDB's parameters.</summary>
internal static class Parameters
{
    private const int OffsetBias = 1440;

    /// <exception cref="EmulatedError">A value is not as its type has it.</exception>
    public static DuckDBParameter Of(WireBinding binding)
    {
        try
        {
            return new DuckDBParameter(binding.Value is { } value ? Value(binding.Type, value) : null);
        }
        catch (Exception malformed) when (malformed is FormatException or OverflowException)
        {
            throw new EmulatedError("100037", "22018", $"{binding.Type} value '{binding.Value}' is not recognized");
        }
    }

    private static object Value(string type, string value) => type switch
    {
        "FIXED" => BigInteger.Parse(value, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture),
        "REAL" => value switch
        {
            "inf" => double.PositiveInfinity,
            "-inf" => double.NegativeInfinity,
            _ => double.Parse(value, NumberStyles.Float, CultureInfo.InvariantCulture),
        },
        "TEXT" => value,
        "BOOLEAN" => bool.Parse(value),
        "BINARY" => Convert.FromHexString(value),
        "DATE" => DateOnly.FromDateTime(DateTime.UnixEpoch.AddMilliseconds(long.Parse(value, CultureInfo.InvariantCulture))),
        "TIME" => new TimeOnly(Ticks(value)),
        "TIMESTAMP_NTZ" => DateTime.SpecifyKind(DateTime.UnixEpoch.AddTicks(Ticks(value)), DateTimeKind.Unspecified),
        "TIMESTAMP_LTZ" => new DateTimeOffset(DateTime.UnixEpoch.AddTicks(Ticks(value)), TimeSpan.Zero),
        "TIMESTAMP_TZ" when value.Split(' ') is [var nanos, var offset] && int.Parse(offset, CultureInfo.InvariantCulture) is >= 0 and < 2 * OffsetBias =>
            new DateTimeOffset(DateTime.UnixEpoch.AddTicks(Ticks(nanos)), TimeSpan.Zero),
        _ => throw new FormatException(),
    };

    private static long Ticks(string nanos) => (long)(Int128.Parse(nanos, CultureInfo.InvariantCulture) / 100);
}
