using System.Globalization;
using System.Text.Json;
using ReverseEtl.Sandbox.Vendors;

namespace ReverseEtl.Sandbox.Klaviyo;

/// <summary>
/// Consent, by channel, in a profile's field <c>subscriptions.email.marketing.consent</c>. One is unsubscribed from the list that is
/// named, or everywhere: where none is named, and where one is not on it. A list with double opt-in only asks.
/// </summary>
internal static class Subscriptions
{
    private const string Pointer = "/data/attributes/profiles";
    private const int MostSubscribed = 1000;
    private const int MostUnsubscribed = 100;

    /// <summary>The channels, what identifies a profile there, and the kinds of messages.</summary>
    private static readonly (string Channel, string Identifier, string[] Kinds)[] Channels =
    [
        ("email", "email", ["marketing", "open_tracking"]),
        ("sms", "phone_number", ["marketing", "transactional"]),
        ("whatsapp", "phone_number", ["marketing", "transactional", "conversational"]),
    ];

    public static VendorAnswer Create(VendorCall call) => Run(call, "profile-subscription-bulk-create-job", MostSubscribed, ["id"],
        ["custom_source", "profiles", "historical_import"], "SUBSCRIBED", Subscribe);

    public static VendorAnswer Delete(VendorCall call) => Run(call, "profile-subscription-bulk-delete-job", MostUnsubscribed, [],
        ["profiles"], "UNSUBSCRIBED", Unsubscribe);

    public static string Field(string channel, string kind) => $"subscriptions.{channel}.{kind}.consent";

    /// <summary>Whether an answer is to have them.</summary>
    public static bool AreAsked(VendorCall call) => call.Query("additional-fields[profile]")?.Split(',').Contains("subscriptions") is true;

    public static object Describe(IReadOnlyDictionary<string, string?> record) => Channels.ToDictionary(channel => channel.Channel, channel =>
        channel.Kinds.ToDictionary(kind => kind, kind => (object)new { consent = record.GetValueOrDefault(Field(channel.Channel, kind)) ?? "NEVER_SUBSCRIBED" }));

    private static VendorAnswer Run(VendorCall call, string type, int most, string[] known, string[] attributeNames, string consent,
        Action<VendorCall, string, string?, IReadOnlyList<string>> apply)
    {
        var (attributes, wrong) = JsonApi.Read(call, type);
        if (wrong is not null)
            return wrong;
        if (JsonApi.Unknown(attributes, attributeNames, type, "/data/attributes") is { } unknown)
            return KlaviyoDialect.Error(unknown);
        var (profiles, bad) = JsonApi.Items(attributes.Get("profiles"), Pointer, "profile", most);
        if (bad is not null)
            return bad;
        var isHistory = attributes.Get("historical_import") is { ValueKind: JsonValueKind.True };
        for (var at = 0; at < profiles.Count; at++)
        {
            if (Wrong(profiles[at], $"{Pointer}/data/{at}", known, consent, isHistory ? call.Now : null) is { } problem)
                return KlaviyoDialect.Error(problem);
            if (call.Refused.Contains(at))
                return KlaviyoDialect.Error(new Problem(call.RefusalMessage, $"{Pointer}/data/{at}", call.RefusalCode));
        }

        var (list, missing) = JsonApi.List(call, "list");
        return missing ?? Apply(call, profiles, list, apply);
    }

    private static VendorAnswer Apply(VendorCall call, IReadOnlyList<JsonElement> rows, string? list, Action<VendorCall, string, string?, IReadOnlyList<string>> apply)
    {
        var profiles = new Profiles(call.Account, call.Now);
        foreach (var row in rows)
        {
            var (id, _, problem) = profiles.Upsert(row, Pointer);
            if (problem is null)
                apply(call, id!, list, [.. Asked(row).Select(asked => Field(asked.Channel, asked.Kind))]);
        }

        return VendorAnswer.Empty(202);
    }

    private static void Subscribe(VendorCall call, string profile, string? list, IReadOnlyList<string> fields)
    {
        var isHistory = call.Json?.Get("data")?.Get("attributes")?.Get("historical_import") is { ValueKind: JsonValueKind.True };
        var isAsking = !isHistory && list is not null && call.Account.Table(KlaviyoLists.TableName).Get(list)!["opt_in_process"] == "double_opt_in";
        new Profiles(call.Account, call.Now).Set(profile, fields.Select(field => KeyValuePair.Create<string, string?>(field, isAsking ? "PENDING" : "SUBSCRIBED")));
        if (list is not null && !isAsking)
            KlaviyoLists.Add(call, list, profile);
    }

    private static void Unsubscribe(VendorCall call, string profile, string? list, IReadOnlyList<string> fields)
    {
        if (list is null || !call.Account.Table(KlaviyoLists.MemberTable + list).Remove(profile))
            new Profiles(call.Account, call.Now).Set(profile, fields.Select(field => KeyValuePair.Create<string, string?>(field, "UNSUBSCRIBED")));
    }

    private static Problem? Wrong(JsonElement profile, string pointer, string[] known, string consent, DateTimeOffset? before)
    {
        if (profile.Get("attributes") is not { ValueKind: JsonValueKind.Object } attributes)
            return new Problem("'attributes' is a required field for the resource 'profile'.", $"{pointer}/attributes", "required");
        if ((JsonApi.Unknown(profile, ["type", "attributes", .. known], "profile", pointer)
            ?? JsonApi.Unknown(attributes, ["email", "phone_number", "subscriptions", "age_gated_date_of_birth"], "profile", $"{pointer}/attributes")
            ?? ProfileShape.WrongValue(attributes, $"{pointer}/attributes")) is { } bad)
            return bad;
        pointer += "/attributes/subscriptions";
        if (attributes.Get("subscriptions") is not { ValueKind: JsonValueKind.Object } subscriptions || !Asked(profile).Any())
            return new Problem("'subscriptions' must name at least one channel.", pointer, "required");
        if (JsonApi.Unknown(subscriptions, [.. Channels.Select(channel => channel.Channel)], "subscriptions", pointer) is { } unknown)
            return unknown;
        return Asked(profile).Select(asked => Wrong(attributes, asked, $"{pointer}/{asked.Channel}/{asked.Kind}", consent, before)).FirstOrDefault(found => found is not null);
    }

    private static Problem? Wrong(JsonElement attributes, (string Channel, string Kind, string Identifier, JsonElement Value) asked, string pointer, string consent, DateTimeOffset? before)
    {
        if (attributes.GetText(asked.Identifier) is null)
            return new Problem($"'{asked.Identifier}' is required for the channel {asked.Channel}.", pointer, "required");
        if (asked.Value.GetText("consent") != consent)
            return new Problem($"'consent' must be {consent}.", $"{pointer}/consent");
        return before is { } now
            && !(DateTimeOffset.TryParse(asked.Value.GetText("consented_at"), CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var at) && at < now)
            ? new Problem("'consented_at' is required for a historical import and must be in the past.", $"{pointer}/consented_at", "required")
            : null;
    }

    private static IEnumerable<(string Channel, string Kind, string Identifier, JsonElement Value)> Asked(JsonElement profile) =>
        from channel in Channels
        from kind in channel.Kinds
        let value = profile.Get("attributes")?.Get("subscriptions")?.Get(channel.Channel)?.Get(kind)
        where value is not null
        select (channel.Channel, kind, channel.Identifier, value.Value);
}
