using System.Globalization;
using System.Net.Http.Headers;

namespace ReverseEtl.Http.Requests;

/// <summary>The headers in which a vendor says how much of its budget is left.</summary>
/// <param name="Remaining">The header with the requests that are left.</param>
/// <param name="Reset">The header that says when there are more again; null where <paramref name="Window"/> tells.</param>
/// <param name="ResetIs">What that header counts.</param>
/// <param name="Window">How long to wait where no header says.</param>
public sealed record QuotaHeaders(string Remaining, string? Reset, ResetUnit ResetIs, TimeSpan Window)
{
    /// <summary>How long nobody should send, where nothing is left; else null.</summary>
    internal TimeSpan? WaitOf(HttpResponseHeaders headers, TimeProvider time)
    {
        if (NumberIn(headers, Remaining) is not <= 0)
            return null;
        if (Reset is null || NumberIn(headers, Reset) is not { } reset)
            return Window;
        var wait = ResetIs switch
        {
            ResetUnit.Seconds => TimeSpan.FromSeconds(reset),
            ResetUnit.Milliseconds => TimeSpan.FromMilliseconds(reset),
            // By the vendor's own clock, where it tells it.
            _ => DateTimeOffset.FromUnixTimeSeconds((long)reset) - (headers.Date ?? time.GetUtcNow()),
        };
        return wait < TimeSpan.Zero ? TimeSpan.Zero : wait;
    }

    private static double? NumberIn(HttpResponseHeaders headers, string name) =>
        headers.TryGetValues(name, out var values) && double.TryParse(values.First(), CultureInfo.InvariantCulture, out var number) ? number : null;
}

/// <summary>What a header with the time of a reset counts.</summary>
public enum ResetUnit
{
    /// <summary>Seconds from now.</summary>
    Seconds,

    /// <summary>Milliseconds from now.</summary>
    Milliseconds,

    /// <summary>Seconds since 1970.</summary>
    Epoch,
}
