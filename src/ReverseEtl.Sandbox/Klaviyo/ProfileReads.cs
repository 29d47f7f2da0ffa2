using System.Text.Json;
using System.Text.RegularExpressions;
using ReverseEtl.Sandbox.Vendors;

namespace ReverseEtl.Sandbox.Klaviyo;

/// <summary>Looking for profiles, and writing one at a time.</summary>
internal static partial class ProfileReads
{
    private const int MostBytes = 100 * 1024;

    public static VendorAnswer List(VendorCall call)
    {
        var (ids, wrong) = Filter(call, ["id", "email", "phone_number", "external_id"]);
        if (wrong is not null)
            return wrong;
        var table = call.Account.Table(Profiles.TableName);
        return JsonApi.Page(call, [.. (ids ?? table.Records.Keys).Select(id => Profiles.Describe(call, id, table.Get(id)!, Subscriptions.AreAsked(call)))]);
    }

    public static VendorAnswer Get(VendorCall call) => call.Account.Table(Profiles.TableName).Get(call.Part("id")) is { } record
        ? KlaviyoDialect.Json(200, new { data = Profiles.Describe(call, call.Part("id"), record, Subscriptions.AreAsked(call)) })
        : Unknown(call.Part("id"));

    /// <summary>Creates a profile that must not be there.</summary>
    public static VendorAnswer Create(VendorCall call) => Write(call, (profiles, profile) =>
        ProfileShape.Identifiers.Any(name => profile.Get("attributes")?.GetText(name) is { } value && profiles.Find(name, value) is not null)
            ? new Problem("A profile already exists with one of these identifiers.", "/data/attributes", "duplicate_profile", "Conflict.", 409)
            : null);

    public static VendorAnswer Import(VendorCall call) => Write(call, (_, _) => null);

    public static VendorAnswer Update(VendorCall call) => Write(call, (profiles, profile) => profile.GetText("id") != call.Part("id")
        ? new Problem("The id of the body is not that of the path.", "/data/id")
        : profiles.Get(call.Part("id")) is null ? new Problem($"A profile with id {call.Part("id")} does not exist.", "/data/id", "not_found", "Not found.", 404) : null);

    /// <summary>Asks for a profile to be deleted for good, by one identifier.</summary>
    public static VendorAnswer Forget(VendorCall call)
    {
        var (attributes, wrong) = JsonApi.Read(call, "data-privacy-deletion-job");
        if (wrong is not null)
            return wrong;
        const string Pointer = "/data/attributes/profile/data";
        if (attributes.Get("profile")?.Get("data") is not { } profile || JsonApi.WrongType(profile, "profile", Pointer) is not null || profile.Get("attributes") is not { } named)
            return KlaviyoDialect.Error(new Problem("'profile' must be a resource with attributes.", Pointer, "required"));
        if (JsonApi.Unknown(named, ["email", "phone_number"], "profile", $"{Pointer}/attributes") is { } unknown)
            return KlaviyoDialect.Error(unknown);
        (string Field, string? Value)[] identifiers = [.. new[] { ("id", profile.GetText("id")), ("email", named.GetText("email")), ("phone_number", named.GetText("phone_number")) }
            .Where(identifier => identifier.Item2 is not null)];
        if (identifiers.Length != 1)
            return KlaviyoDialect.Error(new Problem("Exactly one of id, email and phone_number is expected.", $"{Pointer}/attributes"));
        if (call.Refused.Count > 0)
            return KlaviyoDialect.Error(new Problem(call.RefusalMessage, Pointer, call.RefusalCode));
        var profiles = new Profiles(call.Account, call.Now);
        if (profiles.Find(identifiers[0].Field, identifiers[0].Value!) is { } id)
            profiles.Delete(id);
        return VendorAnswer.Empty(202);
    }

    public static VendorAnswer Unknown(string id) => KlaviyoDialect.Error(404, "not_found", "Not found.", $"A profile with id {id} does not exist.");

    /// <summary>The profiles that a filter of the query names, in their order; null without a filter.</summary>
    /// <param name="call">The request.</param>
    /// <param name="fields">The fields that it may look at.</param>
    public static (IReadOnlyList<string>? Ids, VendorAnswer? Wrong) Filter(VendorCall call, IReadOnlyCollection<string> fields)
    {
        if (call.Query("filter") is not { } text)
            return (null, null);
        if (Values(text) is not var (field, values) || !fields.Contains(field))
            return (null, BadFilter(text));
        var profiles = new Profiles(call.Account, call.Now);
        return ([.. values.Select(value => profiles.Find(field, value)).OfType<string>().Distinct()], null);
    }

    /// <summary>The field and the values of <c>equals(field,"value")</c> or <c>any(field,["one","two"])</c>; null for anything else.</summary>
    public static (string Field, IReadOnlyList<string> Values)? Values(string filter)
    {
        if (FilterText().Match(filter) is not { Success: true } match)
            return null;
        var isAny = match.Groups["operator"].Value == "any";
        var values = match.Groups["values"].Value;
        if (isAny != (values.StartsWith('[') && values.EndsWith(']')))
            return null;
        var json = isAny ? values : $"[{values}]";
        if (json.Contains('\'', StringComparison.Ordinal) && !json.Contains('"', StringComparison.Ordinal))
            json = json.Replace('\'', '"');
        return VendorCall.Parse(System.Text.Encoding.UTF8.GetBytes(json)) is { } array && array.EnumerateArray().All(value => value.ValueKind is JsonValueKind.String)
            ? (match.Groups["field"].Value, [.. array.EnumerateArray().Select(value => value.GetString()!)])
            : null;
    }

    public static VendorAnswer BadFilter(string text) => KlaviyoDialect.Error(400, "invalid", "Invalid input.", $"Invalid filter provided: {text}", parameter: "filter");

    private static VendorAnswer Write(VendorCall call, Func<Profiles, JsonElement, Problem?> check)
    {
        if (call.Body.Length > MostBytes)
            return KlaviyoDialect.Error(413, "payload_too_large", "Payload too large", "The payload exceeds 100 KB.");
        var (_, wrong) = JsonApi.Read(call, "profile");
        if (wrong is not null)
            return wrong;
        var profile = call.Json!.Value.GetProperty("data");
        var profiles = new Profiles(call.Account, call.Now);
        if ((ProfileShape.Wrong(profile, "/data") ?? check(profiles, profile)) is { } problem)
            return KlaviyoDialect.Error(problem);
        if (call.Refused.Count > 0)
            return KlaviyoDialect.Error(new Problem(call.RefusalMessage, "/data/attributes", call.RefusalCode));
        var (id, isNew, conflict) = profiles.Upsert(profile, "/data");
        return conflict is null
            ? KlaviyoDialect.Json(isNew ? 201 : 200, new { data = Profiles.Describe(call, id!, profiles.Get(id!)!) })
            : KlaviyoDialect.Error(conflict);
    }

    [GeneratedRegex(@"^(?<operator>any|equals)\((?<field>[a-z_.]+),(?<values>.+)\)$", RegexOptions.Singleline)]
    private static partial Regex FilterText();
}
