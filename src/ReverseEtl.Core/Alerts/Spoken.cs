using System.Globalization;

namespace ReverseEtl.Core.Alerts;

/// <summary>Times for people.</summary>
internal static class Spoken
{
    /// <summary>A duration in its two largest units: <c>2 h 10 min</c>.</summary>
    public static string Of(TimeSpan time)
    {
        (long Count, string Unit)[] parts = [(time.Days, "d"), (time.Hours, "h"), (time.Minutes, "min"), (time.Seconds, "s")];
        var shown = parts.SkipWhile(part => part.Count == 0).Take(2).Where(part => part.Count > 0).Select(part => string.Create(CultureInfo.InvariantCulture, $"{part.Count} {part.Unit}"));
        return string.Join(' ', shown) is { Length: > 0 } text ? text : string.Create(CultureInfo.InvariantCulture, $"{time.TotalSeconds:0.0} s");
    }

    /// <summary>An instant, to the minute.</summary>
    public static string Of(DateTimeOffset instant) => instant.UtcDateTime.ToString("yyyy-MM-dd HH:mm 'UTC'", CultureInfo.InvariantCulture);
}
