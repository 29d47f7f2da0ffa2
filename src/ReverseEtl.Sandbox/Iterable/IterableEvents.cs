using System.Globalization;
using System.Text.Json;
using ReverseEtl.Sandbox.Vendors;

namespace ReverseEtl.Sandbox.Iterable;

/// <summary>
/// Events, of users that are there or come into being. One with an id that is held already takes its place. Names that begin with
/// <c>disallowed</c> are kept from being tracked.
/// </summary>
internal static class IterableEvents
{
    public const string TableName = "events";

    private static readonly string[] Known = ["email", "userId", "eventName", "id", "createdAt", "dataFields", "campaignId", "templateId", "createNewFields"];

    public static VendorAnswer Track(VendorCall call)
    {
        if (call.Json is not { ValueKind: JsonValueKind.Object } row)
            return IterableDialect.Wrong("", "error.expected.jsobject");
        if (Wrong(row, "event") is { } wrong)
            return wrong;
        var key = UserKey.Of(row)!.Value;
        if (call.Refused.Count > 0)
            return IterableDialect.Error(400, "BadParams", call.RefusalMessage);
        if (new UserStore(call.Account).Refuse(row, key) is { } reason)
            return IterableDialect.Error(400, reason == "forgotten" ? "ForgottenUserError" : "BadParams", $"{reason}: {key.Value}");
        if (IsDisallowed(row))
            return IterableDialect.Success($"Event {row.GetText("eventName")} is disallowed from tracking");
        return call.Account.Undoable(() => Keep(call, row, key) ?? IterableDialect.Success("Event was tracked", new { id = row.GetText("id") }), answer => answer.Status == 200);
    }

    public static VendorAnswer TrackBulk(VendorCall call)
    {
        if (call.Json?.Get("events") is not { ValueKind: JsonValueKind.Array })
            return IterableDialect.Wrong("events", "error.path.missing");
        var rows = call.Json.Value.GetList("events");
        return rows.Select((row, at) => Wrong(row, $"events[{at}]")).FirstOrDefault(wrong => wrong is not null)
            ?? call.Account.Undoable(() => Track(call, rows), answer => answer.Status == 200);
    }

    private static VendorAnswer Track(VendorCall call, IReadOnlyList<JsonElement> rows)
    {
        var (store, failed, disallowed) = (new UserStore(call.Account), new FailedUpdates(), new List<string>());
        for (var at = 0; at < rows.Count; at++)
        {
            var key = UserKey.Of(rows[at])!.Value;
            if (call.Refused.Contains(at))
                failed.Add("invalid", key);
            else if (store.Refuse(rows[at], key) is { } reason)
                failed.Add(reason, key);
            else if (IsDisallowed(rows[at]))
                disallowed.Add(rows[at].GetText("eventName")!);
            else if (Keep(call, rows[at], key) is { } mismatch)
                return mismatch;
        }

        return failed.Answer(rows.Count, disallowed: disallowed.Distinct());
    }

    private static VendorAnswer? Keep(VendorCall call, JsonElement row, UserKey key)
    {
        var name = row.GetText("eventName")!;
        if (new FieldTypes(call.Account, $"event {name}").Learn(row.Get("dataFields")) is { } mismatch)
            return mismatch;
        var store = new UserStore(call.Account);
        if (store.Find(key) is null)
            store.Upsert(default, key);
        var id = row.GetText("id") ?? $"generated-{call.Account.NextId("event", 1).ToString(CultureInfo.InvariantCulture)}";
        call.Account.Table(TableName).Set(id, Record.Of(("id", id), ("eventName", name), (key.Kind, key.Value), ("createdAt", row.Get("createdAt")?.AsText()))
            .With(row.Get("dataFields")?.Fields() ?? []));
        return null;
    }

    private static VendorAnswer? Wrong(JsonElement row, string pointer)
    {
        if (row.ValueKind is not JsonValueKind.Object)
            return IterableDialect.Wrong(pointer, "error.expected.jsobject");
        if (row.EnumerateObject().FirstOrDefault(field => !Known.Contains(field.Name)) is { Value.ValueKind: not JsonValueKind.Undefined } unknown)
            return IterableDialect.Wrong($"{pointer}.{unknown.Name}", "error.unknown.field");
        if (UserKey.Of(row) is null)
            return IterableDialect.Wrong(pointer, "Either email or userId must be given");
        if (row.GetText("eventName") is not { Length: > 0 })
            return IterableDialect.Wrong($"{pointer}.eventName", "error.path.missing");
        if (row.Get("id") is { ValueKind: not JsonValueKind.String })
            return IterableDialect.Wrong($"{pointer}.id", "error.expected.jsstring");
        if (row.Get("createdAt") is { } at && !(at.ValueKind is JsonValueKind.Number && at.TryGetInt64(out _)))
            return IterableDialect.Wrong($"{pointer}.createdAt", "error.expected.jsnumber");
        return row.Get("dataFields") is { ValueKind: not JsonValueKind.Object } ? IterableDialect.Wrong($"{pointer}.dataFields", "error.expected.jsobject") : null;
    }

    private static bool IsDisallowed(JsonElement row) => row.GetText("eventName")!.StartsWith("disallowed", StringComparison.Ordinal);
}
