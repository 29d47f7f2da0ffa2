using System.Text.Json;
using ReverseEtl.Sandbox.Vendors;

namespace ReverseEtl.Sandbox.Meta;

/// <summary>A request's parameters: the Graph API takes them from the query, a form, or a JSON body, all alike.</summary>
internal sealed class MetaParameters
{
    private readonly Dictionary<string, string> _texts = new(StringComparer.Ordinal);
    private readonly Dictionary<string, JsonElement> _values = new(StringComparer.Ordinal);

    public MetaParameters(VendorCall call)
    {
        foreach (var (name, value) in call.Http.Query)
            _texts[name] = value.ToString();
        if (call.IsOf("application/json") && call.Json is { ValueKind: JsonValueKind.Object } body)
        {
            foreach (var property in body.EnumerateObject())
                _values[property.Name] = property.Value;
        }

        foreach (var (name, value) in call.Form ?? new Dictionary<string, string>())
            _texts[name] = value;
    }

    public string? Text(string name) =>
        _values.TryGetValue(name, out var value) ? value.AsText() : _texts.GetValueOrDefault(name);

    /// <summary>A parameter that is an object or an array, as itself or as text.</summary>
    public JsonElement? Structure(string name)
    {
        var value = _values.TryGetValue(name, out var given) && given.ValueKind is not JsonValueKind.String
            ? given
            : Text(name) is { } text ? VendorCall.Parse(System.Text.Encoding.UTF8.GetBytes(text)) : null;
        return value is { ValueKind: JsonValueKind.Object or JsonValueKind.Array } ? value : null;
    }
}
