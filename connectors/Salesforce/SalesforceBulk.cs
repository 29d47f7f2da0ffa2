using System.Text;
using ReverseEtl.Core.Delivery;
using ReverseEtl.Http;
using ReverseEtl.Http.Requests;
using ReverseEtl.Http.Vendors;

namespace ReverseEtl.Connectors.Salesforce;

/// <summary>Many records of one object as a job of the Bulk API 2.0. Its results are matched to rows by the key field.</summary>
internal sealed class SalesforceBulk(SalesforceOrg org, DestinationRequest request, string type)
{
    /// <summary>Stands for no value, as an empty one leaves the field as it is.</summary>
    private const string Clear = "#N/A";

    private readonly StoredJob _jobs = new(request.Memory, request.Time);

    /// <summary>True where a value would be taken for no value.</summary>
    public static bool IsAmbiguous(FieldColumn column) =>
        !column.Type.IsFixed() && Enumerable.Range(0, column.Count).Any(row => column.Utf8(row).SequenceEqual("#N/A"u8));

    public async ValueTask<DeliveryReport> SendAsync(ChangeBatch batch, Operation operation, string key, string version, CancellationToken cancellationToken)
    {
        string? opened = null;
        return await _jobs.DeliverAsync(batch, _ => opened, async read =>
        {
            var job = opened = await OpenAsync(operation, key, version, cancellationToken);
            var columns = operation is Operation.Remove ? [batch.Identifiers[0]] : batch.Fields;
            var sent = await org.Api.SendAsync(
                batch, Csv.Body(columns, batch.Count, Clear), (salesforce, body, token) => salesforce.UploadAsync(version, job, body, token), read, cancellationToken);
            // A job that is not closed is never worked off, whatever it has been given.
            return sent[0].Kind is OutcomeKind.Unknown ? DeliveryReport.All(batch, RowOutcome.Retry(sent[0].Code!, sent[0].Message!)) : sent;
        }, (job, token) => LookAsync(batch, key, version, job, token), cancellationToken);
    }

    private async ValueTask<string> OpenAsync(Operation operation, string key, string version, CancellationToken cancellationToken)
    {
        var asked = new
        {
            Object = type,
            Operation = operation is Operation.Remove ? "delete" : operation.ToString().ToLowerInvariant(),
            ExternalIdFieldName = operation is Operation.Upsert ? key : null,
            ContentType = "CSV",
            LineEnding = "LF",
        };
        var answer = await org.Api.AskAsync(asked, (salesforce, body, token) => salesforce.OpenJobAsync(version, body, token), cancellationToken);
        return answer.Json()?.Text("id") ?? throw new DestinationException("Salesforce opened a job and gave no id for it; run the sync again");
    }

    private async ValueTask<DeliveryReport?> LookAsync(ChangeBatch batch, string key, string version, string job, CancellationToken cancellationToken)
    {
        if (await org.Api.FindAsync((salesforce, token) => salesforce.JobAsync(version, job, token), cancellationToken) is not { } answer)
            return DeliveryReport.All(batch, RowOutcome.Retry("job_gone", $"Salesforce does not know the job {job} any more"));
        var state = answer.Json() ?? default;
        switch (state.Text("state"))
        {
            case "Open":
                await org.Api.AskAsync(new { State = "UploadComplete" }, (salesforce, body, token) => salesforce.CloseJobAsync(version, job, body, token), cancellationToken);
                return null;
            case "JobComplete" or "Failed" or "Aborted":
                return await ResultsAsync(batch, key, version, job, state.Text("errorMessage"), cancellationToken);
            default:
                return null;
        }
    }

    private async ValueTask<DeliveryReport> ResultsAsync(ChangeBatch batch, string key, string version, string job, string? error, CancellationToken cancellationToken)
    {
        var column = batch.Fields.Concat(batch.Identifiers).First(field => field.Name == key);
        var rows = Enumerable.Range(0, batch.Count).ToLookup(row => column.Text(row) ?? Clear);
        var outcomes = new RowOutcome?[batch.Count];
        // Where several rows have the same key, a failure of one of them stands for all.
        foreach (var (results, usual) in new[]
        {
            ("failedResults", RowOutcome.Rejected("refused", "Salesforce refused the record")),
            ("unprocessedrecords", RowOutcome.Rejected("unprocessed", org.Api.Redactor.Clean(error ?? "Salesforce did not come to this record"))),
            ("successfulResults", RowOutcome.Accepted),
        })
        {
            var answer = await org.Api.AskAsync((salesforce, token) => salesforce.ResultsAsync(version, job, results, token), cancellationToken);
            using var lines = Csv.Lines(Encoding.UTF8.GetString(answer.Body.Span)).GetEnumerator();
            var header = lines.MoveNext() ? lines.Current.ToList() : [];
            var (keyAt, errorAt) = (header.IndexOf(key), header.IndexOf("sf__Error"));
            while (keyAt >= 0 && lines.MoveNext())
            {
                var line = lines.Current;
                var outcome = errorAt >= 0 && line.Count == header.Count && line[errorAt].Split(':', 2) is [var code, var message] ? SalesforceAnswers.Refused(code, message, org.Api.Redactor) : usual;
                foreach (var row in line.Count == header.Count ? rows[line[keyAt]] : [])
                    outcomes[row] ??= outcome;
            }
        }

        var report = DeliveryReport.For(batch);
        for (var row = 0; row < batch.Count; row++)
            report.Set(row, outcomes[row] ?? RowOutcome.Unknown(OutcomeCodes.NoResult, $"the results of job {job} do not name this row"));
        return report.Build();
    }
}
