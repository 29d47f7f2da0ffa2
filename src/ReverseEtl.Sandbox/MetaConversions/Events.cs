using System.Globalization;
using System.Text.Json;
using ReverseEtl.Sandbox.Meta;
using ReverseEtl.Sandbox.Vendors;

namespace ReverseEtl.Sandbox.MetaConversions;

/// <summary>
/// Takes events, all of a request or none. One with the name and the id of another of the last 48 hours is the same one, which no
/// answer tells: it is counted as received. Events for a test are not kept.
/// </summary>
internal static class Events
{
    public const string Prefix = "events/";

    private const string Seen = "seen/";
    private const int MostEvents = 1000;

    private static readonly TimeSpan DedupWindow = TimeSpan.FromHours(48);

    public static IReadOnlyList<IEnumerable<string>> Rows(VendorCall call) => [.. (Data(call) ?? []).Select(row => row.Scalars())];

    public static bool IsDataset(string id) =>
        id.Length > 0 && id.All(char.IsAsciiDigit) && !id.StartsWith("404", StringComparison.Ordinal);

    public static VendorAnswer Receive(VendorCall call)
    {
        var dataset = call.Part("node");
        if (!IsDataset(dataset))
            return MetaDialect.NoSuchObject(dataset);
        if (Data(call) is not { Count: > 0 } data)
            return MetaDialect.Error(MetaDialect.InvalidParameter, "(#100) The parameter data is required", type: "OAuthException");
        if (data.Count > MostEvents)
            return MetaDialect.Error(MetaDialect.InvalidParameter, $"(#100) Too many events: at most {MostEvents} in a request", type: "OAuthException");
        for (var at = 0; at < data.Count; at++)
        {
            var wrong = call.Refused.Contains(at) ? new EventError(null, "Invalid parameter", call.RefusalMessage) : EventRules.Wrong(data[at], at, call.Now);
            if (wrong is not null)
                return Refuse(wrong);
        }

        if (string.IsNullOrEmpty(new MetaParameters(call).Text("test_event_code")))
        {
            foreach (var item in data)
                Keep(call, dataset, item);
        }

        return VendorAnswer.Json(200, new { events_received = data.Count, messages = Array.Empty<string>(), fbtrace_id = Guid.NewGuid().ToString("N")[..11] });
    }

    private static IReadOnlyList<JsonElement>? Data(VendorCall call) =>
        new MetaParameters(call).Structure("data") is { ValueKind: JsonValueKind.Array } data ? [.. data.EnumerateArray()] : null;

    private static void Keep(VendorCall call, string dataset, JsonElement item)
    {
        if (item.Get("event_id")?.AsText() is { Length: > 0 } id)
        {
            var seen = call.Account.Table(Seen + dataset);
            var key = $"{item.GetText("event_name")}\u001f{id}";
            var now = call.Now.ToUnixTimeSeconds();
            if (seen.Get(key) is { } before && now - long.Parse(before["at"]!, CultureInfo.InvariantCulture) <= DedupWindow.TotalSeconds)
                return;
            seen.Set(key, Record.Of(("at", MetaDialect.Text(now))));
        }

        var number = call.Account.NextId("event", 1).ToString(CultureInfo.InvariantCulture);
        call.Account.Table(Prefix + dataset).Set(number, Flat(item));
    }

    /// <summary>An event as a record: <c>event_name</c>, <c>user_data.em</c>, <c>custom_data.value</c>. A list of one text is that text.</summary>
    private static Dictionary<string, string?> Flat(JsonElement item)
    {
        var record = new Dictionary<string, string?>(StringComparer.Ordinal);
        foreach (var property in item.EnumerateObject())
        {
            if (property.Value.ValueKind is not JsonValueKind.Object)
            {
                record[property.Name] = property.Value.AsText();
                continue;
            }

            foreach (var inner in property.Value.EnumerateObject())
            {
                record[$"{property.Name}.{inner.Name}"] = inner.Value is { ValueKind: JsonValueKind.Array } list && list.GetArrayLength() == 1
                    ? list[0].AsText()
                    : inner.Value.AsText();
            }
        }

        return record;
    }

    private static VendorAnswer Refuse(EventError wrong)
    {
        var error = new Dictionary<string, object?> { ["message"] = "Invalid parameter", ["type"] = "OAuthException", ["code"] = MetaDialect.InvalidParameter };
        if (wrong.Subcode is { } subcode)
            error["error_subcode"] = subcode;
        error["is_transient"] = false;
        error["error_user_title"] = wrong.Title;
        error["error_user_msg"] = wrong.Message;
        error["fbtrace_id"] = Guid.NewGuid().ToString("N")[..11];
        return VendorAnswer.Json(400, new { error });
    }
}
