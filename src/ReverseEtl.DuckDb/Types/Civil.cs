using System.Globalization;

namespace ReverseEtl.DuckDb;

/// <summary>DuckDB's dates and times (counts from 1970-01-01) as CLR values and as text. DuckDB's range is wider than the CLR's: what does not fit is an error.</summary>
internal static class Civil
{
    private const int EpochDayNumber = 719162;
    private const int DaysPerEra = 146097;
    internal const long MicrosPerDay = 86_400_000_000;

    internal static DateOnly Date(int days) => days is > -EpochDayNumber - 1 and <= 2932896
        ? DateOnly.FromDayNumber(days + EpochDayNumber)
        : throw new InvalidCastException($"DATE '{DateText(days)}' is not a DateOnly or DateTime; read it as text.");

    internal static int Days(DateOnly date) => date.DayNumber - EpochDayNumber;

    internal static TimeOnly Time(long micros) => micros is >= 0 and < MicrosPerDay
        ? new TimeOnly(micros * TimeSpan.TicksPerMicrosecond)
        : throw new InvalidCastException($"TIME '{TimeText((ulong)micros, 6)}' is not a TimeOnly; read it as text.");

    internal static long Micros(TimeOnly time) => WholeMicros(time.Ticks, time);

    internal static long Micros(DateTime time) => WholeMicros(time.Ticks - DateTime.UnixEpoch.Ticks, time);

    /// <summary>Rounding would alter the value on its way.</summary>
    private static long WholeMicros(long ticks, IFormattable value) => ticks % TimeSpan.TicksPerMicrosecond == 0
        ? ticks / TimeSpan.TicksPerMicrosecond
        : throw new ArgumentException($"DuckDB counts microseconds; {value.ToString("O", CultureInfo.InvariantCulture)} is finer. Round it first.", nameof(value));

    /// <param name="count">Units since 1970-01-01.</param>
    /// <param name="ticksPerUnit">100-nanosecond ticks per unit.</param>
    /// <param name="kind">UTC for an instant.</param>
    internal static DateTime Timestamp(long count, long ticksPerUnit, DateTimeKind kind)
    {
        var ticks = (Int128)count * ticksPerUnit + DateTime.UnixEpoch.Ticks;
        return IsFinite(count) && ticks >= 0 && ticks <= DateTime.MaxValue.Ticks
            ? new DateTime((long)ticks, kind)
            : throw new InvalidCastException($"TIMESTAMP '{TimestampText(count, (int)(TimeSpan.TicksPerSecond / ticksPerUnit))}' is not a DateTime; read it as text.");
    }

    /// <summary>The CLR's tick is 100 ns: digits below it are cut, as text keeps them.</summary>
    internal static DateTime TimestampNs(long nanos) => IsFinite(nanos)
        ? Timestamp(Math.DivRem(nanos, 100).Quotient - (nanos % 100 < 0 ? 1 : 0), 1, DateTimeKind.Unspecified)
        : Timestamp(nanos, 1, DateTimeKind.Unspecified);

    private static bool IsFinite(long count) => count is not (long.MaxValue or -long.MaxValue);

    internal static string DateText(int days) => days switch
    {
        int.MaxValue => "infinity",
        -int.MaxValue => "-infinity",
        _ => FiniteDateText(days),
    };

    internal static string TimestampText(long count, int unitsPerSecond)
    {
        if (!IsFinite(count))
            return count > 0 ? "infinity" : "-infinity";

        var perDay = 86_400L * unitsPerSecond;
        var days = (long)Math.Floor((decimal)count / perDay);
        var digits = (int)Math.Log10(unitsPerSecond);
        return $"{FiniteDateText(days)} {TimeText((ulong)((Int128)count - (Int128)days * perDay), digits)}";
    }

    /// <summary>Howard Hinnant's days_from_civil, backwards: the proleptic Gregorian calendar for any day.</summary>
    private static string FiniteDateText(long days)
    {
        var shifted = days + 719468;
        var era = (shifted >= 0 ? shifted : shifted - DaysPerEra + 1) / DaysPerEra;
        var dayOfEra = shifted - era * DaysPerEra;
        var yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36524 - dayOfEra / 146096) / 365;
        var dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100);
        var shiftedMonth = (5 * dayOfYear + 2) / 153;
        var day = dayOfYear - (153 * shiftedMonth + 2) / 5 + 1;
        var month = shiftedMonth < 10 ? shiftedMonth + 3 : shiftedMonth - 9;
        var year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0);
        return string.Create(CultureInfo.InvariantCulture, $"{(year <= 0 ? 1 - year : year):0000}-{month:00}-{day:00}{(year <= 0 ? " (BC)" : "")}");
    }

    /// <param name="count">Units since midnight.</param>
    /// <param name="digits">Digits behind the second's point that one unit stands for.</param>
    internal static string TimeText(ulong count, int digits)
    {
        var perSecond = (ulong)Math.Pow(10, digits);
        var (seconds, fraction) = Math.DivRem(count, perSecond);
        var clock = string.Create(CultureInfo.InvariantCulture, $"{seconds / 3600:00}:{seconds / 60 % 60:00}:{seconds % 60:00}");
        return fraction == 0 ? clock : $"{clock}.{fraction.ToString(CultureInfo.InvariantCulture).PadLeft(digits, '0').TrimEnd('0')}";
    }

    internal static string OffsetText(TimeSpan offset)
    {
        var size = offset.Duration();
        var text = string.Create(CultureInfo.InvariantCulture, $"{(offset < TimeSpan.Zero ? '-' : '+')}{(int)size.TotalHours:00}");
        if (size.Minutes != 0 || size.Seconds != 0)
            text += string.Create(CultureInfo.InvariantCulture, $":{size.Minutes:00}");
        return size.Seconds != 0 ? text + string.Create(CultureInfo.InvariantCulture, $":{size.Seconds:00}") : text;
    }
}
