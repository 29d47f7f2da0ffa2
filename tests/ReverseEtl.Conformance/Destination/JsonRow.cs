using System.Text.Json;

namespace ReverseEtl.Conformance.Destination;

/// <summary>Records as the suite compares them, out of JSON.</summary>
public static class JsonRow
{
    /// <summary>The fields of an object: a string's content, anything else as it is written.</summary>
    public static IReadOnlyDictionary<string, string?> Parse(string json)
    {
        using var document = JsonDocument.Parse(json);
        return document.RootElement.EnumerateObject().ToDictionary(field => field.Name, field => TextOf(field.Value), StringComparer.Ordinal);
    }

    private static string? TextOf(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.Null => null,
        JsonValueKind.String => value.GetString(),
        _ => value.GetRawText(),
    };
}
