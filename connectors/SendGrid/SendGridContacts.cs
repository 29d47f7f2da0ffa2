using System.Text.Json;
using ReverseEtl.Core.Delivery;
using ReverseEtl.Core.Delivery.Objects;
using ReverseEtl.Http;
using ReverseEtl.Http.Requests;
using ReverseEtl.Http.Vendors;

namespace ReverseEtl.Connectors.SendGrid;

/// <summary>Contacts, alone or on a list. SendGrid takes them as jobs and works those off later.</summary>
internal sealed class SendGridContacts(SendGridObject @object, DestinationRequest request, VendorApi<ISendGridApi> api)
    : ApiDestination<ISendGridApi>(Describe(@object), request, api)
{
    private const int MostLookedUp = 100;

    private readonly SendGridFields _fields = new(request, api);
    private readonly StoredJob _jobs = new(request.Memory, request.Time) { FirstWait = TimeSpan.FromSeconds(2) };

    /// <inheritdoc/>
    protected override NamedObject? Named { get; } = @object.List is { } name ? SendGridList.Named(name, @object.Create, request, api) : null;

    public static ObjectSpec Describe(SendGridObject @object) => new()
    {
        Name = @object.List is null ? "contacts" : "list",
        Summary = @object.List is null
            ? "Contacts, known by their address. Fields that are not mapped stay."
            : "Members of a list, known by their address. Whoever is no contact yet becomes one; whoever leaves stays a contact.",
        Example = @object.List is null ? "{ type: contacts }" : "{ list: VIP, create: true }",
        Modes = [SyncMode.Upsert, SyncMode.Mirror, SyncMode.Delete],
        Removals = [@object.List is null ? Removal.Delete : Removal.Remove],
        Fields = SendGridFields.Own,
        OtherFields = true,
        MaxBatchRows = 30_000,
        MaxRemovalRows = MostLookedUp,
        MaxBatchBytes = 3_000_000,
        // Most of a batch's time goes by waiting for SendGrid.
        Concurrency = 2,
        LookUps = 3,
        UnsafeToRepeat = [],
        PartialUpdates = true,
        ChangedFields = ChangedFields.OnRequest,
    };

    /// <inheritdoc/>
    protected override async ValueTask LookAsync(CancellationToken cancellationToken)
    {
        await Api.AskAsync((sendGrid, token) => sendGrid.FieldsAsync(token), cancellationToken);
        await _fields.IdsAsync(cancellationToken);
    }

    /// <inheritdoc/>
    protected override ValueTask<DeliveryReport> SendAsync(ChangeBatch batch, CancellationToken cancellationToken) => _jobs.DeliverAsync(
        batch, answer => answer.Text("job_id"), read => BeginAsync(batch, read, cancellationToken), (job, token) => LookAsync(batch, job, token), cancellationToken);

    private async ValueTask<DeliveryReport> BeginAsync(ChangeBatch batch, Func<HttpAnswer, DeliveryReport> read, CancellationToken cancellationToken)
    {
        var list = Named is null ? null : await Named.IdAsync(cancellationToken);
        if (batch.Operation is Operation.Remove)
            return await RemoveAsync(batch, list, read, cancellationToken);
        var ids = await _fields.IdsAsync(cancellationToken);
        return await Api.SendAsync(batch, ColumnarContent.Json(writer => Write(writer, batch, list, ids)), (sendGrid, body, token) => sendGrid.UpsertAsync(body, token), read, cancellationToken);
    }

    // Ids are looked up anew each time: those of contacts that were made again are others.
    private ValueTask<DeliveryReport> RemoveAsync(ChangeBatch batch, string? list, Func<HttpAnswer, DeliveryReport> read, CancellationToken cancellationToken) =>
        new RecordIds(new ForgetfulMemory(), "contacts", SendGridFields.Email, MostLookedUp, LookUpAsync).DeliverAsync(batch, (ids, _) =>
        {
            var named = string.Join(',', ids);
            return Api.SendAsync(batch, null, (sendGrid, _, token) => list is null ? sendGrid.DeleteAsync(named, token) : sendGrid.RemoveAsync(list, named, token), _ => null, read, cancellationToken);
        }, cancellationToken);

    private async ValueTask<DeliveryReport?> LookAsync(ChangeBatch batch, string job, CancellationToken cancellationToken)
    {
        if (await Api.FindAsync((sendGrid, token) => sendGrid.JobAsync(job, token), cancellationToken) is not { } answer)
            return DeliveryReport.All(batch, RowOutcome.Unknown(OutcomeCodes.NoResult, $"SendGrid no longer knows the job {job}"));
        var state = answer.Json() ?? default;
        return state.Text("status") switch
        {
            "completed" => DeliveryReport.All(batch, RowOutcome.Accepted),
            "errored" or "failed" => await RefusedAsync(batch, state, cancellationToken),
            _ => null,
        };
    }

    /// <summary>
    /// The rows that a job's file of errors names. Its form is not documented, so it is believed only where it names as many as the job
    /// counts; else the job is taken for refused, and cut until the bad row stands alone.
    /// </summary>
    private async ValueTask<DeliveryReport> RefusedAsync(ChangeBatch batch, JsonElement state, CancellationToken cancellationToken)
    {
        var file = Uri.TryCreate(state.Text("results", "errors_url"), UriKind.Absolute, out var address) ? await Api.DownloadAsync(address, cancellationToken) : null;
        var refusals = new NamedRefusals(batch);
        var named = Csv.Lines(file ?? "").Skip(1).Count(line =>
            line.SkipLast(1).Any(value => refusals.Add(SendGridFields.Email, value, RowOutcome.Rejected("refused", Api.Redactor.Clean(line[^1])))));
        return named > 0 && named == (int?)state.Number("results", "errored_count")
            ? refusals.Build(named, RowOutcome.Accepted)
            : DeliveryReport.BatchRejected(batch, "refused", $"SendGrid's job has ended as {state.Text("status")}, and does not say which of its contacts are refused");
    }

    private async ValueTask<IReadOnlyDictionary<string, string>> LookUpAsync(IReadOnlyList<string> emails, CancellationToken cancellationToken)
    {
        using var body = ColumnarContent.Json(new { Emails = emails });
        var result = (await Api.FindAsync((sendGrid, token) => sendGrid.FindAsync(body, token), cancellationToken))?.Json()?.Get("result");
        var found = result is { ValueKind: JsonValueKind.Object } contacts ? [.. contacts.EnumerateObject()] : Array.Empty<JsonProperty>();
        return RecordIds.Match(emails, found.Select(contact => ((string?)contact.Name, contact.Value.Text("contact", "id"))), StringComparer.OrdinalIgnoreCase);
    }

    private static void Write(Utf8JsonWriter writer, ChangeBatch batch, string? list, IReadOnlyDictionary<string, string> ids)
    {
        var custom = batch.Fields.Where(field => !SendGridFields.IsOwn(field.Name)).ToList();
        writer.WriteStartObject();
        if (list is not null)
            ColumnarContent.WriteMembers(writer, new Dictionary<string, string[]> { ["list_ids"] = [list] });
        writer.WriteStartArray("contacts");
        for (var row = 0; row < batch.Count; row++)
        {
            writer.WriteStartObject();
            foreach (var field in batch.Fields.Except(custom))
                WriteField(writer, field.Name, field, row);
            if (custom.Count > 0)
            {
                writer.WriteStartObject("custom_fields");
                foreach (var field in custom)
                    WriteField(writer, ids[field.Name], field, row);
                writer.WriteEndObject();
            }

            writer.WriteEndObject();
        }

        writer.WriteEndArray();
        writer.WriteEndObject();
    }

    // An empty text is how SendGrid clears a field. An identifier cannot be cleared.
    private static void WriteField(Utf8JsonWriter writer, string name, FieldColumn field, int row)
    {
        if (field.IsLeftOut(row) || (name == "external_id" && field.IsNull(row)))
            return;
        writer.WritePropertyName(name);
        if (field.IsNull(row))
            writer.WriteStringValue("");
        else
            field.WriteValue(writer, row);
    }
}
