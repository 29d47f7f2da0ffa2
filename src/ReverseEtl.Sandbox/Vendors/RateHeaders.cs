namespace ReverseEtl.Sandbox.Vendors;

/// <summary>The headers <c>X-RateLimit-...</c> of vendors that say when there are more requests as seconds since 1970.</summary>
internal static class RateHeaders
{
    private const string Left = "X-RateLimit-Remaining";
    private const string Reset = "X-RateLimit-Reset";

    /// <summary>Nothing is left.</summary>
    public static VendorAnswer Exhausted(this VendorAnswer answer, int? seconds) => answer.With(Left, "0").WithTime(Reset, seconds ?? 1);

    /// <summary>What every answer has.</summary>
    /// <param name="answer">The answer.</param>
    /// <param name="limit">Requests in a window.</param>
    /// <param name="seconds">The window.</param>
    public static VendorAnswer WithRate(this VendorAnswer answer, int limit, int seconds)
    {
        if (answer.Headers.All(header => header.Key != Left))
            answer.With(Left, $"{limit - 1}");
        return answer.With("X-RateLimit-Limit", $"{limit}").WithTime(Reset, seconds);
    }
}
