using System.Globalization;
using System.Text.Json;
using ReverseEtl.Sandbox.Vendors;

namespace ReverseEtl.Sandbox.Google;

/// <summary>
/// Takes events. A request is checked as a whole; what is accepted is worked off later: events without consent, too old ones, and those
/// whose transaction the conversion action has already are then left out, which the request's status tells by counts alone.
/// </summary>
internal static class GoogleEvents
{
    /// <summary>Before account type, account and conversion action.</summary>
    public const string Prefix = "events/";

    private const int MostEvents = 2000;
    private const string Duplicate = "PROCESSING_ERROR_REASON_DUPLICATE_TRANSACTION_ID";
    private const string TooOld = "PROCESSING_ERROR_REASON_EVENT_TOO_OLD";

    private static readonly TimeSpan Oldest = TimeSpan.FromDays(90);

    private sealed record Entry(JsonElement Json, IReadOnlyDictionary<string, string?> Record, string? Error);

    public static VendorAnswer Ingest(VendorCall call)
    {
        if (GoogleRequest.Malformed(call, EventShapes.Ingest) is { } malformed)
            return malformed;
        var request = call.Json!.Value;
        var violations = new List<Violation>();
        var targets = Target.Read(request, violations, "INVALID_CONVERSION_ACTION_ID");
        var entries = Read(call, targets, violations);
        if (violations.Count > 0)
            return GoogleDialect.Wrong(violations);
        return GoogleRequest.IsValidateOnly(call)
            ? VendorAnswer.Json(200, new { })
            : GoogleStatus.Accept(call, "events", [.. targets.Select(target => Apply(call.Account, target, entries))]);
    }

    private static List<Entry> Read(VendorCall call, IReadOnlyList<Target> targets, List<Violation> violations)
    {
        var request = call.Json!.Value;
        var events = request.ListOf("events");
        if (events.Count == 0)
            violations.Add(new Violation("events", "REQUIRED_FIELD_MISSING", "At least one event is required."));
        if (events.Count > MostEvents)
            violations.Add(new Violation("events", "TOO_MANY_EVENTS", $"At most {MostEvents} events are allowed."));
        var encoding = request.TextOf("encoding");
        if (encoding is "" or "ENCODING_UNSPECIFIED" && events.Any(item => item.Field("user_data") is not null))
            violations.Add(new Violation("encoding", "REQUIRED_FIELD_MISSING", "The encoding is required for user data."));
        var isAnalytics = targets.Any(target => target.List.StartsWith("GOOGLE_ANALYTICS_PROPERTY/", StringComparison.Ordinal));
        var entries = new List<Entry>();
        for (var at = 0; at < events.Count && violations.Count < 100; at++)
        {
            var path = string.Create(CultureInfo.InvariantCulture, $"events[{at}]");
            var record = GoogleEventRules.Read(events[at], encoding, isAnalytics, path, call.Now, violations);
            if (events[at].ListOf("destination_references").Any(reference => targets.All(target => target.Reference != reference.AsText())))
                violations.Add(new Violation($"{path}.destination_references", "INVALID_DESTINATION", "There is no such destination."));
            if (call.Refused.Contains(at) && !GoogleRequest.IsLater(call))
                violations.Add(new Violation(path, "INVALID_EVENT", call.RefusalMessage));
            entries.Add(new Entry(events[at], record, Later(call, events[at], at)));
        }

        return entries;
    }

    private static string? Later(VendorCall call, JsonElement item, int at)
    {
        if (call.Refused.Contains(at) && GoogleRequest.IsLater(call))
            return call.RefusalCode;
        if (GoogleRequest.IsDenied(item.Field("consent") ?? call.Json!.Value.Field("consent")))
            return GoogleRequest.Denied;
        return GoogleEventRules.Time(item.TextOf("event_timestamp")) < call.Now - Oldest ? TooOld : null;
    }

    private static Outcome Apply(Account account, Target target, IReadOnlyList<Entry> entries)
    {
        var mine = entries.Where(entry => entry.Json.ListOf("destination_references") is var references
            && (references.Count == 0 || references.Any(reference => reference.AsText() == target.Reference))).ToList();
        var errors = new Dictionary<string, int>();
        foreach (var entry in mine)
        {
            if ((entry.Error ?? Keep(account.Table(Prefix + target.List), entry)) is { } error)
                errors[error] = errors.GetValueOrDefault(error) + 1;
        }

        return new Outcome(target, "", mine.Count, 0, errors);

        string? Keep(Table events, Entry entry)
        {
            var transaction = entry.Json.TextOf("transaction_id");
            if (transaction.Length > 0 && events.Find("transaction_id", transaction, StringComparer.Ordinal) is not null)
                return Duplicate;
            events.Set(account.NextId("event", 1).ToString(CultureInfo.InvariantCulture), entry.Record);
            return null;
        }
    }
}
