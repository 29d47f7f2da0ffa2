using System.ComponentModel;
using System.Text.Json;
using ReverseEtl.Core.Config;

namespace ReverseEtl.Connectors.Klaviyo;

/// <summary>A Klaviyo account in cdp.config.json.</summary>
public sealed record KlaviyoOptions : HttpDestinationOptions
{
    [Description("A private API key (pk_...), with the scopes of what is written.")]
    public required Secret ApiKey { get; init; }

    [Description("The revision of the API, a date.")]
    public string Revision { get; init; } = "2026-07-15";
}

/// <summary>What a sync writes to in Klaviyo: profiles, unless it names a list, a consent or an event.</summary>
public sealed record KlaviyoObject
{
    [Description("profiles.")]
    public KlaviyoType Type { get; init; }

    [Description("What profiles are known by: email, phone_number or external_id. Consent has it from its channel.")]
    public KlaviyoId Id { get; init; }

    [Description("The name of a list: rows become members of it; with consent, the list that it is given for.")]
    public string? List { get; init; }

    [Description("Make the list if there is none of that name.")]
    public bool Create { get; init; }

    [Description("email or sms: rows are subscribed to that channel.")]
    public KlaviyoChannel? Consent { get; init; }

    [Description("With consent: everywhere, where rows that are removed are to be unsubscribed even from lists that the sync does not name.")]
    public KlaviyoUnsubscribe Unsubscribe { get; init; }

    [Description("The name of an event (a metric): rows are sent as events of it, in mode append.")]
    public string? Event { get; init; }

    /// <summary>The field that profiles are known by.</summary>
    internal string IdField => JsonNamingPolicy.SnakeCaseLower.ConvertName(
        $"{Consent switch { KlaviyoChannel.Email => KlaviyoId.Email, KlaviyoChannel.Sms => KlaviyoId.PhoneNumber, _ => Id }}");
}

/// <summary>Kinds of records.</summary>
public enum KlaviyoType { Profiles }

/// <summary>What Klaviyo can know profiles by.</summary>
public enum KlaviyoId { Email, PhoneNumber, ExternalId }

/// <summary>Channels of marketing.</summary>
public enum KlaviyoChannel { Email, Sms }

/// <summary>Whether removals may take consent back.</summary>
public enum KlaviyoUnsubscribe { Never, Everywhere }
