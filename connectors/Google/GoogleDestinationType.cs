using ReverseEtl.Core.Delivery;
using ReverseEtl.Http.Vendors;

namespace ReverseEtl.Connectors.Google;

/// <summary>The base of types of destinations that are reached by the Data Manager API.</summary>
/// <typeparam name="TObject">Bound from a sync's <c>object</c>.</typeparam>
public abstract class GoogleDestinationType<TObject>(string type, string summary) : DestinationType<GoogleOptions, TObject>(type, summary)
    where TObject : class
{
    private static readonly Uri Vendor = new("https://datamanager.googleapis.com");

    /// <inheritdoc/>
    protected override RateBudget? Rate(GoogleOptions? options) => new(options?.RequestsPerMinute ?? GoogleOptions.UsualRequests, TimeSpan.FromMinutes(1));

    /// <inheritdoc/>
    protected override RateBudget? Allowance => new(100_000, TimeSpan.FromDays(1));

    /// <summary>What is wrong with the account and its credentials.</summary>
    private protected static IEnumerable<string> CheckAccount(GoogleOptions options)
    {
        if (options.ServiceAccount is null && (options.ClientId is null || options.ClientSecret is null || options.RefreshToken is null))
            yield return "credentials are missing: give serviceAccount, or clientId, clientSecret and refreshToken";
        if (!GoogleAccount.Of(options.Account)!.AccountId.All(char.IsAsciiDigit))
            yield return $"account must be a number, or kind and number as in DISPLAY_VIDEO_ADVERTISER/123, but is \"{options.Account}\"";
    }

    /// <summary>The API, signed in.</summary>
    private protected static VendorApi<TApi> ApiOf<TApi>(GoogleOptions options, DestinationRequest request)
        where TApi : class
    {
        // Requests with rows say it in their body.
        var headers = new Dictionary<string, string>();
        if (GoogleAccount.Of(options.LoginAccount) is { } login)
            headers["login-account"] = $"{login}";
        if (GoogleAccount.Of(options.LinkedAccount) is { } linked)
            headers["linked-account"] = $"{linked}";
        return new VendorApi<TApi>(
            new VendorSettings
            {
                Root = options.BaseUrl ?? Vendor,
                Auth = GoogleAccount.Auth(options, request),
                Errors = GoogleAnswers.Errors,
                Timeout = TimeSpan.FromMinutes(2),
                Headers = headers,
            },
            request);
    }
}
