using ReverseEtl.Connectors.Google;
using ReverseEtl.Core.Delivery;
using ReverseEtl.Core.Delivery.Objects;

namespace ReverseEtl.Connectors.GoogleConversions;

/// <summary>Google Ads: conversions that happened elsewhere, through the Data Manager API.</summary>
public sealed class GoogleConversionsDestinationType()
    : GoogleDestinationType<GoogleConversionsObject>("google-conversions", "Google Ads: conversions that happened elsewhere, hashed.")
{
    /// <inheritdoc/>
    protected override IReadOnlyList<ObjectSpec> Offered { get; } = [GoogleEvents.Describe(new GoogleConversionsObject { ConversionAction = "987654321" })];

    /// <inheritdoc/>
    protected override ObjectSpec Describe(GoogleOptions? options, GoogleConversionsObject @object) => GoogleEvents.Describe(@object);

    /// <inheritdoc/>
    protected override IEnumerable<string> Check(GoogleOptions options, GoogleConversionsObject @object, DestinationRequest request)
    {
        foreach (var wrong in CheckAccount(options))
            yield return wrong;
        if (@object.ConversionAction.Length == 0 || !@object.ConversionAction.All(char.IsAsciiDigit))
            yield return $"object.conversion_action must be a number, but is \"{@object.ConversionAction}\"";
        if (GoogleUser.WrongAddress(request.Fields) is { } incomplete)
            yield return incomplete;
        if (request.Fields.Contains(GoogleEventFields.Value) != request.Fields.Contains(GoogleEventFields.Currency))
            yield return $"{GoogleEventFields.Value} and {GoogleEventFields.Currency} say nothing without each other: map both or none";
    }

    /// <inheritdoc/>
    protected override IDestination Open(GoogleOptions options, GoogleConversionsObject @object, DestinationRequest request) =>
        new GoogleEvents(options, @object, request, ApiOf<IGoogleConversionsApi>(options, request));
}
