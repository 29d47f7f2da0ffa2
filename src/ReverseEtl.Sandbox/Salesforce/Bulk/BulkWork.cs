using ReverseEtl.Sandbox.Vendors;

namespace ReverseEtl.Sandbox.Salesforce.Bulk;

/// <summary>Works a job off: an empty value leaves the field, <c>#N/A</c> clears it.</summary>
internal static class BulkWork
{
    private const string Clear = "#N/A";

    public static void Process(Account account, IngestJob job)
    {
        var type = SObject.Find(job["object"])!;
        var lines = Csv.Read(job["csv"], job.Delimiter, job.LineEnd);
        job["csv"] = "";
        if (lines is null)
        {
            Fail(job, $"ClientInputError : LineEnding is invalid on user data. Current LineEnding setting is {job["lineEnding"]}");
            return;
        }

        if (lines.Count == 0)
        {
            job["state"] = "JobComplete";
            return;
        }

        var header = lines[0];
        if (header.FirstOrDefault(name => !name.Contains('.', StringComparison.Ordinal) && !type.HasField(name)) is { } unknown)
        {
            job.SetLines("unprocessed", lines);
            Fail(job, $"InvalidBatch : Field name not found : {unknown}");
            return;
        }

        Apply(job, header, lines, new RecordStore(account, type));
        job["state"] = "JobComplete";
    }

    private static void Apply(IngestJob job, IReadOnlyList<string> header, IReadOnlyList<IReadOnlyList<string>> lines, RecordStore store)
    {
        List<IReadOnlyList<string>> successful = [["sf__Id", "sf__Created", .. header]], failed = [["sf__Id", "sf__Error", .. header]];
        HashSet<string> refused = [.. job["refused"].Split(',')];
        var seen = new HashSet<string>(StringComparer.Ordinal);
        for (var at = 1; at < lines.Count; at++)
        {
            var row = lines[at];
            if (refused.Contains($"{at - 1}"))
            {
                failed.Add(["", job["refusal"], .. row]);
                continue;
            }

            var result = row.Count != header.Count
                ? SaveResult.Fail(new SaveError("InvalidBatch", "The number of values is not that of the header"))
                : Save(job, store, Fields(header, row), seen);
            if (result.Error is { } error)
                failed.Add(["", $"{error.Code}:{error.Message}:{string.Join(',', error.Fields)} --", .. row]);
            else
                successful.Add([result.Id!, result.IsCreated ? "true" : "false", .. row]);
        }

        job.SetLines("successful", successful);
        job.SetLines("failed", failed);
    }

    private static SaveResult Save(IngestJob job, RecordStore store, Dictionary<string, string?> fields, HashSet<string> seen)
    {
        var externalId = job["externalIdFieldName"];
        switch (job["operation"])
        {
            case "insert":
                return store.Insert(fields);
            case "upsert":
                return fields.GetValueOrDefault(externalId) is { } value && !seen.Add(value)
                    ? SaveResult.Fail(new SaveError("DUPLICATE_VALUE", $"Duplicate external id specified: {value}", externalId))
                    : store.Upsert(externalId, fields);
            case var operation:
                if (!fields.Remove("Id", out var id) || id is null)
                    return SaveResult.Fail(new SaveError("MISSING_ARGUMENT", "Id not specified"));
                return operation == "update" ? store.Update(id, fields) : store.Delete(id);
        }
    }

    private static Dictionary<string, string?> Fields(IReadOnlyList<string> header, IReadOnlyList<string> row)
    {
        var fields = new Dictionary<string, string?>(StringComparer.Ordinal);
        for (var column = 0; column < header.Count; column++)
        {
            if (row[column].Length > 0)
                fields[header[column]] = row[column] == Clear ? null : row[column];
        }

        return fields;
    }

    private static void Fail(IngestJob job, string message) => (job["state"], job["errorMessage"]) = ("Failed", message);
}
