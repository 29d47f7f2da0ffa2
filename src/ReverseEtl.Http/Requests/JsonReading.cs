using System.Globalization;
using System.Text.Json;
using System.Web;

namespace ReverseEtl.Http.Requests;

/// <summary>Reads vendors' answers, which may hold anything: what is not there or of another kind is null.</summary>
public static class JsonReading
{
    /// <summary>A member, or null; of several names the way through nested objects.</summary>
    public static JsonElement? Get(this JsonElement element, params ReadOnlySpan<string> path)
    {
        foreach (var name in path)
        {
            if (element.ValueKind is not JsonValueKind.Object || !element.TryGetProperty(name, out element))
                return null;
        }

        return element.ValueKind is JsonValueKind.Null or JsonValueKind.Undefined ? null : element;
    }

    /// <summary>A member that is text, or a number as its text; else null.</summary>
    public static string? Text(this JsonElement element, params ReadOnlySpan<string> path) => element.Get(path) switch
    {
        { ValueKind: JsonValueKind.String } text => text.GetString(),
        { ValueKind: JsonValueKind.Number } number => number.GetRawText(),
        _ => null,
    };

    /// <summary>A member that is a number or the text of one; else null.</summary>
    public static double? Number(this JsonElement element, params ReadOnlySpan<string> path) =>
        double.TryParse(element.Text(path), CultureInfo.InvariantCulture, out var number) ? number : null;

    /// <summary>The items of a list; none where there is no list.</summary>
    public static IEnumerable<JsonElement> Items(this JsonElement element, params ReadOnlySpan<string> path) =>
        element.Get(path) is { ValueKind: JsonValueKind.Array } list ? list.EnumerateArray() : [];

    /// <summary>A parameter of an address that is a member: the cursor in the address of the next page. Null where there is none.</summary>
    public static string? Parameter(this JsonElement element, string name, params ReadOnlySpan<string> path) =>
        element.Text(path)?.Split('?', 2) is [_, var query] ? HttpUtility.ParseQueryString(query)[name] : null;
}
