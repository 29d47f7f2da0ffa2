using System.ComponentModel;
using ReverseEtl.Core.Config;

namespace ReverseEtl.Connectors.SendGrid;

/// <summary>A SendGrid account in cdp.config.json.</summary>
public sealed record SendGridOptions : HttpDestinationOptions
{
    internal const int UsualRequests = 5;

    [Description("An API key with full access to Marketing.")]
    public required Secret ApiKey { get; init; }

    [Description("Requests per second at the most, over all syncs.")]
    public int RequestsPerSecond { get; init; } = UsualRequests;
}

/// <summary>What a sync writes to in SendGrid: contacts, and with a list its members.</summary>
public sealed record SendGridObject
{
    [Description("contacts.")]
    public SendGridType Type { get; init; }

    [Description("The name of a list: rows become contacts on it, and leave the list only.")]
    public string? List { get; init; }

    [Description("Make the list if there is none of that name.")]
    public bool Create { get; init; }
}

/// <summary>Kinds of records.</summary>
public enum SendGridType
{
    Contacts,
}
