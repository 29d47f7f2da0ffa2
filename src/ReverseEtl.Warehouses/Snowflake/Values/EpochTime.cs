using System.Globalization;
using System.Text;

namespace ReverseEtl.Warehouses.Snowflake;

/// <summary>A TIME or TIMESTAMP of a result: nanoseconds since midnight or 1970, and for a TIMESTAMP_TZ the offset of its zone.</summary>
/// <param name="Nanos">The count; of an instant, in UTC.</param>
/// <param name="Offset">Minutes east of UTC; null where the value has no zone of its own.</param>
internal readonly record struct EpochTime(Int128 Nanos, int? Offset)
{
    private const int NanosPerTick = 100;
    private const long NanosPerSecond = 1_000_000_000;
    private const long NanosPerMinute = 60 * NanosPerSecond;

    // Offsets are never negative on their way.
    private const int OffsetBias = 1440;

    // No time that Snowflake has is so many seconds away, so such a number without a point counts nanoseconds.
    private const long FewestNanos = 1_000_000_000_000;

    public static readonly Int128 NanosPerDay = (Int128)86_400 * NanosPerSecond;

    /// <summary><c>1611871901.123456789</c>, seconds with their fraction; behind a blank the offset in minutes plus 1440.</summary>
    /// <exception cref="FormatException">It is neither.</exception>
    public static EpochTime Parse(ReadOnlySpan<byte> utf8)
    {
        var blank = utf8.IndexOf((byte)' ');
        var number = blank < 0 ? utf8 : utf8[..blank];
        int? offset = blank < 0 ? null : int.Parse(utf8[(blank + 1)..], NumberStyles.None, CultureInfo.InvariantCulture) - OffsetBias;
        var point = number.IndexOf((byte)'.');
        if (point < 0)
        {
            var whole = Int128.Parse(number, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture);
            return new EpochTime(Int128.Abs(whole) < FewestNanos ? whole * NanosPerSecond : whole, offset);
        }

        var fraction = number[(point + 1)..];
        if (fraction.Length > 9)
            throw new FormatException($"\"{Encoding.UTF8.GetString(utf8)}\" is finer than nanoseconds");
        Span<byte> digits = stackalloc byte[point + 9];
        digits.Fill((byte)'0');
        number[..point].CopyTo(digits);
        fraction.CopyTo(digits[point..]);
        return new EpochTime(Int128.Parse(digits, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture), offset);
    }

    /// <summary>The wall clock's time; digits below 100 ns are cut, as <see cref="TimestampText"/> keeps them.</summary>
    /// <exception cref="OverflowException">The year is none of 1 to 9999.</exception>
    public DateTime WallClock()
    {
        var ticks = (Local - Floor(Local, NanosPerTick)) / NanosPerTick + DateTime.UnixEpoch.Ticks;
        return ticks >= 0 && ticks <= DateTime.MaxValue.Ticks
            ? new DateTime((long)ticks)
            : throw new OverflowException($"{TimestampText('T')} is no DateTime; read it as text");
    }

    /// <summary>The instant, in its own zone, or in UTC where it has none.</summary>
    /// <exception cref="OverflowException">The year is none of 1 to 9999.</exception>
    public DateTimeOffset Instant() => new(WallClock(), TimeSpan.FromMinutes(Offset ?? 0));

    /// <summary>The time of a TIME.</summary>
    public TimeOnly TimeOfDay() => new((long)(Nanos / NanosPerTick));

    /// <summary><c>2026-11-22T07:37:00.123456789</c> on the wall's clock, without trailing zeros.</summary>
    public string TimestampText(char separator)
    {
        var time = Floor(Local, NanosPerDay);
        return $"{DateText((long)((Local - time) / NanosPerDay))}{separator}{TimeText((long)time)}";
    }

    /// <summary><c>07:37:00.123456789</c>, without trailing zeros.</summary>
    public static string TimeText(long nanos)
    {
        var (seconds, fraction) = Math.DivRem(nanos, NanosPerSecond);
        var clock = string.Create(CultureInfo.InvariantCulture, $"{seconds / 3600:00}:{seconds / 60 % 60:00}:{seconds % 60:00}");
        return fraction == 0 ? clock : $"{clock}.{fraction.ToString("000000000", CultureInfo.InvariantCulture).TrimEnd('0')}";
    }

    /// <summary><c>2026-11-22</c>, of any year.</summary>
    /// <param name="days">Since 1970-01-01.</param>
    public static string DateText(long days)
    {
        // The calendar repeats itself every 400 years.
        const int era = 146097;
        var day = days + new DateOnly(1970, 1, 1).DayNumber;
        var dayOfEra = (day % era + era) % era;
        var date = DateOnly.FromDayNumber((int)dayOfEra);
        return string.Create(CultureInfo.InvariantCulture, $"{date.Year + (day - dayOfEra) / era * 400:0000}-{date.Month:00}-{date.Day:00}");
    }

    /// <summary><c>+01:00</c></summary>
    public static string OffsetText(int minutes) =>
        string.Create(CultureInfo.InvariantCulture, $"{(minutes < 0 ? '-' : '+')}{Math.Abs(minutes) / 60:00}:{Math.Abs(minutes) % 60:00}");

    private Int128 Local => Nanos + (Int128)(Offset ?? 0) * NanosPerMinute;

    private static Int128 Floor(Int128 value, Int128 unit) => (value % unit + unit) % unit;
}
