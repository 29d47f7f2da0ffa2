using System.Globalization;
using System.Text;
using System.Text.Json;
using ReverseEtl.Sandbox.Vendors;

namespace ReverseEtl.Sandbox.Salesforce.Bulk;

/// <summary>The Bulk API 2.0: a job, its CSV, its end, its results.</summary>
internal static class BulkIngest
{
    private const int MostBytes = 150 * 1024 * 1024;

    private static readonly string[] Operations = ["insert", "update", "upsert", "delete", "hardDelete"];

    public static VendorAnswer Create(VendorCall call)
    {
        if (call.Json is not { ValueKind: JsonValueKind.Object } body)
            return SalesforceDialect.Error(400, "JSON_PARSER_ERROR", "The HTTP entity body is required");
        string? name = body.GetText("object"), operation = body.GetText("operation"), externalId = body.GetText("externalIdFieldName");
        if (SObject.Find(name) is not { } type)
            return SalesforceDialect.Error(400, "INVALIDENTITY", $"Unable to find object: {name}");
        if (!Operations.Contains(operation))
            return SalesforceDialect.Error(400, "INVALIDJOB", $"Invalid operation: {operation}");
        if (operation == "upsert" && (externalId is null || !type.IsExternalId(externalId)))
            return SalesforceDialect.Error(400, "INVALIDJOB", $"InvalidJob : Field name provided, {externalId}, does not match an External ID for {type.Name}");
        if (body.GetText("contentType") is not (null or "CSV") || body.GetText("lineEnding") is not (null or "LF" or "CRLF"))
            return SalesforceDialect.Error(400, "INVALIDJOB", "contentType must be CSV and lineEnding LF or CRLF");
        var id = $"750{call.Account.NextId("job", 1).ToString("d12", CultureInfo.InvariantCulture)}AAA";
        call.Account.Table(IngestJob.Table).Set(id, Record.Of(
            ("object", type.Name), ("operation", operation), ("externalIdFieldName", externalId), ("state", "Open"),
            ("lineEnding", body.GetText("lineEnding") ?? "LF"), ("columnDelimiter", body.GetText("columnDelimiter") ?? "COMMA"),
            ("createdDate", call.Now.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'+0000'", CultureInfo.InvariantCulture))));
        return VendorAnswer.Json(200, new IngestJob(call.Account, id).Describe(call.Part("version")));
    }

    public static VendorAnswer Upload(VendorCall call)
    {
        if (IngestJob.Find(call) is not { } job)
            return new SalesforceDialect().Missing();
        if (job["state"] != "Open" || job["csv"].Length > 0)
            return SalesforceDialect.Error(400, "INVALIDJOBSTATE", "Uploading data to a job that is not open, or has its data, is not allowed");
        if (!call.IsOf("text/csv"))
            return SalesforceDialect.Error(415, "UNSUPPORTED_MEDIA_TYPE", "The content type must be text/csv");
        if (call.Body.Length > MostBytes)
            return SalesforceDialect.Error(413, "REQUEST_ENTITY_TOO_LARGE", "The data is larger than 150 MB");
        job["csv"] = Encoding.UTF8.GetString(call.Body);
        if (call.Refused.Count > 0)
            (job["refused"], job["refusal"]) = (string.Join(',', call.Refused), $"{call.RefusalCode}:{call.RefusalMessage}:--");
        return VendorAnswer.Empty(201);
    }

    public static VendorAnswer Close(VendorCall call)
    {
        if (IngestJob.Find(call) is not { } job)
            return new SalesforceDialect().Missing();
        var state = call.Json?.GetText("state");
        if (state is not ("UploadComplete" or "Aborted") || job["state"] != "Open")
            return SalesforceDialect.Error(400, "INVALIDJOBSTATE", $"The job cannot go from {job["state"]} to {state}");
        if (state == "Aborted")
            job["state"] = state;
        else
            BulkWork.Process(call.Account, job);
        return VendorAnswer.Json(200, job.Describe(call.Part("version")));
    }

    public static VendorAnswer Get(VendorCall call) => IngestJob.Find(call) is { } job
        ? VendorAnswer.Json(200, job.Describe(call.Part("version"), isLook: true))
        : new SalesforceDialect().Missing();

    public static VendorAnswer Delete(VendorCall call)
    {
        if (IngestJob.Find(call) is not { } job)
            return new SalesforceDialect().Missing();
        if (job["state"] == "Open")
            return SalesforceDialect.Error(400, "INVALIDJOBSTATE", "A job that is open cannot be deleted");
        call.Account.Table(IngestJob.Table).Remove(job.Id);
        return VendorAnswer.Empty(204);
    }

    public static VendorAnswer Successful(VendorCall call) => Results(call, "successful");

    public static VendorAnswer Failed(VendorCall call) => Results(call, "failed");

    public static VendorAnswer Unprocessed(VendorCall call) => Results(call, "unprocessed");

    /// <summary>The rows of an upload, without its header.</summary>
    public static IReadOnlyList<IEnumerable<string>> Rows(VendorCall call)
    {
        var lines = IngestJob.Find(call) is { } job ? Csv.Read(Encoding.UTF8.GetString(call.Body), job.Delimiter, job.LineEnd) : null;
        return [.. (lines ?? []).Skip(1)];
    }

    private static VendorAnswer Results(VendorCall call, string kind) => IngestJob.Find(call) is { } job
        ? VendorAnswer.Text(200, Csv.Write(job.Lines(kind)), "text/csv")
        : new SalesforceDialect().Missing();
}
