using System.Globalization;
using System.Text.Json;
using ReverseEtl.Sandbox.Vendors;

namespace ReverseEtl.Sandbox.Klaviyo;

/// <summary>The profiles of an account, by Klaviyo's id; each is found by its e-mail, phone number or external id too.</summary>
internal sealed class Profiles(Account account, DateTimeOffset now)
{
    public const string TableName = "profiles";

    private readonly Table _profiles = account.Table(TableName);

    public IReadOnlyDictionary<string, string?>? Get(string id) => _profiles.Get(id);

    public string? Find(string field, string value) => field == "id"
        ? _profiles.Has(value) ? value : null
        : _profiles.Find(field, value, field == "email" ? StringComparer.OrdinalIgnoreCase : StringComparer.Ordinal);

    /// <summary>Creates or updates a profile: by its id where it has one, else by any identifier.</summary>
    public (string? Id, bool IsNew, Problem? Problem) Upsert(JsonElement profile, string pointer)
    {
        var attributes = profile.Get("attributes")!.Value;
        if (ProfileShape.WrongValue(attributes, $"{pointer}/attributes") is { } wrong)
            return (null, false, wrong);
        string[] found = [.. ProfileShape.Identifiers.Select(name => attributes.GetText(name) is { } value ? Find(name, value) : null).OfType<string>().Distinct()];
        var id = profile.GetText("id");
        if (id is not null && !_profiles.Has(id))
            return (null, false, new Problem($"A profile with id {id} does not exist.", $"{pointer}/id", "not_found", "Not found.", 404));
        if (found.Any(other => other != (id ?? found[0])))
            return (null, false, new Problem("A profile already exists with one of these identifiers.", $"{pointer}/attributes", "duplicate_profile", "Conflict.", 409));
        var target = id ?? found.FirstOrDefault();
        var record = (target is null ? Record.Empty : _profiles.Get(target)!).With(ProfileShape.Fields(attributes));
        if (!ProfileShape.Identifiers.Any(name => record.GetValueOrDefault(name) is { Length: > 0 }) && !attributes.TryGetProperty("anonymous_id", out _))
            return (null, false, new Problem("At least one of the fields email, phone_number, external_id is required.", $"{pointer}/attributes", "required"));
        var isNew = target is null;
        target ??= $"01K{account.NextId("profile", 1).ToString("d23", CultureInfo.InvariantCulture)}";
        _profiles.Set(target, Without(record, ProfileShape.Unset(profile)).With([
            new("created", record.GetValueOrDefault("created") ?? JsonApi.Time(now)), new("updated", JsonApi.Time(now))]));
        return (target, isNew, null);
    }

    public void Set(string id, IEnumerable<KeyValuePair<string, string?>> fields) => _profiles.Set(id, _profiles.Get(id)!.With(fields));

    /// <summary>Deletes a profile with all that is known of it.</summary>
    public void Delete(string id)
    {
        _profiles.Remove(id);
        foreach (var list in account.Names(KlaviyoLists.MemberTable))
            account.Table(list).Remove(id);
        var events = account.Table(KlaviyoEvents.TableName);
        foreach (var key in events.Records.Where(entry => entry.Value["profile_id"] == id).Select(entry => entry.Key).ToList())
            events.Remove(key);
    }

    /// <summary>A profile as answers have it.</summary>
    public static object Describe(VendorCall call, string id, IReadOnlyDictionary<string, string?> record, bool hasSubscriptions = false)
    {
        var only = call.Query("fields[profile]")?.Split(',');
        var attributes = new Dictionary<string, object?>();
        foreach (var name in new[] { "email", "phone_number", "external_id", "first_name", "last_name", "organization", "locale", "title", "image", "created", "updated" })
            attributes[name] = record.GetValueOrDefault(name);
        attributes["last_event_date"] = null;
        attributes["location"] = Part(record, ProfileShape.Location);
        attributes["properties"] = Part(record, ProfileShape.Properties);
        if (hasSubscriptions)
            attributes["subscriptions"] = Subscriptions.Describe(record);
        if (only is not null)
            attributes = attributes.Where(attribute => only.Contains(attribute.Key)).ToDictionary();
        return new { type = "profile", id, attributes, links = new { self = $"{call.BaseUrl}/api/profiles/{id}" } };
    }

    private static Dictionary<string, string?> Part(IReadOnlyDictionary<string, string?> record, string prefix) =>
        record.Where(field => field.Key.StartsWith(prefix, StringComparison.Ordinal)).ToDictionary(field => field.Key[prefix.Length..], field => field.Value);

    private static IReadOnlyDictionary<string, string?> Without(IReadOnlyDictionary<string, string?> record, IEnumerable<string> properties)
    {
        HashSet<string> gone = [.. properties.Select(name => ProfileShape.Properties + name)];
        return gone.Count == 0 ? record : record.Where(field => !gone.Contains(field.Key)).ToDictionary();
    }
}
