using System.Globalization;
using System.Text.Json;
using ReverseEtl.Sandbox.Vendors;

namespace ReverseEtl.Sandbox.SendGrid;

/// <summary>What became of one row of a job.</summary>
internal readonly record struct ImportResult(string Count, string? Error = null)
{
    public static readonly ImportResult Created = new("created_count");
    public static readonly ImportResult Updated = new("updated_count");
    public static readonly ImportResult Deleted = new("deleted_count");
    public static readonly ImportResult Unchanged = new("");

    public static ImportResult Bad(string error) => new("errored_count", error);
}

/// <summary>
/// Jobs. Each is found pending once, then at its end. The errors are a file of comma-separated values at an address of its own, which, as a
/// signed address of a file store does, refuses other credentials.
/// </summary>
internal static class ImportJobs
{
    public const string ErrorFiles = "import-errors";

    private const string Table = "jobs";
    private const int LooksPending = 1;

    private static readonly string[] Counts = ["created_count", "updated_count", "deleted_count", "errored_count"];

    /// <summary>Does a job's work, and answers with its id.</summary>
    /// <param name="call">The request.</param>
    /// <param name="kind">upsert or delete.</param>
    /// <param name="rows">How many rows it has.</param>
    /// <param name="apply">Does one row.</param>
    /// <param name="identify">What the file of errors says of a row, beside the error.</param>
    public static VendorAnswer Run(VendorCall call, string kind, int rows, Func<int, ImportResult> apply, Func<int, IEnumerable<string>> identify)
    {
        var counts = Counts.ToDictionary(name => name, _ => 0);
        var errors = new List<string[]>();
        for (var at = 0; at < rows; at++)
        {
            var result = call.Refused.Contains(at) ? ImportResult.Bad(call.RefusalMessage) : apply(at);
            if (result.Error is { } error)
                errors.Add([.. identify(at), error]);
            if (result.Count.Length > 0)
                counts[result.Count]++;
        }

        var id = ContactStore.Uuid(call.Account, "job");
        if (errors.Count > 0)
            errors.Insert(0, kind == "upsert" ? [.. ContactStore.Identifiers, "error"] : ["id", "error"]);
        var job = Record.Of(("job_type", kind), ("requested_count", $"{rows}"), ("errors", JsonSerializer.Serialize(errors)), ("at", call.Now.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture)));
        call.Account.Table(Table).Set(id, job.With(counts.Select(count => KeyValuePair.Create(count.Key, (string?)$"{count.Value}"))));
        return VendorAnswer.Json(202, new { job_id = id });
    }

    public static VendorAnswer Get(VendorCall call)
    {
        var id = call.Part("job");
        if (call.Account.Table(Table).Get(id) is not { } job)
            return new SendGridDialect().Missing();
        var description = new Dictionary<string, object?> { ["id"] = id, ["status"] = "pending", ["job_type"] = job["job_type"], ["started_at"] = job["at"] };
        if (call.Account.Poll($"job/{id}") <= LooksPending)
            return VendorAnswer.Json(200, description);
        var results = Counts.Prepend("requested_count").ToDictionary(name => name, name => (object)Number(job, name));
        var errored = Number(job, "errored_count");
        if (errored > 0)
            results["errors_url"] = $"{call.BaseUrl}/{ErrorFiles}/{id}";
        description["status"] = errored == 0 ? "completed" : errored == Number(job, "requested_count") ? "failed" : "errored";
        description["finished_at"] = job["at"];
        description["results"] = results;
        return VendorAnswer.Json(200, description);
    }

    public static VendorAnswer Errors(VendorCall call)
    {
        if (call.Header("Authorization").Length > 0)
            return VendorAnswer.Text(400, "<Error><Code>InvalidArgument</Code><Message>Only one auth mechanism allowed</Message></Error>", "application/xml");
        return call.Account.Table(Table).Get(call.Part("job")) is { } job
            ? VendorAnswer.Text(200, Csv.Write(JsonSerializer.Deserialize<List<List<string>>>(job["errors"]!)!), "text/csv")
            : VendorAnswer.Text(404, "<Error><Code>NoSuchKey</Code></Error>", "application/xml");
    }

    private static int Number(IReadOnlyDictionary<string, string?> job, string name) => int.Parse(job[name]!, CultureInfo.InvariantCulture);
}
