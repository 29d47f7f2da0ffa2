using System.ComponentModel;
using System.Text.Json;
using ReverseEtl.Core.Config;

namespace ReverseEtl.Connectors.Intercom;

/// <summary>A workspace of Intercom in cdp.config.json.</summary>
public sealed record IntercomOptions : HttpDestinationOptions
{
    internal const int UsualRequests = 1666;

    [Description("The access token of an app of your own.")]
    public required Secret Token { get; init; }

    [Description("Where the workspace is: us, eu or au.")]
    public IntercomRegion Region { get; init; }

    [Description("Requests in 10 seconds at the most: a sixth of what the app may send in a minute.")]
    public int RequestsPer10s { get; init; } = UsualRequests;
}

/// <summary>Intercom's data centres.</summary>
public enum IntercomRegion { Us, Eu, Au }

/// <summary>What a sync writes to in Intercom: contacts or companies, or a tag of contacts.</summary>
public sealed record IntercomObject
{
    [Description("contacts or companies.")]
    public IntercomType Type { get; init; }

    [Description("What contacts are known by: external_id or email.")]
    public IntercomId Id { get; init; }

    [Description("What contacts are: user or lead.")]
    public IntercomRole Role { get; init; }

    [Description("The name of a tag: rows become contacts that have it, instead of being written.")]
    public string? Tag { get; init; }

    [Description("Make the tag if there is none of that name.")]
    public bool Create { get; init; }

    /// <summary>The field that rows are known by.</summary>
    internal string IdField => Type is IntercomType.Companies ? "company_id" : JsonNamingPolicy.SnakeCaseLower.ConvertName(Id.ToString());
}

/// <summary>Kinds of records.</summary>
public enum IntercomType { Contacts, Companies }

/// <summary>What Intercom can know contacts by.</summary>
public enum IntercomId { ExternalId, Email }

/// <summary>Kinds of contacts.</summary>
public enum IntercomRole { User, Lead }
