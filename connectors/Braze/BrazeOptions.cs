using System.ComponentModel;
using System.Text.Json;
using ReverseEtl.Core.Config;

namespace ReverseEtl.Connectors.Braze;

/// <summary>A workspace of Braze in cdp.config.json.</summary>
public sealed record BrazeOptions : HttpDestinationOptions
{
    internal const int UsualRequests = 3000;

    [Description("A REST API key of the workspace.")]
    public required Secret ApiKey { get; init; }

    [Description("The cluster of the workspace's REST endpoint, as fra-01 in https://rest.fra-01.braze.com.")]
    public string? Cluster { get; init; }

    [Description("Requests per 3 seconds at the most.")]
    public int RequestsPer3s { get; init; } = UsualRequests;
}

/// <summary>What a sync writes to in Braze: users, unless it names an event or a subscription group.</summary>
public sealed record BrazeObject
{
    [Description("users.")]
    public BrazeType Type { get; init; }

    [Description("What users are known by: external_id, email, phone or braze_id.")]
    public BrazeId Id { get; init; }

    [Description("The name of an event: rows are sent as events of it, in mode append.")]
    public string? Event { get; init; }

    [Description("The id of a subscription group: rows are subscribed to it instead of being written.")]
    public string? Subscription { get; init; }

    [Description("Of a subscription group: email or sms.")]
    public BrazeChannel? Channel { get; init; }

    /// <summary>The field that users are known by.</summary>
    internal string IdField => JsonNamingPolicy.SnakeCaseLower.ConvertName(Id.ToString());
}

/// <summary>Kinds of records.</summary>
public enum BrazeType
{
    Users,
}

/// <summary>What Braze can know users by.</summary>
public enum BrazeId
{
    ExternalId,
    Email,
    Phone,
    BrazeId,
}

/// <summary>What a subscription group is about.</summary>
public enum BrazeChannel
{
    Email,
    Sms,
}
