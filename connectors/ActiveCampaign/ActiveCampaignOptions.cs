using System.ComponentModel;
using ReverseEtl.Core.Config;

namespace ReverseEtl.Connectors.ActiveCampaign;

/// <summary>An account of ActiveCampaign in cdp.config.json.</summary>
public sealed record ActiveCampaignOptions : HttpDestinationOptions
{
    internal const int UsualRequests = 5;

    [Description("The account's own address, as Settings, Developer shows it: https://acme.api-us1.com.")]
    public required Uri Url { get; init; }

    [Description("The API key of a user who may change contacts and lists.")]
    public required Secret Token { get; init; }

    [Description("For lists that a sync makes: the website that they are for.")]
    public string? SenderUrl { get; init; }

    [Description("For lists that a sync makes: why people get mail of them, as the mails say.")]
    public string? SenderReminder { get; init; }

    [Description("Requests per second at the most.")]
    public int RequestsPerSecond { get; init; } = UsualRequests;
}

/// <summary>What a sync writes to in ActiveCampaign: contacts, unless it names a list.</summary>
public sealed record ActiveCampaignObject
{
    [Description("contacts.")]
    public ActiveCampaignType Type { get; init; }

    [Description("The name of a list: contacts are subscribed to it instead of being written.")]
    public string? List { get; init; }

    [Description("Make the list if there is none of that name.")]
    public bool Create { get; init; }

    [Description("Subscribe those too who are on the list and not subscribed, which cdp did not do: who unsubscribed, bounced or has yet to confirm.")]
    public bool Resubscribe { get; init; }
}

/// <summary>Kinds of records.</summary>
public enum ActiveCampaignType
{
    Contacts,
}
