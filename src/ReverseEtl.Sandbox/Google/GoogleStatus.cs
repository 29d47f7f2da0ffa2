using System.Text.Json;
using System.Text.Json.Nodes;
using ReverseEtl.Sandbox.Vendors;

namespace ReverseEtl.Sandbox.Google;

/// <summary>What became of a request at one destination.</summary>
/// <param name="Target">The destination.</param>
/// <param name="Kind">The kind of data: <c>user_data</c>; empty where the request had no members.</param>
/// <param name="Records">How many members.</param>
/// <param name="Identifiers">How many identifiers.</param>
/// <param name="Errors">How many members failed, by reason.</param>
internal sealed record Outcome(Target Target, string Kind, int Records, int Identifiers, IReadOnlyDictionary<string, int> Errors);

/// <summary>Requests are worked off later: the first look at one finds it in progress.</summary>
internal static class GoogleStatus
{
    private const string Table = "requests";
    private const int LooksInProgress = 1;

    /// <summary>Keeps what became of a request, and answers with its id.</summary>
    public static VendorAnswer Accept(VendorCall call, string kind, IReadOnlyList<Outcome> outcomes)
    {
        var requestId = Guid.NewGuid().ToString();
        call.Account.Table(Table).Set(requestId, Record.Of(("status", JsonSerializer.Serialize(outcomes.Select(outcome => Describe(kind, outcome))))));
        return VendorAnswer.Json(200, new { requestId });
    }

    public static VendorAnswer Retrieve(VendorCall call)
    {
        var id = call.Query("requestId") ?? call.Query("request_id") ?? "";
        if (call.Account.Table(Table).Get(id) is not { } request)
            return GoogleDialect.Wrong([new Violation("request_id", "INVALID_REQUEST_ID", "There is no such request.")]);
        var statuses = JsonNode.Parse(request["status"]!)!.AsArray();
        if (call.Account.Poll($"request/{id}") <= LooksInProgress)
        {
            foreach (var status in statuses)
            {
                status!["requestStatus"] = "PROCESSING";
                status.AsObject().Remove("errorInfo");
            }
        }

        return VendorAnswer.Json(200, new { requestStatusPerDestination = statuses });
    }

    private static JsonObject Describe(string kind, Outcome outcome)
    {
        var failed = outcome.Errors.Values.Sum();
        var status = new JsonObject
        {
            ["destination"] = JsonNode.Parse(outcome.Target.Json.GetRawText()),
            ["requestStatus"] = failed == 0 ? "SUCCESS" : failed < outcome.Records ? "PARTIAL_SUCCESS" : "FAILED",
        };
        if (failed > 0)
        {
            status["errorInfo"] = new JsonObject
            {
                ["errorCounts"] = new JsonArray([.. outcome.Errors.Select(error => (JsonNode)new JsonObject { ["recordCount"] = $"{error.Value}", ["reason"] = error.Key })]),
            };
        }

        var counts = new JsonObject { ["recordCount"] = $"{outcome.Records}" };
        if (outcome.Kind == "user_data")
            counts["userIdentifierCount"] = $"{outcome.Identifiers}";
        var data = Proto.Camel(outcome.Kind);
        switch (kind)
        {
            case "ingest": status["audienceMembersIngestionStatus"] = new JsonObject { [$"{data}IngestionStatus"] = counts }; break;
            case "events": status["eventsIngestionStatus"] = new JsonObject { ["recordCount"] = $"{outcome.Records}" }; break;
            case "remove": status["audienceMembersRemovalStatus"] = new JsonObject { [$"{data}RemovalStatus"] = counts }; break;
            default: status["removeAllAudienceMembersStatus"] = new JsonObject(); break;
        }

        return status;
    }
}
