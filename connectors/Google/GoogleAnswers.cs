using System.Globalization;
using System.Text.Json;
using ReverseEtl.Http.Requests;
using ReverseEtl.Http.Vendors;

namespace ReverseEtl.Connectors.Google;

/// <summary>Reads what Google says of requests.</summary>
internal static class GoogleAnswers
{
    private const string Duplicate = "PROCESSING_ERROR_REASON_DUPLICATE_TRANSACTION_ID";

    public static readonly VendorErrors Errors = new()
    {
        Find = Error,
        Throttled = new HashSet<string> { "RESOURCE_EXHAUSTED" },
        Passing = new HashSet<string> { "UNAVAILABLE", "DEADLINE_EXCEEDED", "ABORTED", "INTERNAL" },
        Unusable = new HashSet<string>
        {
            "PERMISSION_DENIED", "UNAUTHENTICATED", "NOT_FOUND", "FAILED_PRECONDITION", "INVALID_ARGUMENT/INVALID_USER_LIST_ID", "INVALID_ARGUMENT/INVALID_DESTINATION",
            "INVALID_ARGUMENT/INVALID_USER_LIST_TYPE", "INVALID_ARGUMENT/INVALID_NUMBER_FORMAT", "INVALID_ARGUMENT/TERMS_AND_CONDITIONS_NOT_SIGNED",
            "INVALID_ARGUMENT/INVALID_CONVERSION_ACTION_ID", "INVALID_ARGUMENT/INVALID_CONVERSION_ACTION_TYPE",
            "INVALID_ARGUMENT/DESTINATION_ACCOUNT_NOT_ENABLED_ENHANCED_CONVERSIONS_FOR_LEADS",
            "INVALID_ARGUMENT/DESTINATION_ACCOUNT_DATA_POLICY_PROHIBITS_ENHANCED_CONVERSIONS",
            "INVALID_ARGUMENT/DESTINATION_ACCOUNT_ENHANCED_CONVERSIONS_TERMS_NOT_SIGNED",
        },
    };

    /// <summary>A google.rpc.Status: its status and, below it, the most special reason; in the message the places that are wrong.</summary>
    public static VendorError? Error(JsonElement body)
    {
        if (body.Get("error") is not { } error)
            return null;
        var details = error.Items("details").ToList();
        var violations = details.SelectMany(detail => detail.Items("fieldViolations")).ToList();
        var reason = violations.Concat(details).Select(said => said.Text("reason")).FirstOrDefault(reason => reason is not null);
        var places = violations.Take(3).Select(violation => $" {violation.Text("field")}: {violation.Text("description")}");
        return new VendorError(reason is null ? error.Text("status") ?? "" : $"{error.Text("status")}/{reason}", error.Text("message") + string.Concat(places));
    }

    /// <summary>What the status of a request counts: rows and identifiers received, failures and warnings by reason.</summary>
    public static Dictionary<string, long> Counts(JsonElement status)
    {
        // Of members it stands one level deeper, below their kind.
        var received = status.Get("eventsIngestionStatus")
            ?? (status.Get("audienceMembersIngestionStatus") ?? status.Get("audienceMembersRemovalStatus"))?.EnumerateObject().FirstOrDefault().Value ?? default;
        var counts = new Dictionary<string, long>(StringComparer.Ordinal);
        foreach (var count in received.ValueKind is JsonValueKind.Object ? received.EnumerateObject() : default)
        {
            if (long.TryParse(count.Value.ToString(), CultureInfo.InvariantCulture, out var number))
                counts[count.Name] = number;
        }

        foreach (var count in status.Items("errorInfo", "errorCounts").Concat(status.Items("warningInfo", "warningCounts")))
            counts[count.Text("reason") ?? "UNSPECIFIED"] = (long)(count.Number("recordCount") ?? 0);
        return counts;
    }

    /// <summary>Why most rows failed.</summary>
    public static string Reason(JsonElement status) =>
        status.Items("errorInfo", "errorCounts").MaxBy(count => count.Number("recordCount")).Text("reason") ?? "FAILED";

    /// <summary>Whether a request failed for no other reason than that Google has all of its events already.</summary>
    public static bool AreThere(JsonElement status) =>
        status.Items("errorInfo", "errorCounts").ToList() is { Count: > 0 } counts && counts.TrueForAll(count => count.Text("reason") == Duplicate);
}
