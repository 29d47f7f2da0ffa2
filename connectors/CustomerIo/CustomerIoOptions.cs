using System.ComponentModel;
using System.Text.Json;
using ReverseEtl.Core.Config;

namespace ReverseEtl.Connectors.CustomerIo;

/// <summary>A workspace of Customer.io in cdp.config.json.</summary>
public sealed record CustomerIoOptions : HttpDestinationOptions
{
    internal const int UsualRequests = 100;

    [Description("The site id of the workspace's Track API key.")]
    public required string SiteId { get; init; }

    [Description("The Track API key that belongs to the site id.")]
    public required Secret ApiKey { get; init; }

    [Description("Where the workspace is: us or eu.")]
    public CustomerIoRegion Region { get; init; }

    [Description("Requests per second at the most.")]
    public int RequestsPerSecond { get; init; } = UsualRequests;
}

/// <summary>Customer.io's data centres.</summary>
public enum CustomerIoRegion
{
    Us,
    Eu,
}

/// <summary>What a sync writes to in Customer.io: people, unless it names a segment or an event.</summary>
public sealed record CustomerIoObject
{
    [Description("people.")]
    public CustomerIoType Type { get; init; }

    [Description("What people are known by: id, email or cio_id.")]
    public CustomerIoId Id { get; init; }

    [Description("The number of a manual segment: rows become members of it instead of being written.")]
    public int? Segment { get; init; }

    [Description("The name of an event: rows are sent as events of it, in mode append.")]
    public string? Event { get; init; }

    /// <summary>The field that people are known by.</summary>
    internal string IdField => JsonNamingPolicy.SnakeCaseLower.ConvertName(Id.ToString());
}

/// <summary>Kinds of records.</summary>
public enum CustomerIoType
{
    People,
}

/// <summary>What Customer.io can know people by.</summary>
public enum CustomerIoId
{
    Id,
    Email,
    CioId,
}
