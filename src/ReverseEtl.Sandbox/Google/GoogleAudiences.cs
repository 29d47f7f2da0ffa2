using System.Globalization;
using System.Text.Json;
using ReverseEtl.Sandbox.Vendors;

namespace ReverseEtl.Sandbox.Google;

/// <summary>
/// Adds and removes members. A request is checked as a whole: where one member is malformed nothing is done. What is accepted is
/// worked off later: members without consent are then left out, which the request's status tells by counts alone.
/// </summary>
internal static class GoogleAudiences
{
    private const int MostMembers = 10_000;

    private sealed record Entry(JsonElement Json, IReadOnlyDictionary<string, string?> Record, string? Error);

    public static VendorAnswer Ingest(VendorCall call) => Run(call, Shapes.Ingest, "ingest", (members, entry) =>
        members.Add(entry.Record.With([new(GoogleLists.AddedAt, call.Now.UtcDateTime.ToString("O", CultureInfo.InvariantCulture))])));

    public static VendorAnswer Remove(VendorCall call) => Run(call, Shapes.Remove, "remove", (members, entry) => members.Remove(entry.Record));

    public static VendorAnswer RemoveAll(VendorCall call)
    {
        if (GoogleRequest.Malformed(call, Shapes.RemoveAll) is { } malformed)
            return malformed;
        var violations = new List<Violation>();
        var targets = Target.Read(call.Json!.Value, violations);
        DateTimeOffset? before = call.Json.Value.TextOf("remove_as_of_time") is not { Length: > 0 } given ? null
            : DateTimeOffset.TryParse(given, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var time) ? time : DateTimeOffset.MaxValue;
        if (before > call.Now)
            violations.Add(new Violation("remove_as_of_time", "INVALID_REMOVE_AS_OF_TIME", "The time must not be in the future."));
        if (violations.Count > 0)
            return GoogleDialect.Wrong(violations);
        if (GoogleRequest.IsValidateOnly(call))
            return VendorAnswer.Json(200, new { });
        foreach (var target in targets)
            GoogleLists.RemoveBefore(call.Account, target.List, before);
        return GoogleStatus.Accept(call, "removeAll", [.. targets.Select(target => new Outcome(target, "", 0, 0, new Dictionary<string, int>()))]);
    }

    private static VendorAnswer Run(VendorCall call, ProtoMessage shape, string kind, Action<MemberSet, Entry> apply)
    {
        if (GoogleRequest.Malformed(call, shape) is { } malformed)
            return malformed;
        var request = call.Json!.Value;
        var violations = new List<Violation>();
        var targets = Target.Read(request, violations);
        var entries = Read(call, kind == "ingest", targets, violations);
        if (violations.Count > 0)
            return GoogleDialect.Wrong(violations);
        if (request.Field("terms_of_service")?.TextOf("customer_match_terms_of_service_status") == "REJECTED")
            return GoogleDialect.Error(403, "PERMISSION_DENIED", "The customer match terms of service are not accepted.", "TERMS_AND_CONDITIONS_NOT_SIGNED");
        if (GoogleRequest.IsValidateOnly(call))
            return VendorAnswer.Json(200, new { });
        return GoogleStatus.Accept(call, kind, [.. targets.Select(target => Apply(call.Account, target, targets.Count == 1, entries, apply))]);
    }

    private static Outcome Apply(
        Account account, Target target, bool isOnly, IReadOnlyList<Entry> entries, Action<MemberSet, Entry> apply)
    {
        var members = GoogleLists.Members(account, target.List);
        var mine = entries.Where(entry => entry.Json.ListOf("destination_references") is var references
            && (references.Count == 0 || references.Any(reference => reference.AsText() == target.Reference) || (isOnly && target.Reference.Length == 0))).ToList();
        var errors = new Dictionary<string, int>();
        foreach (var entry in mine)
        {
            if (entry.Error is not { } error)
                apply(members, entry);
            else
                errors[error] = errors.GetValueOrDefault(error) + 1;
        }

        return new Outcome(target, mine.Count == 0 ? "" : Identifiers.Kind(mine[0].Json)!, mine.Count, mine.Sum(entry => entry.Record.Count), errors);
    }

    private static List<Entry> Read(VendorCall call, bool isIngest, IReadOnlyList<Target> targets, List<Violation> violations)
    {
        var request = call.Json!.Value;
        var members = request.ListOf("audience_members");
        if (members.Count == 0)
            violations.Add(new Violation("audience_members", "REQUIRED_FIELD_MISSING", "At least one audience member is required."));
        if (members.Count > MostMembers)
            violations.Add(new Violation("audience_members", "TOO_MANY_AUDIENCE_MEMBERS", $"At most {MostMembers} audience members are allowed."));
        var encoding = request.TextOf("encoding");
        if (encoding is "" or "ENCODING_UNSPECIFIED" && members.Any(member => Identifiers.Kind(member) is "user_data" or "composite_data"))
            violations.Add(new Violation("encoding", "REQUIRED_FIELD_MISSING", "The encoding is required for user data."));
        var entries = new List<Entry>();
        for (var at = 0; at < members.Count && violations.Count < 100; at++)
        {
            var path = string.Create(CultureInfo.InvariantCulture, $"audience_members[{at}]");
            var record = Identifiers.Read(members[at], encoding, path, violations);
            if (members[at].ListOf("destination_references").Any(reference => targets.All(target => target.Reference != reference.AsText())))
                violations.Add(new Violation($"{path}.destination_references", "INVALID_DESTINATION", "There is no such destination."));
            var error = isIngest && GoogleRequest.IsDenied(members[at].Field("consent") ?? request.Field("consent")) ? GoogleRequest.Denied : null;
            if (call.Refused.Contains(at) && GoogleRequest.IsLater(call))
                error = call.RefusalCode;
            else if (call.Refused.Contains(at))
                violations.Add(new Violation(path, "INVALID_AUDIENCE_MEMBER", call.RefusalMessage));
            entries.Add(new Entry(members[at], record, error));
        }

        return entries;
    }
}
