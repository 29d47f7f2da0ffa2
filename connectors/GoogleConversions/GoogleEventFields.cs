using ReverseEtl.Connectors.Google;
using ReverseEtl.Core.Delivery.Objects;

namespace ReverseEtl.Connectors.GoogleConversions;

/// <summary>What an event consists of, in the words of Google's protocol buffers.</summary>
internal static class GoogleEventFields
{
    public const string Time = "event_timestamp";
    public const string Id = "transaction_id";
    public const string Value = "conversion_value";
    public const string Currency = "currency";

    /// <summary>What came with the click on an advertisement.</summary>
    public static readonly IReadOnlyList<(string Column, string Name)> Clicks = [("gclid", "gclid"), ("gbraid", "gbraid"), ("wbraid", "wbraid")];

    /// <summary>What the person consented to.</summary>
    public static readonly IReadOnlyList<(string Column, string Name)> Consent = [("ad_user_data", "adUserData"), ("ad_personalization", "adPersonalization")];

    public static readonly IReadOnlyList<FieldSpec> All =
    [
        new(Time, "When it happened.") { Rule = TypeRule.Instant, Required = true, Aliases = ["occurred_at", "converted_at", "ordered_at", "event_time"] },
        new(Id, "The id by which Google takes two events for one; made from the row where left out.") { Rule = TypeRule.Text, Aliases = ["order_id"] },
        new(Value, "What it is worth.") { Rule = TypeRule.Number, Aliases = ["value", "total", "amount", "revenue"] },
        new(Currency, "The value's currency, ISO 4217.") { Rule = TypeRule.Text },
        .. Clicks.Select(click => new FieldSpec(click.Column, "Google's click id.") { Rule = TypeRule.Text, Identifies = true }),
        .. GoogleUser.Fields,
        .. Consent.Select(consent => new FieldSpec(consent.Column, "Whether the person consented to that use; over the object's consent.") { Rule = TypeRule.Boolean }),
    ];

    /// <summary>What a row may be known by; an address alone is not enough.</summary>
    public static readonly IReadOnlyList<string> Identifiers = [.. Clicks.Concat(GoogleUser.Contact).Select(field => field.Column)];
}
