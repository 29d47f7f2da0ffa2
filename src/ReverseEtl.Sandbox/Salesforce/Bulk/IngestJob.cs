using System.Globalization;
using System.Text.Json;
using ReverseEtl.Sandbox.Vendors;

namespace ReverseEtl.Sandbox.Salesforce.Bulk;

/// <summary>A job of the Bulk API 2.0, as the account keeps it.</summary>
internal sealed class IngestJob(Account account, string id)
{
    public const string Table = "jobs";
    private const int LooksInProgress = 1;

    private readonly Table _jobs = account.Table(Table);

    public string Id => id;

    public string this[string field]
    {
        get => _jobs.Get(id)!.GetValueOrDefault(field) ?? "";
        set => _jobs.Set(id, _jobs.Get(id)!.With([new(field, value)]));
    }

    public static IngestJob? Find(VendorCall call) =>
        call.Account.Table(Table).Has(call.Part("job")) ? new IngestJob(call.Account, call.Part("job")) : null;

    public char Delimiter => this["columnDelimiter"] switch
    {
        "SEMICOLON" => ';',
        "TAB" => '\t',
        "PIPE" => '|',
        "CARET" => '^',
        "BACKQUOTE" => '`',
        _ => ',',
    };

    public string LineEnd => this["lineEnding"] == "CRLF" ? "\r\n" : "\n";

    public IReadOnlyList<IReadOnlyList<string>> Lines(string kind) =>
        this[kind] is { Length: > 0 } json ? JsonSerializer.Deserialize<List<List<string>>>(json)! : [];

    public void SetLines(string kind, IReadOnlyList<IReadOnlyList<string>> lines) => this[kind] = JsonSerializer.Serialize(lines);

    /// <param name="version">The API's version.</param>
    /// <param name="isLook">Whether this is a look at the job's progress: the first one finds it at work.</param>
    public object Describe(string version, bool isLook = false)
    {
        var isDone = this["state"] is "JobComplete" or "Failed";
        var state = isLook && isDone && account.Poll($"job/{id}") <= LooksInProgress ? "InProgress" : this["state"];
        var description = new Dictionary<string, object?>
        {
            ["id"] = id,
            ["operation"] = this["operation"],
            ["object"] = this["object"],
            ["createdDate"] = this["createdDate"],
            ["systemModstamp"] = this["createdDate"],
            ["state"] = isLook || !isDone ? state : "UploadComplete",
            ["concurrencyMode"] = "Parallel",
            ["contentType"] = "CSV",
            ["apiVersion"] = decimal.Parse(version.TrimStart('v'), CultureInfo.InvariantCulture),
            ["contentUrl"] = $"services/data/{version}/jobs/ingest/{id}/batches",
            ["lineEnding"] = this["lineEnding"],
            ["columnDelimiter"] = this["columnDelimiter"],
        };
        if (this["externalIdFieldName"] is { Length: > 0 } externalId)
            description["externalIdFieldName"] = externalId;
        if (!isLook || state == "InProgress" || !isDone)
            return description;
        if (this["errorMessage"] is { Length: > 0 } message)
            description["errorMessage"] = message;
        var failed = Math.Max(0, Lines("failed").Count - 1);
        description["numberRecordsProcessed"] = Math.Max(0, Lines("successful").Count - 1) + failed;
        description["numberRecordsFailed"] = failed;
        description["retries"] = 0;
        description["totalProcessingTime"] = 100;
        return description;
    }
}
