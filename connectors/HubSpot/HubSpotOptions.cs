using System.ComponentModel;
using ReverseEtl.Core.Config;

namespace ReverseEtl.Connectors.HubSpot;

/// <summary>A HubSpot portal in cdp.config.json.</summary>
public sealed record HubSpotOptions : HttpDestinationOptions
{
    internal const int UsualRequests = 100;

    [Description("The access token of a private app, with the scopes to read and write the objects (and crm.lists.write for lists).")]
    public required Secret Token { get; init; }

    [Description("Requests in 10 seconds at the most: 100 on Free and Starter, 190 on Professional and Enterprise.")]
    public int RequestsPer10s { get; init; } = UsualRequests;
}

/// <summary>What a sync writes to in HubSpot.</summary>
public sealed record HubSpotObject
{
    [Description("contacts, companies, or the name or type id (2-123) of another object.")]
    public string Type { get; init; } = "contacts";

    [Description("The property that rows are known by: email for contacts and domain for companies when left out; else a property with unique values.")]
    public string? Id { get; init; }

    [Description("The name of a static list: rows become members of it instead of being written.")]
    public string? List { get; init; }

    [Description("Make the list if there is none of that name.")]
    public bool Create { get; init; }

    /// <summary>The property that rows are known by.</summary>
    internal string IdProperty => Id ?? Type switch
    {
        "contacts" => "email",
        "companies" => "domain",
        _ => "",
    };
}
