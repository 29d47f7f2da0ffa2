using System.ComponentModel;
using System.Text.Json;
using ReverseEtl.Core.Config;

namespace ReverseEtl.Connectors.Iterable;

/// <summary>A project of Iterable in cdp.config.json.</summary>
public sealed record IterableOptions : HttpDestinationOptions
{
    [Description("A server-side API key of the project.")]
    public required Secret ApiKey { get; init; }

    [Description("Where the project is: us or eu.")]
    public IterableRegion Region { get; init; }
}

/// <summary>Iterable's data centres.</summary>
public enum IterableRegion { Us, Eu }

/// <summary>What a sync writes to in Iterable: users, unless it names a list or an event.</summary>
public sealed record IterableObject
{
    [Description("users.")]
    public IterableType Type { get; init; }

    [Description("What users are known by: email or userId.")]
    public IterableId Id { get; init; }

    [Description("The name of a static list: rows are subscribed to it instead of being written.")]
    public string? List { get; init; }

    [Description("Make the list if there is none of that name.")]
    public bool Create { get; init; }

    [Description("The name of an event: rows are sent as events of it, in mode append.")]
    public string? Event { get; init; }

    /// <summary>The field that users are known by.</summary>
    internal string IdField => JsonNamingPolicy.CamelCase.ConvertName(Id.ToString());
}

/// <summary>Kinds of records.</summary>
public enum IterableType { Users }

/// <summary>What Iterable can know users by.</summary>
public enum IterableId { Email, UserId }
