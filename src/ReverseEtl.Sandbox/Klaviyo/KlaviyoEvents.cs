using System.Globalization;
using System.Text.Json;
using ReverseEtl.Sandbox.Vendors;

namespace ReverseEtl.Sandbox.Klaviyo;

/// <summary>
/// Events: one at a time, or many by profile. Of those with the same metric, profile and unique id the first is kept; without an
/// id, the time to the second is the id. Who is named comes into being.
/// </summary>
internal static class KlaviyoEvents
{
    public const string TableName = "events";

    private const string BulkPointer = "/data/attributes/events-bulk-create/data";
    private const int MostEvents = 1000;

    private static readonly string[] Known = ["properties", "time", "value", "value_currency", "unique_id", "backfill", "metric", "profile"];

    private static readonly string[] Texts = ["unique_id", "value_currency"];

    private sealed record Event(JsonElement Attributes, JsonElement Profile, string Pointer, string ProfilePointer)
    {
        public string Metric => Attributes.Get("metric")!.Value.Get("data")!.Value.Get("attributes")!.Value.GetText("name")!;
    }

    public static VendorAnswer Create(VendorCall call)
    {
        var (attributes, wrong) = JsonApi.Read(call, "event");
        if (wrong is not null)
            return wrong;
        const string Pointer = "/data/attributes";
        return attributes.Get("profile")?.Get("data") is { } profile
            ? Apply(call, [new Event(attributes, profile, Pointer, $"{Pointer}/profile/data")])
            : KlaviyoDialect.Error(new Problem("'profile' is a required field for the resource 'event'.", $"{Pointer}/profile", "required"));
    }

    public static VendorAnswer CreateMany(VendorCall call)
    {
        var (attributes, wrong) = JsonApi.Read(call, "event-bulk-create-job");
        if (wrong is not null)
            return wrong;
        var (entries, bad) = JsonApi.Items(attributes.Get("events-bulk-create"), BulkPointer[..^"/data".Length], "event-bulk-create", MostEvents);
        if (bad is not null)
            return bad;
        var events = new List<Event>();
        for (var at = 0; at < entries.Count; at++)
        {
            var pointer = $"{BulkPointer}/{at}/attributes";
            var entry = entries[at].Get("attributes") ?? default;
            if (entry.Get("profile")?.Get("data") is not { } profile)
                return KlaviyoDialect.Error(new Problem("'profile' is a required field for the resource 'event-bulk-create'.", $"{pointer}/profile", "required"));
            var (items, none) = JsonApi.Items(entry.Get("events"), $"{pointer}/events", "event", MostEvents);
            if (none is not null)
                return none;
            events.AddRange(items.Select((item, inner) =>
                new Event(item.Get("attributes") ?? default, profile, $"{pointer}/events/data/{inner}/attributes", $"{pointer}/profile/data")));
        }

        return events.Count > MostEvents
            ? KlaviyoDialect.Error(new Problem($"No more than {MostEvents} events are accepted.", BulkPointer))
            : Repeated(events) is { } repeated ? KlaviyoDialect.Error(repeated) : Apply(call, events);
    }

    /// <summary>The events of a bulk request, each with the values of its profile.</summary>
    public static IReadOnlyList<IEnumerable<string>> Rows(VendorCall call) =>
    [
        .. from entry in call.Json?.Get("data")?.Get("attributes")?.Get("events-bulk-create")?.GetList("data") ?? []
           from item in entry.Get("attributes")?.Get("events")?.GetList("data") ?? []
           select item.Scalars().Concat(entry.Get("attributes")?.Get("profile")?.Scalars() ?? []),
    ];

    private static VendorAnswer Apply(VendorCall call, IReadOnlyList<Event> events)
    {
        for (var at = 0; at < events.Count; at++)
        {
            if ((Wrong(events[at], call.Now) ?? WrongProfile(events[at])) is { } problem)
                return KlaviyoDialect.Error(problem);
            if (call.Refused.Contains(at))
                return KlaviyoDialect.Error(new Problem(call.RefusalMessage, events[at].Pointer, call.RefusalCode));
        }

        var profiles = new Profiles(call.Account, call.Now);
        foreach (var one in events)
        {
            var (id, _, problem) = profiles.Upsert(one.Profile, one.ProfilePointer);
            if (problem is null)
                Keep(call, one, id!, profiles.Get(id!)!);
        }

        return VendorAnswer.Empty(202);
    }

    private static void Keep(VendorCall call, Event one, string profile, IReadOnlyDictionary<string, string?> identity)
    {
        var time = Time(one) ?? call.Now;
        var uniqueId = one.Attributes.GetText("unique_id") ?? time.ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture);
        var table = call.Account.Table(TableName);
        var key = $"{one.Metric}\u001f{profile}\u001f{uniqueId}";
        if (table.Has(key))
            return;
        var record = Record.Of(("metric", one.Metric), ("profile_id", profile), ("unique_id", uniqueId), ("time", JsonApi.Time(time)),
            ("value", one.Attributes.Get("value")?.AsText()), ("value_currency", one.Attributes.GetText("value_currency")));
        table.Set(key, record
            .With(ProfileShape.Identifiers.Where(name => identity.GetValueOrDefault(name) is not null).Select(name => KeyValuePair.Create(name, identity[name])))
            .With(one.Attributes.Get("properties")!.Value.Fields().Select(field => KeyValuePair.Create($"properties.{field.Key}", field.Value))));
    }

    private static Problem? Wrong(Event one, DateTimeOffset now)
    {
        var (attributes, pointer) = (one.Attributes, one.Pointer);
        if (JsonApi.Unknown(attributes, Known, "event", pointer) is { } unknown)
            return unknown;
        if (attributes.Get("properties") is not { ValueKind: JsonValueKind.Object })
            return new Problem("'properties' is a required field for the resource 'event'.", $"{pointer}/properties", "required");
        if (attributes.Get("metric")?.Get("data")?.Get("attributes")?.GetText("name") is not { Length: > 0 })
            return new Problem("'metric' must have a name.", $"{pointer}/metric", "required");
        if (attributes.Get("value") is { ValueKind: not (JsonValueKind.Number or JsonValueKind.Null) })
            return new Problem("'value' must be a number.", $"{pointer}/value");
        if (Texts.FirstOrDefault(name => attributes.Get(name) is { ValueKind: not (JsonValueKind.String or JsonValueKind.Null) }) is { } text)
            return new Problem($"'{text}' must be a string.", $"{pointer}/{text}");
        return attributes.Get("time") is { ValueKind: not JsonValueKind.Null } && !(Time(one) is { Year: > 1990 } time && time < now.AddYears(1))
            ? new Problem("'time' must be an ISO 8601 datetime after 1990 and at most one year from now.", $"{pointer}/time")
            : null;
    }

    private static Problem? WrongProfile(Event one)
    {
        if (ProfileShape.Wrong(one.Profile, one.ProfilePointer) is { } wrong)
            return wrong;
        var attributes = one.Profile.Get("attributes")!.Value;
        if (ProfileShape.WrongValue(attributes, $"{one.ProfilePointer}/attributes") is { } value)
            return value;
        return one.Profile.GetText("id") is null && !ProfileShape.Identifiers.Concat(["anonymous_id", "_kx"]).Any(name => attributes.GetText(name) is { Length: > 0 })
            ? new Problem("At least one profile identifier is required.", $"{one.ProfilePointer}/attributes", "required")
            : null;
    }

    /// <summary>An id twice for the same profile and metric in one request refuses it.</summary>
    private static Problem? Repeated(IEnumerable<Event> events) =>
        events.Where(one => one.Attributes.GetText("unique_id") is not null)
            .GroupBy(one => (one.Attributes.GetText("unique_id"), one.Attributes.Get("metric")?.GetRawText(), one.Profile.GetRawText()))
            .FirstOrDefault(same => same.Count() > 1) is { } twice
            ? new Problem("'unique_id' is repeated for the same profile and metric.", $"{twice.Last().Pointer}/unique_id")
            : null;

    private static DateTimeOffset? Time(Event one) =>
        DateTimeOffset.TryParse(one.Attributes.GetText("time"), CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var time) ? time : null;
}
