using System.Text.Json;

namespace ReverseEtl.Core.Config;

/// <summary>Where <c>${env:NAME}</c> and <c>${file:PATH}</c> come from.</summary>
public interface ISecretSource
{
    /// <summary>An environment variable, or null.</summary>
    string? Environment(string name);

    /// <summary>A file's text without its last line break, or null where it cannot be read. Paths start at the project's folder.</summary>
    string? File(string path);
}

/// <summary>What binding a node to a type needs to know, and where it puts the problems it finds.</summary>
public sealed class BindContext(List<Problem> problems, JsonNamingPolicy naming)
{
    /// <summary>All problems so far.</summary>
    public List<Problem> Problems { get; } = problems;

    /// <summary>camelCase in cdp.config.json, snake_case in YAML.</summary>
    public JsonNamingPolicy Naming { get; } = naming;

    /// <summary>Resolves <c>${...}</c>; null where a file may have none.</summary>
    public ISecretSource? Secrets { get; init; }

    /// <summary>For records that exist in several types: the record to use for a value of <c>type</c>.</summary>
    public IReadOnlyDictionary<Type, IReadOnlyDictionary<string, Type>> Variants { get; init; } =
        new Dictionary<Type, IReadOnlyDictionary<string, Type>>();

    /// <summary>Set while the options of a destination are bound.</summary>
    public string? Destination { get; set; }

    /// <summary>Set while the options of a channel of alerts are bound.</summary>
    public string? Channel { get; set; }

    /// <summary>Reports a problem.</summary>
    public void Add(Position at, string message) => Problems.Add(new Problem(at, message));

    internal void AddMissingSecret(Position at, string message) =>
        Problems.Add(new Problem(at, message) { Destination = Destination, Channel = Channel });
}

/// <summary>A type that reads its own node, for values that are more than a record or a scalar.</summary>
/// <typeparam name="TSelf">The type itself.</typeparam>
public interface IConfigValue<TSelf>
    where TSelf : IConfigValue<TSelf>
{
    /// <summary>Reads the node, or reports a problem and returns null.</summary>
    static abstract TSelf? Parse(ConfigNode node, BindContext context);

    /// <summary>Its JSON Schema, as JSON text.</summary>
    static abstract string Schema { get; }
}

/// <summary>Gives a property another name in files than its own.</summary>
[AttributeUsage(AttributeTargets.Property)]
public sealed class ConfigKeyAttribute(string key) : Attribute
{
    public string Key => key;
}
