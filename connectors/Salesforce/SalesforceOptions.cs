using System.ComponentModel;
using ReverseEtl.Core.Config;

namespace ReverseEtl.Connectors.Salesforce;

/// <summary>A Salesforce org in cdp.config.json.</summary>
public sealed record SalesforceOptions : HttpDestinationOptions
{
    [Description("The org's own address: https://shop.my.salesforce.com. Not needed with sandbox or baseUrl.")]
    public Uri? InstanceUrl { get; init; }

    [Description("The consumer key of a connected app or external client app.")]
    public required string ClientId { get; init; }

    [Description("The app's consumer secret, for the client credentials flow. Either this or privateKey.")]
    public Secret? ClientSecret { get; init; }

    [Description("The private key (PEM) of the certificate that the app knows, for the JWT bearer flow.")]
    public Secret? PrivateKey { get; init; }

    [Description("With privateKey: the user to act as.")]
    public string? Username { get; init; }

    [Description("With privateKey: who the assertion is for; https://test.salesforce.com for a sandbox org.")]
    public string Audience { get; init; } = "https://login.salesforce.com";

    [Description("The version of the API, as 67.0; the latest of the org where left out.")]
    public string? ApiVersion { get; init; }
}

/// <summary>What a sync writes to in Salesforce.</summary>
public sealed record SalesforceObject
{
    [Description("The object's API name: Contact, Lead, Account, Shop_Customer__c. For members of a campaign Contact or Lead.")]
    public string Type { get; init; } = "Contact";

    [Description("The field that rows are known by: an external id, Email, or Id.")]
    public string Id { get; init; } = "";

    [Description("The name or id of a campaign: rows become members of it instead of being written.")]
    public string? Campaign { get; init; }

    [Description("For a campaign: the status of new members, as the campaign has it. Its default where left out.")]
    public string? Status { get; init; }
}
