using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using ReverseEtl.Sandbox.Vendors;

namespace ReverseEtl.Sandbox.Braze;

/// <summary>Attributes of a user: those that Braze knows have values of their kind, any others are custom ones. Null removes one.</summary>
internal static class UserAttributes
{
    private const int MostCharacters = 255;
    private const string Groups = "subscription_groups";

    /// <summary>What says who is meant, or how, and is no attribute.</summary>
    private static readonly HashSet<string> Directions = [BrazeIdentity.ExternalId, BrazeIdentity.Alias, BrazeIdentity.BrazeId, "_update_existing_only", "_merge_objects", "push_token_import"];

    private static readonly HashSet<string> Texts = ["first_name", "last_name", "country", "home_city", "language", "time_zone", BrazeIdentity.Phone];

    private static readonly Dictionary<string, string[]> Choices = new()
    {
        ["gender"] = ["M", "F", "O", "N", "P"],
        ["email_subscribe"] = ["opted_in", "subscribed", "unsubscribed"],
        ["push_subscribe"] = ["opted_in", "subscribed", "unsubscribed"],
    };

    /// <summary>What is wrong with one object; null where nothing is.</summary>
    public static string? Wrong(JsonElement item) => item.EnumerateObject().Where(property => !Directions.Contains(property.Name)).Select(Wrong).FirstOrDefault(wrong => wrong is not null);

    /// <summary>Sets them.</summary>
    /// <returns>How many there were.</returns>
    public static int Apply(Account account, string user, JsonElement item)
    {
        var users = new BrazeUsers(account);
        var attributes = item.EnumerateObject().Where(property => !Directions.Contains(property.Name)).ToList();
        var before = users.Get(user)!;
        users.Set(user, attributes.Where(property => property.Name != Groups)
            .ToDictionary(property => property.Name, property => Value(before.GetValueOrDefault(property.Name), property.Value)));
        foreach (var group in item.GetList(Groups))
            Subscriptions.Keep(account, group.GetText("subscription_group_id")!, user, group.GetText("subscription_state")!);
        // An address that says who is meant is one that was sent all the same.
        return attributes.Count;
    }

    private static string? Wrong(JsonProperty property)
    {
        var value = property.Value;
        if (property.Name.Length is 0 or > MostCharacters)
            return "The name of an attribute has between 1 and 255 characters";
        if (value.ValueKind is JsonValueKind.Null)
            return null;
        var isGood = property.Name switch
        {
            BrazeIdentity.Email => value.AsText() is { } email && EmailAddress.IsGood(email),
            "dob" => DateOnly.TryParseExact(value.AsText(), "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out _),
            Groups => value.ValueKind is JsonValueKind.Array && value.EnumerateArray().All(Subscriptions.IsGood),
            var name when Choices.TryGetValue(name, out var choices) => choices.Contains(value.AsText()),
            var name when Texts.Contains(name) => value.ValueKind is JsonValueKind.String,
            _ => true,
        };
        return isGood ? null : $"The value provided for the '{property.Name}' field is not valid.";
    }

    /// <summary>A value as it is then: an array may be added to or taken from, a number increased.</summary>
    private static string? Value(string? before, JsonElement given)
    {
        if (given.ValueKind is not JsonValueKind.Object || given.EnumerateObject().Count() > 2)
            return given.AsText();
        if (given.Get("inc") is { ValueKind: JsonValueKind.Number } step)
            return ((decimal.TryParse(before, CultureInfo.InvariantCulture, out var number) ? number : 0) + step.GetDecimal()).ToString(CultureInfo.InvariantCulture);
        if (given.Get("add") is not { ValueKind: JsonValueKind.Array } && given.Get("remove") is not { ValueKind: JsonValueKind.Array })
            return given.AsText();
        var held = before is not null && VendorCall.Parse(System.Text.Encoding.UTF8.GetBytes(before)) is { ValueKind: JsonValueKind.Array } array
            ? array.EnumerateArray().Select(item => item.AsText()).ToList()
            : [];
        held.RemoveAll(given.GetList("remove").Select(item => item.AsText()).Contains);
        return new JsonArray([.. held.Union(given.GetList("add").Select(item => item.AsText())).Select(item => JsonValue.Create(item))]).ToJsonString();
    }
}
