namespace ReverseEtl.Core.Config;

/// <summary>A value of a JSON or YAML file with its place, so that every later error can name file and line.</summary>
public abstract record ConfigNode(Position At)
{
    /// <summary>What the node is, in an error message. <see cref="object.ToString"/> gives its value, without its place.</summary>
    public abstract string Kind { get; }
}

/// <summary>The types a scalar can have.</summary>
public enum ScalarType
{
    Null,
    Boolean,
    Number,
    Text,
}

/// <summary>A scalar; <see cref="Text"/> is the text as written.</summary>
public sealed record ScalarNode(Position At, ScalarType Type, string Text) : ConfigNode(At)
{
    /// <inheritdoc/>
    public override string ToString() => Type is ScalarType.Text ? $"\"{Text}\"" : Text;

    /// <inheritdoc/>
    public override string Kind => Type switch
    {
        ScalarType.Null => "null",
        ScalarType.Boolean => $"the boolean {Text}",
        ScalarType.Number => $"the number {Text}",
        _ => $"the text \"{Text}\"",
    };
}

/// <summary>A list.</summary>
public sealed record ListNode(Position At, IReadOnlyList<ConfigNode> Items) : ConfigNode(At)
{
    /// <inheritdoc/>
    public override string Kind => "a list";

    /// <inheritdoc/>
    public override string ToString() => $"[{string.Join(", ", Items)}]";
}

/// <summary>An entry of a map, with the place of its key.</summary>
public sealed record MapEntry(string Key, Position KeyAt, ConfigNode Value);

/// <summary>A map; keys are unique and keep the file's order.</summary>
public sealed record MapNode(Position At, IReadOnlyList<MapEntry> Entries) : ConfigNode(At)
{
    /// <inheritdoc/>
    public override string Kind => "an object";

    /// <inheritdoc/>
    public override string ToString() => $"{{{string.Join(", ", Entries.OrderBy(entry => entry.Key, StringComparer.Ordinal).Select(entry => $"{entry.Key}: {entry.Value}"))}}}";

    /// <summary>The value of a key, or null.</summary>
    public ConfigNode? this[string key] => Entries.FirstOrDefault(entry => entry.Key == key)?.Value;

    /// <summary>The text of a scalar child, or null.</summary>
    public string? Text(string key) => (this[key] as ScalarNode)?.Text;

    /// <summary>The same map without a key.</summary>
    public MapNode Without(string key) => this with { Entries = [.. Entries.Where(entry => entry.Key != key)] };

    /// <summary>
    /// This map overlaid with another: maps merge key by key, everything else is replaced. A map that names another
    /// <c>type</c> replaces the old one whole, as the options of one type mean nothing to another.
    /// </summary>
    public MapNode Overlay(MapNode over)
    {
        if (over.Text("type") is { } type && Text("type") is { } old && type != old)
            return over;
        var entries = Entries.ToList();
        foreach (var entry in over.Entries)
        {
            var index = entries.FindIndex(candidate => candidate.Key == entry.Key);
            if (index < 0)
                entries.Add(entry);
            else if (entries[index].Value is MapNode below && entry.Value is MapNode above)
                entries[index] = entries[index] with { Value = below.Overlay(above) };
            else
                entries[index] = entry;
        }

        return this with { Entries = entries };
    }
}
