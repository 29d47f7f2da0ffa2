using System.Text.Json;
using ReverseEtl.Core.Delivery;
using ReverseEtl.Http;
using ReverseEtl.Http.Requests;
using ReverseEtl.Http.Vendors;

namespace ReverseEtl.Connectors.Salesforce;

/// <summary>Reads what Salesforce says of requests and of rows.</summary>
internal static class SalesforceAnswers
{
    public const string Duplicate = "DUPLICATE_VALUE";

    private static readonly HashSet<string> Passing = ["UNABLE_TO_LOCK_ROW", "SERVER_UNAVAILABLE", "QUERY_TIMEOUT", "REQUEST_RUNNING_TOO_LONG"];

    private static readonly HashSet<string> Gone = ["ENTITY_IS_DELETED", "INVALID_CROSS_REFERENCE_KEY"];

    // [{"errorCode":"REQUEST_LIMIT_EXCEEDED","message":"..."}], with 403 where others say 429. Row by row the same words stand elsewhere.
    public static readonly VendorErrors Errors = new()
    {
        Find = body => body is { ValueKind: JsonValueKind.Array } && body.EnumerateArray().FirstOrDefault() is var first && first.Text("errorCode") is { } code
            ? new VendorError(code, first.Text("message") ?? "")
            : null,
        Throttled = new HashSet<string> { "REQUEST_LIMIT_EXCEEDED" },
        Passing = Passing,
        Unusable = new HashSet<string> { "INVALID_SESSION_ID", "API_DISABLED_FOR_ORG", "API_CURRENTLY_DISABLED", "INSUFFICIENT_ACCESS", "NOT_FOUND", "INVALID_TYPE", "INVALIDENTITY", "INVALIDJOB" },
    };

    /// <summary>True where the record that an id stood for is not there any more.</summary>
    public static bool IsGone(RowOutcome outcome) => outcome.Code is { } code && Gone.Contains(code);

    /// <summary>A refusal of one row.</summary>
    public static RowOutcome Refused(string code, string message, Redactor redactor) => Passing.Contains(code)
        ? RowOutcome.Retry(code, redactor.Clean(message))
        : RowOutcome.Rejected(redactor.Clean(code), redactor.Clean(message));

    /// <summary>The outcomes of a collection, which by contract come in the order of the request.</summary>
    public static DeliveryReport Collection(ChangeBatch batch, HttpAnswer answer, Redactor redactor)
    {
        var results = answer.Json() is { ValueKind: JsonValueKind.Array } list ? list.EnumerateArray().ToList() : [];
        if (results.Count != batch.Count)
            return DeliveryReport.All(batch, RowOutcome.Unknown(OutcomeCodes.NoResult, $"Salesforce answered {results.Count} results for {batch.Count} records"));
        var report = DeliveryReport.For(batch);
        for (var row = 0; row < batch.Count; row++)
        {
            var error = results[row].Items("errors").FirstOrDefault();
            report.Set(row, results[row].Get("success") is { ValueKind: JsonValueKind.True }
                ? RowOutcome.Accepted
                : Refused(error.Text("statusCode") ?? "refused", error.Text("message") ?? "Salesforce refused the record", redactor));
        }

        return report.Build();
    }
}
