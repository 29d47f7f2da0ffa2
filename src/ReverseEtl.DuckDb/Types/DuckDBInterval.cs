using System.Runtime.InteropServices;
using System.Text;

namespace ReverseEtl.DuckDb;

/// <summary>INTERVAL: three parts that do not convert into one another, as a month has no fixed length.</summary>
[StructLayout(LayoutKind.Sequential)]
public readonly record struct DuckDBInterval(int Months, int Days, long Micros)
{
    private const int MonthsPerYear = 12;

    /// <summary>Whole days go to <see cref="Days"/>, the rest to <see cref="Micros"/>.</summary>
    /// <exception cref="ArgumentException">The span is finer than a microsecond.</exception>
    public static DuckDBInterval From(TimeSpan span) => span.Ticks % TimeSpan.TicksPerMicrosecond == 0
        ? new(0, span.Days, (span.Ticks - span.Days * TimeSpan.TicksPerDay) / TimeSpan.TicksPerMicrosecond)
        : throw new ArgumentException($"DuckDB's INTERVAL counts microseconds; {span} is finer.", nameof(span));

    /// <exception cref="InvalidCastException">There are months, or the span is longer than a TimeSpan can be.</exception>
    public TimeSpan ToTimeSpan()
    {
        var ticks = (Int128)Days * TimeSpan.TicksPerDay + (Int128)Micros * TimeSpan.TicksPerMicrosecond;
        return Months == 0 && ticks >= long.MinValue && ticks <= long.MaxValue
            ? new TimeSpan((long)ticks)
            : throw new InvalidCastException($"INTERVAL '{this}' is not a TimeSpan; read it as DuckDBInterval.");
    }

    /// <summary>As DuckDB writes it: <c>1 year 2 months 3 days 04:05:06.5</c>.</summary>
    public override string ToString()
    {
        var text = new StringBuilder();
        Part(text, Months / MonthsPerYear, "year");
        Part(text, Months % MonthsPerYear, "month");
        Part(text, Days, "day");
        if (Micros != 0 || text.Length == 0)
            text.Append(text.Length > 0 ? " " : "").Append(Micros < 0 ? "-" : "").Append(Civil.TimeText((ulong)Int128.Abs(Micros), 6));
        return text.ToString();
    }

    private static void Part(StringBuilder text, int value, string unit)
    {
        if (value != 0)
            text.Append(text.Length > 0 ? " " : "").Append(value).Append(' ').Append(unit).Append(value is 1 or -1 ? "" : "s");
    }
}
