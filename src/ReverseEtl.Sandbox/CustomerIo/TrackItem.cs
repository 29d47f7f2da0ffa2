using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;
using ReverseEtl.Sandbox.Vendors;

namespace ReverseEtl.Sandbox.CustomerIo;

/// <summary>What is wrong with one item of a batch.</summary>
internal sealed record TrackError(string Reason, string Field, string Message);

/// <summary>Applies one item of a batch.</summary>
internal static partial class TrackItem
{
    private const int MostBytes = 32 * 1024;

    public static TrackError? Apply(Account account, JsonElement item)
    {
        if (item.ValueKind is not JsonValueKind.Object)
            return new TrackError("invalid", "", "item must be an object");
        if (System.Text.Encoding.UTF8.GetByteCount(item.GetRawText()) > MostBytes)
            return new TrackError("invalid", "", "item exceeds 32kb");
        return item.GetText("type") switch
        {
            "person" => Person(account, item),
            "object" => Objects.Apply(account, item),
            null or "" => new TrackError("required", "type", "type is required"),
            var type => new TrackError("invalid", "type", $"'{type}' is not a valid type"),
        };
    }

    private static TrackError? Person(Account account, JsonElement item)
    {
        var action = item.GetText("action");
        if (string.IsNullOrEmpty(action))
            return new TrackError("required", "action", "action is required");
        if (action == "merge")
            return Merge(account, item);
        if (item.Get("identifiers") is not { } identifiers || People.Identifier(identifiers) is not var (kind, value))
            return new TrackError("required", "identifiers", "identifiers must have one of id, email or cio_id");
        if (kind == "email" && !EmailAddress.IsGood(value))
            return new TrackError("invalid", "identifiers.email", $"'{value}' is not a valid email address");
        if (item.Get("attributes") is { ValueKind: not (JsonValueKind.Object or JsonValueKind.Null) })
            return new TrackError("invalid", "attributes", "attributes must be an object");
        return Act(account, item, action, identifiers, kind, value);
    }

    private static TrackError? Act(Account account, JsonElement item, string action, JsonElement identifiers, string kind, string value)
    {
        var people = new People(account);
        var attributes = item.Get("attributes")?.Fields() ?? [];
        switch (action)
        {
            case "identify":
                if (attributes.GetValueOrDefault("email") is { Length: > 0 } email && !EmailAddress.IsGood(email))
                    return new TrackError("invalid", "attributes.email", $"'{email}' is not a valid email address");
                if (people.Identify(identifiers, attributes) is { } identified)
                    Objects.Relate(account, identified, item);
                return null;
            case "delete":
                if (people.Find(kind, value) is { } person)
                    people.Delete(person);
                return null;
            case "suppress": people.Suppress(kind, value); return null;
            case "unsuppress": people.Unsuppress(kind, value); return null;
            case "event" or "page" or "screen": return Event(account, item, action, people.Identify(identifiers, new Dictionary<string, string?>()));
            case "add_device" or "delete_device": return Device(account, item, action, people.Identify(identifiers, new Dictionary<string, string?>()));
            case "add_relationships" or "delete_relationships":
                if (people.Identify(identifiers, new Dictionary<string, string?>()) is { } related)
                    Objects.Relate(account, related, item, remove: action == "delete_relationships");
                return null;
            default: return new TrackError("invalid", "action", $"'{action}' is not a valid action");
        }
    }

    /// <summary>An event counts once by its id, if that is a ULID.</summary>
    private static TrackError? Event(Account account, JsonElement item, string action, string? person)
    {
        if (item.GetText("name") is not { Length: > 0 } name)
            return new TrackError("required", "name", "name is required");
        if (item.Get("timestamp") is { ValueKind: not JsonValueKind.Number })
            return new TrackError("invalid", "timestamp", "timestamp must be Unix seconds");
        var events = account.Table("events");
        var id = item.GetText("id");
        var isUnique = id is not null && Ulid().IsMatch(id);
        if (person is null || (isUnique && events.Has(id!)))
            return null;
        var record = Record.Of(("event", name), ("type", action), ("person", Name(account, person)), ("timestamp", item.Get("timestamp")?.AsText()));
        events.Set(isUnique ? id! : account.NextId("event", 1).ToString(CultureInfo.InvariantCulture), record.With(item.Get("attributes")?.Fields() ?? []));
        return null;
    }

    private static TrackError? Device(Account account, JsonElement item, string action, string? person)
    {
        if ((item.Get("device")?.GetText("token") ?? item.Get("device")?.GetText("id")) is not { Length: > 0 } token)
            return new TrackError("required", "device.token", "device.token is required");
        var platform = item.Get("device")?.GetText("platform");
        if (action == "add_device" && platform is not ("ios" or "android"))
            return new TrackError("invalid", "device.platform", "device.platform must be ios or android");
        if (action == "delete_device")
            account.Table("devices").Remove($"{person}/{token}");
        else if (person is not null)
            account.Table("devices").Set($"{person}/{token}", Record.Of(("token", token), ("platform", platform), ("person", Name(account, person))));
        return null;
    }

    private static TrackError? Merge(Account account, JsonElement item)
    {
        if (item.Get("primary") is not { } primary || People.Identifier(primary) is null)
            return new TrackError("required", "primary", "primary must have one of id, email or cio_id");
        if (item.Get("secondary") is not { } secondary || People.Identifier(secondary) is null)
            return new TrackError("required", "secondary", "secondary must have one of id, email or cio_id");
        var people = new People(account);
        if (people.Find(primary) is { } first && people.Find(secondary) is { } second)
            people.Merge(first, second);
        return null;
    }

    private static string Name(Account account, string person) =>
        new People(account).Get(person) is { } record ? record.GetValueOrDefault("id") ?? record.GetValueOrDefault("email") ?? person : person;

    [GeneratedRegex("^[0-7][0-9A-HJKMNP-TV-Z]{25}$", RegexOptions.IgnoreCase)]
    private static partial Regex Ulid();
}
