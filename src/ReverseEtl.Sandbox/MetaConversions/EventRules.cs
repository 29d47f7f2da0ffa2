using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;
using ReverseEtl.Sandbox.Vendors;

namespace ReverseEtl.Sandbox.MetaConversions;

/// <summary>What is wrong with an event, as Meta tells it.</summary>
internal sealed record EventError(int? Subcode, string Title, string Message);

/// <summary>What an event must be.</summary>
internal static partial class EventRules
{
    private static readonly TimeSpan Oldest = TimeSpan.FromDays(7);

    /// <summary>What happened in a shop may be told later.</summary>
    private static readonly TimeSpan OldestInStore = TimeSpan.FromDays(62);

    private static readonly TimeSpan Skew = TimeSpan.FromMinutes(1);

    private static readonly HashSet<string> Sources =
        ["email", "website", "app", "phone_call", "chat", "physical_store", "system_generated", "business_messaging", "other"];

    private static readonly Dictionary<string, JsonValueKind[]> Fields = new(StringComparer.Ordinal)
    {
        ["event_name"] = [JsonValueKind.String],
        ["event_time"] = [JsonValueKind.Number, JsonValueKind.String],
        ["event_id"] = [JsonValueKind.String],
        ["action_source"] = [JsonValueKind.String],
        ["event_source_url"] = [JsonValueKind.String],
        ["referrer_url"] = [JsonValueKind.String],
        ["messaging_channel"] = [JsonValueKind.String],
        ["opt_out"] = [JsonValueKind.True, JsonValueKind.False],
        ["user_data"] = [JsonValueKind.Object],
        ["custom_data"] = [JsonValueKind.Object],
        ["app_data"] = [JsonValueKind.Object],
        ["customer_segmentation"] = [JsonValueKind.String],
        ["attribution_data"] = [JsonValueKind.Object],
        ["original_event_data"] = [JsonValueKind.Object],
        ["data_processing_options"] = [JsonValueKind.Array],
        ["data_processing_options_country"] = [JsonValueKind.Number],
        ["data_processing_options_state"] = [JsonValueKind.Number],
        ["advanced_measurement_table"] = [JsonValueKind.String],
    };

    private static readonly HashSet<string> Hashed = ["em", "ph", "ge", "db", "ln", "fn", "ct", "st", "zp", "country"];

    private static readonly HashSet<string> Plain =
    [
        "external_id", "client_ip_address", "client_user_agent", "fbc", "fbp", "subscription_id", "fb_login_id", "lead_id", "anon_id", "madid",
        "page_id", "page_scoped_user_id", "ctwa_clid", "ig_account_id", "ig_sid",
    ];

    /// <summary>What is wrong with an event; null where it is good.</summary>
    public static EventError? Wrong(JsonElement item, int at, DateTimeOffset now)
    {
        if (item.ValueKind is not JsonValueKind.Object)
            return Invalid($"data[{at}] must be an object");
        foreach (var property in item.EnumerateObject())
        {
            if (!Fields.TryGetValue(property.Name, out var kinds))
                return Invalid($"Unexpected key \"{property.Name}\" on param \"data[{at}]\"");
            if (!kinds.Contains(property.Value.ValueKind))
                return Invalid($"Param data[{at}][{property.Name}] must be a valid {string.Join(" or ", kinds).ToLowerInvariant()}");
        }

        return Head(item, at, now) ?? UserData(item, at) ?? CustomData(item, at);
    }

    private static EventError? Head(JsonElement item, int at, DateTimeOffset now)
    {
        if (item.GetText("event_name") is not { Length: > 0 })
            return new EventError(2804019, "Missing Event Name", $"The event name of data[{at}] is missing.");
        if (item.GetText("action_source") is not { } source || !Sources.Contains(source))
            return Invalid($"Param data[{at}][action_source] must be one of {{{string.Join(", ", Sources)}}}");
        if (item.Get("event_time")?.AsText() is not { } text || !long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var seconds))
            return Invalid($"Param data[{at}][event_time] must be a Unix timestamp in seconds");
        if (seconds > (now + Skew).ToUnixTimeSeconds())
            return new EventError(2804004, "Event Timestamp in the Future", $"The timestamp of data[{at}] is in the future.");
        var oldest = now - (source == "physical_store" ? OldestInStore : Oldest);
        if (seconds < oldest.ToUnixTimeSeconds())
            return new EventError(2804003, "Event Timestamp Too Old", $"The timestamp of data[{at}] is too far in the past: events are sent within 7 days.");
        if (source == "website" && string.IsNullOrEmpty(item.GetText("event_source_url")))
            return Invalid($"Param data[{at}][event_source_url] is required for action_source website");
        return source == "app" && item.Get("app_data") is null ? Invalid($"Param data[{at}][app_data] is required for action_source app") : null;
    }

    private static EventError? UserData(JsonElement item, int at)
    {
        if (item.Get("user_data") is not { } user || user.EnumerateObject().All(field => field.Value.Scalars().All(text => text.Length == 0)))
            return new EventError(2804050, "Missing customer information", $"data[{at}] has no customer information parameters.");
        foreach (var field in user.EnumerateObject())
        {
            if (!Hashed.Contains(field.Name) && !Plain.Contains(field.Name))
                return Invalid($"Unexpected key \"{field.Name}\" on param \"data[{at}][user_data]\"");
            if (field.Value.ValueKind is not (JsonValueKind.String or JsonValueKind.Array or JsonValueKind.Number))
                return Invalid($"Param data[{at}][user_data][{field.Name}] must be a string or a list of strings");
            if (Hashed.Contains(field.Name) && !field.Value.Scalars().All(text => Sha256().IsMatch(text)))
                return Invalid($"Param data[{at}][user_data][{field.Name}] must be hashed with SHA-256");
        }

        return item.GetText("action_source") == "website" && string.IsNullOrEmpty(user.GetText("client_user_agent"))
            ? Invalid($"Param data[{at}][user_data][client_user_agent] is required for action_source website")
            : null;
    }

    private static EventError? CustomData(JsonElement item, int at)
    {
        var custom = item.Get("custom_data") ?? default;
        if (custom.Get("value") is { } value && !(value.AsText() is { } text && double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out _)))
            return Invalid($"Param data[{at}][custom_data][value] must be a number");
        if (custom.Get("currency") is { } currency && !(currency.AsText() is { } code && Currency().IsMatch(code)))
            return Invalid($"Param data[{at}][custom_data][currency] must be an ISO 4217 code");
        return item.GetText("event_name") == "Purchase" && (custom.Get("value") is null || custom.Get("currency") is null)
            ? new EventError(2804009, "Missing value or currency", $"The Purchase data[{at}] must have value and currency.")
            : null;
    }

    private static EventError Invalid(string message) => new(null, "Invalid parameter", message);

    [GeneratedRegex("^[0-9a-f]{64}$")]
    private static partial Regex Sha256();

    [GeneratedRegex("^[A-Za-z]{3}$")]
    private static partial Regex Currency();
}
