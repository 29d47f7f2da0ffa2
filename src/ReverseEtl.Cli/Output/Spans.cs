using System.Globalization;

namespace ReverseEtl.Cli.Output;

/// <summary>Spans of time in words.</summary>
internal static class Spans
{
    private static readonly (long Seconds, string Name)[] Units = [(86_400, "d"), (3_600, "h"), (60, "min"), (1, "s")];

    /// <summary>In how long something is allowed, after how much: <c>a day</c>, <c>in 30d</c>.</summary>
    /// <param name="duration">The duration as files have it.</param>
    public static string Each(string duration) => duration switch
    {
        "1d" => "a day",
        "1h" => "an hour",
        "1m" => "a minute",
        "1s" => "a second",
        _ => $"in {duration}",
    };

    /// <summary>How long something takes, by its two largest units: <c>2 min 4 s</c>.</summary>
    public static string Long(double seconds)
    {
        if (seconds < 60)
            return string.Create(CultureInfo.InvariantCulture, $"{seconds:0.#} s");
        var first = Array.FindIndex(Units, unit => seconds >= unit.Seconds);
        var (large, small) = (Units[first], Units[first + 1]);
        var (whole, rest) = Math.DivRem((long)seconds, large.Seconds);
        var second = rest / small.Seconds > 0 ? $" {rest / small.Seconds} {small.Name}" : "";
        return string.Create(CultureInfo.InvariantCulture, $"{whole:N0} {large.Name}{second}");
    }
}
