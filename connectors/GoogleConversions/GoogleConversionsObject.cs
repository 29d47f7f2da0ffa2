using System.ComponentModel;
using ReverseEtl.Connectors.Google;

namespace ReverseEtl.Connectors.GoogleConversions;

/// <summary>The conversion action that a sync's events count for.</summary>
public sealed record GoogleConversionsObject
{
    [Description("The number of the conversion action: ctId in its address in Google Ads.")]
    public required string ConversionAction { get; init; }

    [Description("Where the conversions happened: app, in_store, message, other, phone or web. Nothing is said where left out.")]
    public GoogleEventSource? EventSource { get; init; }

    [Description("What the people in the model consented to, where ad_user_data and ad_personalization are not mapped.")]
    public GoogleConsent? Consent { get; init; }

    [Description("The country of phone numbers without a country code, ISO 3166 with two letters, where no region_code is mapped.")]
    public string? Country { get; init; }
}

/// <summary>Where conversions happen.</summary>
public enum GoogleEventSource
{
    App,
    InStore,
    Message,
    Other,
    Phone,
    Web,
}
