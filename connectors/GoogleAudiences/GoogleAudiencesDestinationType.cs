using ReverseEtl.Connectors.Google;
using ReverseEtl.Core.Delivery;
using ReverseEtl.Core.Delivery.Objects;

namespace ReverseEtl.Connectors.GoogleAudiences;

/// <summary>Google Ads and Display &amp; Video 360: Customer Match audiences, through the Data Manager API.</summary>
public sealed class GoogleAudiencesDestinationType()
    : GoogleDestinationType<GoogleObject>("google-audiences", "Google Ads and Display & Video 360: Customer Match audiences, hashed.")
{
    /// <inheritdoc/>
    protected override IReadOnlyList<ObjectSpec> Offered { get; } = [GoogleAudience.Describe(new GoogleObject { Audience = "VIP customers" })];

    /// <inheritdoc/>
    protected override ObjectSpec Describe(GoogleOptions? options, GoogleObject @object) => GoogleAudience.Describe(@object);

    /// <inheritdoc/>
    protected override IEnumerable<string> Check(GoogleOptions options, GoogleObject @object, DestinationRequest request)
    {
        foreach (var wrong in CheckAccount(options))
            yield return wrong;
        if (@object.Audience is null == @object.Id is null)
            yield return "object needs either audience (a name) or id (a number)";
        var kind = GoogleFields.KindOf(request.Fields);
        if (@object.Create && (@object.Id is not null || kind == "MOBILE_ID"))
            yield return "object.create makes audiences by name, and none of mobile ids: make it in Google Ads";
        if (request.Fields.Where(field => GoogleFields.KindOf([field]) != kind).ToList() is { Count: > 0 } strangers)
            yield return $"{string.Join(", ", strangers)} cannot be in an audience of {kind}: make a sync for each kind";
        if (GoogleUser.WrongAddress(request.Fields) is { } incomplete)
            yield return incomplete;
        if (kind != "USER_ID" && request.Mode is not SyncMode.Delete && @object.TermsOfService is not GoogleTerms.Accepted)
            yield return "object.terms_of_service: accepted is missing; without it Google takes no members";
    }

    /// <inheritdoc/>
    protected override IDestination Open(GoogleOptions options, GoogleObject @object, DestinationRequest request) =>
        new GoogleAudience(options, @object, request, ApiOf<IGoogleApi>(options, request));
}
