using ReverseEtl.Core.Delivery;
using ReverseEtl.Core.Delivery.Objects;
using ReverseEtl.Http.Vendors;

namespace ReverseEtl.Connectors.GoogleAudiences;

/// <summary>Google Ads and Display &amp; Video 360: Customer Match audiences, through the Data Manager API.</summary>
public sealed class GoogleAudiencesDestinationType()
    : DestinationType<GoogleOptions, GoogleObject>("google-audiences", "Google Ads and Display & Video 360: Customer Match audiences, hashed.")
{
    private static readonly Uri Vendor = new("https://datamanager.googleapis.com");

    /// <inheritdoc/>
    protected override IReadOnlyList<ObjectSpec> Offered { get; } = [GoogleAudience.Describe(new GoogleObject { Audience = "VIP customers" })];

    /// <inheritdoc/>
    protected override RateBudget? Rate(GoogleOptions? options) => new(options?.RequestsPerMinute ?? GoogleOptions.UsualRequests, TimeSpan.FromMinutes(1));

    /// <inheritdoc/>
    protected override RateBudget? Allowance => new(100_000, TimeSpan.FromDays(1));

    /// <inheritdoc/>
    protected override ObjectSpec Describe(GoogleOptions? options, GoogleObject @object) => GoogleAudience.Describe(@object);

    /// <inheritdoc/>
    protected override IEnumerable<string> Check(GoogleOptions options, GoogleObject @object, DestinationRequest request)
    {
        if (options.ServiceAccount is null && (options.ClientId is null || options.ClientSecret is null || options.RefreshToken is null))
            yield return "credentials are missing: give serviceAccount, or clientId, clientSecret and refreshToken";
        if (!GoogleAccount.Of(options.Account)!.AccountId.All(char.IsAsciiDigit))
            yield return $"account must be a number, or kind and number as in DISPLAY_VIDEO_ADVERTISER/123, but is \"{options.Account}\"";
        if (@object.Audience is null == @object.Id is null)
            yield return "object needs either audience (a name) or id (a number)";
        var kind = GoogleFields.KindOf(request.Fields);
        if (@object.Create && (@object.Id is not null || kind == "MOBILE_ID"))
            yield return "object.create makes audiences by name, and none of mobile ids: make it in Google Ads";
        if (request.Fields.Where(field => GoogleFields.KindOf([field]) != kind).ToList() is { Count: > 0 } strangers)
            yield return $"{string.Join(", ", strangers)} cannot be in an audience of {kind}: make a sync for each kind";
        var parts = GoogleFields.Address.Select(part => part.Column).ToList();
        if (parts.Any(part => part != GoogleFields.Region && request.Fields.Contains(part)) && !parts.All(request.Fields.Contains))
            yield return $"Google takes an address as a whole: map all of {string.Join(", ", parts)}, or {GoogleFields.Region} alone";
        if (kind != "USER_ID" && request.Mode is not SyncMode.Delete && @object.TermsOfService is not GoogleTerms.Accepted)
            yield return "object.terms_of_service: accepted is missing; without it Google takes no members";
    }

    /// <inheritdoc/>
    protected override IDestination Open(GoogleOptions options, GoogleObject @object, DestinationRequest request)
    {
        // Requests with members say it in their body.
        var headers = new Dictionary<string, string>();
        if (GoogleAccount.Of(options.LoginAccount) is { } login)
            headers["login-account"] = $"{login}";
        if (GoogleAccount.Of(options.LinkedAccount) is { } linked)
            headers["linked-account"] = $"{linked}";
        return new GoogleAudience(options, @object, request, new VendorApi<IGoogleApi>(
            new VendorSettings
            {
                Root = options.BaseUrl ?? Vendor,
                Auth = GoogleAccount.Auth(options, request),
                Errors = GoogleAnswers.Errors,
                Timeout = TimeSpan.FromMinutes(2),
                Headers = headers,
            },
            request));
    }
}
