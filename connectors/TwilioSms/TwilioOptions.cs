using System.ComponentModel;
using ReverseEtl.Core.Config;
using ReverseEtl.Core.Mapping;
using ReverseEtl.Http.Messages;

namespace ReverseEtl.Connectors.TwilioSms;

/// <summary>A Twilio account in cdp.config.json.</summary>
public sealed record TwilioOptions : HttpDestinationOptions, IMessageLimits
{
    internal const int UsualMessages = 10;

    [Description("The account's SID (AC...).")]
    public required string AccountSid { get; init; }

    [Description("The SID of an API key (SK...), where authToken is that key's secret and not the account's token.")]
    public string? ApiKeySid { get; init; }

    [Description("The account's auth token, or the secret of the API key.")]
    public required Secret AuthToken { get; init; }

    [Description("Messages per second at the most. Twilio queues what is more than a sender may send.")]
    public int MessagesPerSecond { get; init; } = UsualMessages;

    [Description("When nobody gets a message, as 21:00-08:00 Europe/Copenhagen; rows wait until it is over. A mapped time_zone says another clock.")]
    public QuietHours? QuietHours { get; init; }

    [Description("Messages to a number in a day at the most, over all syncs; further rows wait until the next day.")]
    public int? MessagesPerDay { get; init; }
}

/// <summary>What a sync says, and who it comes from.</summary>
public sealed record TwilioObject
{
    [Description("What the message says: Handlebars over the mapped fields.")]
    public required FieldTemplate Template { get; init; }

    [Description("The sender: a number of the account in E.164, a short code or a sender id.")]
    public string? From { get; init; }

    [Description("A messaging service (MG...) that chooses the sender, in place of from.")]
    public string? MessagingServiceSid { get; init; }

    [Description("The country of numbers without a country code, ISO 3166 with two letters, where no country is mapped.")]
    public string? Country { get; init; }
}
