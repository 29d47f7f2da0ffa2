using System.Buffers;
using System.Buffers.Text;
using System.Text;

namespace ReverseEtl.DuckDb;

/// <summary>
/// Dates, timestamps and decimals as DuckDB's own cast to VARCHAR writes them, in a fraction of its time. What is out of the ordinary goes
/// by the slower way of <see cref="Civil"/> and <see cref="DuckDBDecimal"/>.
/// </summary>
internal static class Utf8Text
{
    /// <summary>No text of these types is longer.</summary>
    internal const int LongestText = 64;

    private const int FirstDay = -719162; // 0001-01-01
    private const int LastDay = 2932896; // 9999-12-31
    private const int EpochShift = 719468;
    private const int DaysPerEra = 146097;
    private const int MicrosPerSecond = 1_000_000;
    private const int DateLength = 10;

    internal static int Date(int days, Span<byte> to)
    {
        if (days is < FirstDay or > LastDay)
            return Encoding.UTF8.GetBytes(Civil.DateText(days), to);
        WriteDate(days, to);
        return DateLength;
    }

    /// <param name="micros">Microseconds since 1970-01-01.</param>
    /// <param name="to">Room for <see cref="LongestText"/>.</param>
    internal static int Timestamp(long micros, Span<byte> to)
    {
        var days = micros / Civil.MicrosPerDay - (micros % Civil.MicrosPerDay < 0 ? 1 : 0);
        if (days is < FirstDay or > LastDay)
            return Encoding.UTF8.GetBytes(Civil.TimestampText(micros, MicrosPerSecond), to);
        WriteDate((int)days, to);
        var (seconds, fraction) = Math.DivRem(micros - days * Civil.MicrosPerDay, MicrosPerSecond);
        to[DateLength] = (byte)' ';
        Two((uint)seconds / 3600, to[11..]);
        to[13] = (byte)':';
        Two((uint)seconds / 60 % 60, to[14..]);
        to[16] = (byte)':';
        Two((uint)seconds % 60, to[17..]);
        if (fraction == 0)
            return 19;
        to[19] = (byte)'.';
        Utf8Formatter.TryFormat(fraction, to[20..], out _, new StandardFormat('D', 6));
        return to[..26].TrimEnd((byte)'0').Length;
    }

    internal static int Decimal(Int128 unscaled, byte scale, Span<byte> to)
    {
        if (unscaled < long.MinValue + 1 || unscaled > long.MaxValue)
            return Encoding.UTF8.GetBytes(new DuckDBDecimal(unscaled, scale).ToString(), to);
        return Decimal((long)unscaled, scale, to);
    }

    /// <summary>The same for up to 18 digits.</summary>
    internal static int Decimal(long unscaled, byte scale, Span<byte> to)
    {
        var sign = unscaled < 0 ? 1 : 0;
        to[0] = (byte)'-';
        Utf8Formatter.TryFormat(Math.Abs(unscaled), to[sign..], out var digits, new StandardFormat('D', (byte)(scale + 1)));
        if (scale == 0)
            return sign + digits;
        // The digits behind the point make room for it.
        var point = sign + digits - scale;
        to.Slice(point, scale).CopyTo(to[(point + 1)..]);
        to[point] = (byte)'.';
        return sign + digits + 1;
    }

    /// <summary>Howard Hinnant's civil_from_days, for the years 1 to 9999.</summary>
    private static void WriteDate(int days, Span<byte> to)
    {
        var shifted = (uint)(days + EpochShift);
        var era = shifted / DaysPerEra;
        var dayOfEra = shifted - era * DaysPerEra;
        var yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36524 - dayOfEra / 146096) / 365;
        var dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100);
        var shiftedMonth = (5 * dayOfYear + 2) / 153;
        var month = shiftedMonth < 10 ? shiftedMonth + 3 : shiftedMonth - 9;
        var year = yearOfEra + era * 400 + (month <= 2 ? 1u : 0);
        Two(year / 100, to);
        Two(year % 100, to[2..]);
        to[4] = (byte)'-';
        Two(month, to[5..]);
        to[7] = (byte)'-';
        Two(dayOfYear - (153 * shiftedMonth + 2) / 5 + 1, to[8..]);
    }

    private static void Two(uint value, Span<byte> to)
    {
        to[1] = (byte)('0' + value % 10);
        to[0] = (byte)('0' + value / 10);
    }
}
