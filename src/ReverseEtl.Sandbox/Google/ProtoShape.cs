using System.Globalization;
using System.Text.Json;
using ReverseEtl.Sandbox.Vendors;

namespace ReverseEtl.Sandbox.Google;

/// <summary>What a value may be, as Google's parser of JSON for protocol buffers sees it. Names are snake case or camel case.</summary>
internal abstract record ProtoShape
{
    /// <summary>Notes what is wrong with a value.</summary>
    public abstract void Check(JsonElement value, string path, List<Violation> violations);

    public static ProtoShape List(ProtoShape of) => new Repeated(of);

    protected static void Add(List<Violation> violations, string path, string description) => violations.Add(new Violation(path, "", description));

    private sealed record Repeated(ProtoShape Of) : ProtoShape
    {
        public override void Check(JsonElement value, string path, List<Violation> violations)
        {
            if (value.ValueKind is not JsonValueKind.Array)
            {
                Add(violations, path, $"Invalid JSON payload received. Unknown name \"\" at '{path}': Proto field is repeating, cannot start list.");
                return;
            }

            var at = 0;
            foreach (var item in value.EnumerateArray())
                Of.Check(item, string.Create(CultureInfo.InvariantCulture, $"{path}[{at++}]"), violations);
        }
    }
}

/// <summary>A string, a number, a truth value.</summary>
internal sealed record ProtoScalar(string Type, params JsonValueKind[] Kinds) : ProtoShape
{
    public static readonly ProtoScalar Text = new("TYPE_STRING", JsonValueKind.String);
    public static readonly ProtoScalar Truth = new("TYPE_BOOL", JsonValueKind.True, JsonValueKind.False);
    public static readonly ProtoScalar Fraction = new("TYPE_DOUBLE", JsonValueKind.String, JsonValueKind.Number);
    public static readonly ProtoScalar Number = new("TYPE_INT64", JsonValueKind.String, JsonValueKind.Number);

    public override void Check(JsonElement value, string path, List<Violation> violations)
    {
        if (!Kinds.Contains(value.ValueKind))
            Add(violations, path, $"Invalid value at '{path}' ({Type}), {value.GetRawText()}");
    }
}

/// <summary>One of some words.</summary>
internal sealed record ProtoEnum(string Name, params string[] Words) : ProtoShape
{
    public override void Check(JsonElement value, string path, List<Violation> violations)
    {
        if (value.ValueKind is not JsonValueKind.String || !Words.Contains(value.GetString()))
            Add(violations, path, $"Invalid value at '{path}' (type.googleapis.com/google.ads.datamanager.v1.{Name}), {value.GetRawText()}");
    }
}

/// <summary>A message: fields by name, of which one group may have one field only.</summary>
internal sealed record ProtoMessage(params (string Name, ProtoShape Shape)[] Fields) : ProtoShape
{
    /// <summary>Fields of which only one may be there.</summary>
    public string[] OneOf { get; init; } = [];

    public override void Check(JsonElement value, string path, List<Violation> violations)
    {
        if (value.ValueKind is not JsonValueKind.Object)
        {
            Add(violations, path, $"Invalid value at '{path}', {value.GetRawText()}");
            return;
        }

        var seen = new List<string>();
        foreach (var property in value.EnumerateObject())
        {
            var (name, shape) = Array.Find(Fields, field => field.Name == property.Name || Proto.Camel(field.Name) == property.Name);
            if (shape is null)
                Add(violations, path, $"Invalid JSON payload received. Unknown name \"{property.Name}\"{(path.Length == 0 ? "" : $" at '{path}'")}: Cannot find field.");
            else if (property.Value.ValueKind is not JsonValueKind.Null)
                shape.Check(property.Value, path.Length == 0 ? name : $"{path}.{name}", violations);
            if (name is not null)
                seen.Add(name);
        }

        if (seen.Where(OneOf.Contains).Skip(1).FirstOrDefault() is { } second)
            Add(violations, path, $"Invalid value at '{path}' (oneof), oneof field is already set. Cannot set '{Proto.Camel(second)}'");
    }
}

/// <summary>Reads JSON that was found to be right.</summary>
internal static class Proto
{
    public static string Camel(string name)
    {
        var parts = name.Split('_');
        return parts[0] + string.Concat(parts.Skip(1).Select(part => char.ToUpperInvariant(part[0]) + part[1..]));
    }

    /// <param name="element">The message.</param>
    /// <param name="name">The field, in snake case.</param>
    public static JsonElement? Field(this JsonElement element, string name) =>
        (element.Get(Camel(name)) ?? element.Get(name)) is { ValueKind: not JsonValueKind.Null } value ? value : null;

    public static string TextOf(this JsonElement element, string name) => element.Field(name)?.AsText() ?? "";

    public static IReadOnlyList<JsonElement> ListOf(this JsonElement element, string name) =>
        element.Field(name) is { ValueKind: JsonValueKind.Array } list ? [.. list.EnumerateArray()] : [];
}
