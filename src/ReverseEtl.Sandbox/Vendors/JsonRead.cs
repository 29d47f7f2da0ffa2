using System.Text.Json;

namespace ReverseEtl.Sandbox.Vendors;

/// <summary>Reads JSON that may be anything.</summary>
internal static class JsonRead
{
    /// <summary>A property of what may not be an object.</summary>
    public static JsonElement? Get(this JsonElement element, string name) =>
        element.ValueKind is JsonValueKind.Object && element.TryGetProperty(name, out var value) ? value : null;

    /// <summary>A property that is text.</summary>
    public static string? GetText(this JsonElement element, string name) =>
        element.Get(name) is { ValueKind: JsonValueKind.String } value ? value.GetString() : null;

    /// <summary>The elements of a property that is an array; none where it is not.</summary>
    public static IReadOnlyList<JsonElement> GetList(this JsonElement element, string name) =>
        element.Get(name) is { ValueKind: JsonValueKind.Array } value ? [.. value.EnumerateArray()] : [];

    /// <summary>A value as a record keeps it: text as it is, null as null, anything else as its JSON.</summary>
    public static string? AsText(this JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.String => value.GetString(),
        JsonValueKind.Null => null,
        _ => value.GetRawText(),
    };

    /// <summary>The fields of an object as a record keeps them.</summary>
    public static Dictionary<string, string?> Fields(this JsonElement element)
    {
        var fields = new Dictionary<string, string?>(StringComparer.Ordinal);
        if (element.ValueKind is JsonValueKind.Object)
        {
            foreach (var property in element.EnumerateObject())
                fields[property.Name] = property.Value.AsText();
        }

        return fields;
    }

    /// <summary>Every text and number within.</summary>
    public static IEnumerable<string> Scalars(this JsonElement element) => element.ValueKind switch
    {
        JsonValueKind.Object => element.EnumerateObject().SelectMany(property => property.Value.Scalars()),
        JsonValueKind.Array => element.EnumerateArray().SelectMany(item => item.Scalars()),
        JsonValueKind.String => [element.GetString()!],
        JsonValueKind.Number => [element.GetRawText()],
        _ => [],
    };
}
