using System.Globalization;
using System.Text.Json;
using ReverseEtl.Sandbox.Vendors;

namespace ReverseEtl.Sandbox.Klaviyo;

/// <summary>
/// Bulk imports of profiles. The form is checked at once and refuses the whole request; values are looked at later, and a profile
/// with a bad one is among the job's errors. A job is queued, found in progress once, then complete.
/// </summary>
internal static class ImportJobs
{
    private const string TableName = "import-jobs";
    private const string ErrorTable = "import-errors/";
    private const string Pointer = "/data/attributes/profiles";
    private const int MostProfiles = 10_000;

    public static VendorAnswer Create(VendorCall call)
    {
        var (attributes, wrong) = JsonApi.Read(call, "profile-bulk-import-job");
        if (wrong is not null)
            return wrong;
        var (profiles, bad) = JsonApi.Items(attributes.Get("profiles"), Pointer, "profile", MostProfiles);
        if (bad is not null)
            return bad;
        if (profiles.Select((profile, at) => ProfileShape.Wrong(profile, $"{Pointer}/data/{at}")).FirstOrDefault(found => found is not null) is { } problem)
            return KlaviyoDialect.Error(problem);
        var (list, unknown) = JsonApi.List(call, "lists");
        if (unknown is not null)
            return unknown;
        var id = $"bulk-import-{call.Account.NextId("job", 1).ToString("d8", CultureInfo.InvariantCulture)}";
        var failed = Work(call, id, profiles, list);
        call.Account.Table(TableName).Set(id, Record.Of(
            ("created_at", JsonApi.Time(call.Now)), ("total_count", $"{profiles.Count}"), ("failed_count", $"{failed}"), ("list", list)));
        return KlaviyoDialect.Json(202, new { data = Describe(call, id, "queued") });
    }

    public static VendorAnswer Get(VendorCall call)
    {
        var id = call.Part("id");
        if (!call.Account.Table(TableName).Has(id))
            return Unknown(id);
        return KlaviyoDialect.Json(200, new { data = Describe(call, id, call.Account.Poll(id) == 1 ? "processing" : "complete") });
    }

    public static VendorAnswer Errors(VendorCall call)
    {
        var id = call.Part("id");
        return call.Account.Table(TableName).Has(id)
            ? JsonApi.Page(call, [.. call.Account.Table(ErrorTable + id).Records.Select(error => (object)new
            {
                type = "import-error",
                id = error.Key,
                attributes = new
                {
                    code = error.Value["code"],
                    title = error.Value["title"],
                    detail = error.Value["detail"],
                    source = new { pointer = error.Value["pointer"] },
                    original_payload = JsonElement.Parse(error.Value["original_payload"]!),
                },
            })])
            : Unknown(id);
    }

    private static int Work(VendorCall call, string job, IReadOnlyList<JsonElement> rows, string? list)
    {
        var profiles = new Profiles(call.Account, call.Now);
        var errors = call.Account.Table(ErrorTable + job);
        for (var at = 0; at < rows.Count; at++)
        {
            var pointer = $"{Pointer}/data/{at}";
            var (id, _, problem) = call.Refused.Contains(at)
                ? (null, false, new Problem(call.RefusalMessage, $"{pointer}/attributes", call.RefusalCode))
                : profiles.Upsert(rows[at], pointer);
            if (problem is not null)
            {
                errors.Set($"{job}-error-{at}", Record.Of(("code", problem.Code), ("title", problem.Title), ("detail", problem.Detail),
                    ("pointer", problem.Pointer), ("original_payload", rows[at].GetRawText())));
            }
            else if (list is not null)
            {
                KlaviyoLists.Add(call, list, id!);
            }
        }

        return errors.Count;
    }

    private static object Describe(VendorCall call, string id, string status)
    {
        var job = call.Account.Table(TableName).Get(id)!;
        var isDone = status == "complete";
        int total = int.Parse(job["total_count"]!, CultureInfo.InvariantCulture), failed = int.Parse(job["failed_count"]!, CultureInfo.InvariantCulture);
        var self = $"{call.BaseUrl}/api/profile-bulk-import-jobs/{id}";
        var lists = job["list"] is { } list ? new[] { new { type = "list", id = list } } : [];
        return new
        {
            type = "profile-bulk-import-job",
            id,
            attributes = new
            {
                status,
                created_at = job["created_at"],
                total_count = total,
                completed_count = isDone ? total - failed : 0,
                failed_count = isDone ? failed : 0,
                completed_at = isDone ? job["created_at"] : null,
                expires_at = JsonApi.Time(call.Now.AddDays(7)),
                started_at = status == "queued" ? null : job["created_at"],
            },
            relationships = new Dictionary<string, object> { ["lists"] = new { data = lists }, ["import-errors"] = new { links = new { related = $"{self}/import-errors" } } },
            links = new { self },
        };
    }

    private static VendorAnswer Unknown(string id) => KlaviyoDialect.Error(404, "not_found", "Not found.", $"A profile bulk import job with id {id} does not exist.");
}
