using System.Globalization;
using System.Text.Json;
using ReverseEtl.Sandbox.Vendors;

namespace ReverseEtl.Sandbox.Braze;

/// <summary>Events and purchases. None is known again: one that is sent twice happened twice.</summary>
internal static class TrackedEvent
{
    private const int MostCharacters = 255;

    private static readonly string[] Reserved = ["time", "event_name"];

    public static string? WrongEvent(JsonElement item) => WrongName(item, "name") ?? WrongTime(item) ?? WrongProperties(item);

    public static string? WrongPurchase(JsonElement item)
    {
        if ((WrongName(item, "product_id") ?? WrongTime(item) ?? WrongProperties(item)) is { } wrong)
            return wrong;
        if (item.GetText("currency") is not { Length: 3 })
            return "'currency' must be an ISO 4217 code";
        if (item.Get("price") is not { ValueKind: JsonValueKind.Number })
            return "'price' must be a number";
        return item.Get("quantity") is { } quantity && !(quantity.ValueKind is JsonValueKind.Number && quantity.TryGetInt32(out var count) && count is >= 1 and <= 100)
            ? "'quantity' must be an integer between 1 and 100"
            : null;
    }

    /// <summary>As it is kept: by whom, what, when, and its properties. The name of an event is its <c>event</c>.</summary>
    public static IReadOnlyDictionary<string, string?> Held(IReadOnlyDictionary<string, string?> user, JsonElement item)
    {
        var who = user.Where(field => field.Key is BrazeIdentity.ExternalId or BrazeIdentity.Alias or BrazeIdentity.BrazeId or BrazeIdentity.Email or BrazeIdentity.Phone);
        var what = new[] { ("name", "event"), ("time", "time"), ("app_id", "app_id"), ("product_id", "product_id"), ("currency", "currency"), ("price", "price"), ("quantity", "quantity") }
            .Where(field => item.Get(field.Item1) is not null).Select(field => KeyValuePair.Create(field.Item2, item.Get(field.Item1)!.Value.AsText()));
        return Record.Empty.With(item.Get("properties")?.Fields() ?? []).With(who).With(what);
    }

    private static string? WrongName(JsonElement item, string name) => item.GetText(name) switch
    {
        null or "" => $"'{name}' is required",
        { Length: > MostCharacters } => $"'{name}' is longer than {MostCharacters} characters",
        _ => null,
    };

    private static string? WrongTime(JsonElement item) => item.GetText("time") is { } time && IsTime(time) ? null : "'time' must be an ISO 8601 time";

    private static bool IsTime(string text) => text.Length >= 19 && text[10] is 'T' or ' '
        && DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out _);

    private static string? WrongProperties(JsonElement item)
    {
        if (item.Get("properties") is not { ValueKind: not JsonValueKind.Null } properties)
            return null;
        if (properties.ValueKind is not JsonValueKind.Object)
            return "'properties' must be an object";
        foreach (var property in properties.EnumerateObject())
        {
            if (property.Name.Length is 0 or > MostCharacters || property.Name[0] == '$' || Reserved.Contains(property.Name))
                return $"'{property.Name}' cannot be the name of a property";
        }

        return null;
    }
}
