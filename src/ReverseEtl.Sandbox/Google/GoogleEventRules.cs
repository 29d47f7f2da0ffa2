using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;
using ReverseEtl.Sandbox.Vendors;

namespace ReverseEtl.Sandbox.Google;

/// <summary>What an event must be, and what is kept of it.</summary>
internal static partial class GoogleEventRules
{
    private static readonly string[] Groups = ["consent", "ad_identifiers", "event_device_info", "event_location", "user_properties"];

    /// <summary>
    /// The record of an event: its fields by their names in the proto (<c>ad_identifiers.gclid</c>), of its user data the identifiers as
    /// members of audiences have them. What is wrong with it is noted.
    /// </summary>
    public static IReadOnlyDictionary<string, string?> Read(
        JsonElement item, string encoding, bool isAnalytics, string path, DateTimeOffset now, List<Violation> violations)
    {
        var record = new Dictionary<string, string?>(StringComparer.Ordinal);
        if (item.Field("user_data") is { } user)
            Identifiers.ReadUserData(user, encoding, $"{path}.user_data", record, violations);
        foreach (var property in item.EnumerateObject().Where(property => property.Value.ValueKind is not JsonValueKind.Null))
        {
            var name = Snake(property.Name);
            if (Groups.Contains(name))
            {
                foreach (var inner in property.Value.EnumerateObject())
                    record[$"{name}.{Snake(inner.Name)}"] = inner.Value.AsText();
            }
            else if (name is not ("user_data" or "destination_references"))
            {
                record[name] = property.Value.AsText();
            }
        }

        Check(item, path, now, violations);
        if (isAnalytics)
            CheckAnalytics(item, path, violations);
        else if (item.Field("user_data") is null && item.Field("ad_identifiers")?.EnumerateObject().Any() is not true)
            violations.Add(new Violation(path, "NO_IDENTIFIERS_PROVIDED", "The event has neither ad identifiers nor user data."));
        return record;
    }

    /// <summary>A timestamp of RFC 3339; null where it is none.</summary>
    public static DateTimeOffset? Time(string text) =>
        Timestamp().IsMatch(text) && DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var time) ? time : null;

    private static void Check(JsonElement item, string path, DateTimeOffset now, List<Violation> violations)
    {
        var text = item.TextOf("event_timestamp");
        if (text.Length == 0)
            violations.Add(new Violation($"{path}.event_timestamp", "REQUIRED_FIELD_MISSING", "The event timestamp is required."));
        else if (Time(text) is not { } time)
            violations.Add(new Violation($"{path}.event_timestamp", "", $"Invalid value at '{path}.event_timestamp' (type.googleapis.com/google.protobuf.Timestamp), \"{text}\""));
        else if (time > now.AddMinutes(1))
            violations.Add(new Violation($"{path}.event_timestamp", "EVENT_TIME_INVALID", "The event is in the future."));
        if (item.TextOf("currency") is { Length: > 0 } currency && !Currency().IsMatch(currency))
            violations.Add(new Violation($"{path}.currency", "INVALID_CURRENCY_CODE", "The currency code is not one of ISO 4217."));
        foreach (var field in new[] { "conversion_value", "conversion_count" })
        {
            if (item.TextOf(field) is { Length: > 0 } number && !double.TryParse(number, NumberStyles.Float, CultureInfo.InvariantCulture, out _))
                violations.Add(new Violation($"{path}.{field}", "", $"Invalid value at '{path}.{field}' (TYPE_DOUBLE), \"{number}\""));
        }
    }

    private static void CheckAnalytics(JsonElement item, string path, List<Violation> violations)
    {
        if (item.TextOf("event_name").Length == 0)
            violations.Add(new Violation($"{path}.event_name", "REQUIRED_FIELD_MISSING", "The event name is required for Google Analytics."));
        bool hasClient = item.TextOf("client_id").Length > 0, hasApp = item.TextOf("app_instance_id").Length > 0;
        if (hasClient && hasApp)
            violations.Add(new Violation(path, "BOTH_CLIENT_ID_AND_APP_INSTANCE_ID_NOT_ALLOWED", "Client id and app instance id exclude each other."));
        if (!hasClient && !hasApp && item.TextOf("user_id").Length == 0)
            violations.Add(new Violation(path, "NO_IDENTIFIERS_PROVIDED", "A client id, an app instance id or a user id is required."));
    }

    private static string Snake(string name) => Upper().Replace(name, letter => $"_{char.ToLowerInvariant(letter.Value[0])}");

    [GeneratedRegex(@"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,9})?(Z|[+-]\d\d:\d\d)$")]
    private static partial Regex Timestamp();

    [GeneratedRegex("^[A-Z]{3}$")]
    private static partial Regex Currency();

    [GeneratedRegex("[A-Z]")]
    private static partial Regex Upper();
}
