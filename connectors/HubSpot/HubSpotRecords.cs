using System.Text.Json;
using ReverseEtl.Core.Delivery;
using ReverseEtl.Core.Delivery.Objects;
using ReverseEtl.Http;
using ReverseEtl.Http.Requests;
using ReverseEtl.Http.Vendors;

namespace ReverseEtl.Connectors.HubSpot;

/// <summary>Records of one CRM object, in batches of a hundred.</summary>
internal sealed class HubSpotRecords(HubSpotObject @object, DestinationRequest request, VendorApi<IHubSpotApi> api)
    : ApiDestination<IHubSpotApi>(Describe(@object), request, api)
{
    /// <summary>Rows per request at the most, of look-ups too.</summary>
    public const int BatchRows = 100;

    private static readonly RowOutcome NotNamed = RowOutcome.Unknown(OutcomeCodes.NoResult, "HubSpot answered 207 and did not name this row");

    private readonly RecordIds _ids = IdsOf(@object, request, api);

    public static ObjectSpec Describe(HubSpotObject @object) => new()
    {
        Name = @object.Type,
        Summary = $"Records of {@object.Type}, known by {@object.IdProperty}. Properties that are not mapped stay.",
        Example = @object.Id is null ? $"{{ type: {@object.Type} }}" : $"{{ type: {@object.Type}, id: {@object.Id} }}",
        Modes = [SyncMode.Upsert, SyncMode.Update, SyncMode.Insert, SyncMode.Mirror, SyncMode.Delete],
        Removals = [Removal.Archive],
        Fields = HubSpotFields.Of(@object),
        OtherFields = true,
        MaxBatchRows = BatchRows,
        Concurrency = 4,
        RemovalLookUps = 1,
        UnsafeToRepeat = [SyncMode.Insert],
        PartialUpdates = true,
        ChangedFields = ChangedFields.OnRequest,
    };

    /// <summary>HubSpot's own ids of records, by the id property.</summary>
    public static RecordIds IdsOf(HubSpotObject @object, DestinationRequest request, VendorApi<IHubSpotApi> api) =>
        new(request.Memory, @object.Type, @object.IdProperty, BatchRows, async (values, cancellationToken) =>
        {
            var asked = new { @object.IdProperty, Properties = new[] { @object.IdProperty }, Inputs = values.Select(id => new { id }) };
            var answer = await api.AskAsync(asked, (hubspot, body, token) => hubspot.BatchAsync(@object.Type, "read", body, token), cancellationToken);
            // HubSpot keeps addresses in lower case.
            return RecordIds.Match(values, (answer.Json()?.Items("results") ?? []).Select(record => (record.Text("properties", @object.IdProperty), record.Text("id"))),
                StringComparer.OrdinalIgnoreCase);
        });

    /// <inheritdoc/>
    protected override async ValueTask LookAsync(CancellationToken cancellationToken) =>
        await Api.AskAsync((hubspot, token) => hubspot.ReadAnyAsync(@object.Type, token), cancellationToken);

    /// <inheritdoc/>
    protected override async ValueTask<DeliveryReport> SendAsync(ChangeBatch batch, CancellationToken cancellationToken)
    {
        if (batch.Operation is Operation.Remove)
            return await ArchiveAsync(batch, cancellationToken);
        var action = batch.Operation switch
        {
            Operation.Update => "update",
            Operation.Insert => "create",
            _ => "upsert",
        };
        return await Api.SendAsync(batch, ColumnarContent.Json(writer => Write(writer, batch)),
            (hubspot, body, token) => hubspot.BatchAsync(@object.Type, action, body, token), answer => Read(batch, answer), cancellationToken);
    }

    private void Write(Utf8JsonWriter writer, ChangeBatch batch)
    {
        var id = batch.Fields.First(field => field.Name == @object.IdProperty);
        writer.WriteStartObject();
        writer.WriteStartArray("inputs");
        for (var row = 0; row < batch.Count; row++)
        {
            writer.WriteStartObject();
            if (batch.Operation is not Operation.Insert)
            {
                writer.WriteString("idProperty", @object.IdProperty);
                writer.WriteString("id", id.Text(row));
            }

            writer.WriteString("objectWriteTraceId", batch.KeyText(row));
            // An empty text is how HubSpot clears a property.
            writer.WriteStartObject("properties");
            foreach (var field in batch.Fields.Where(field => !field.IsLeftOut(row)))
                writer.WriteString(field.Name, field.Text(row) ?? "");
            writer.WriteEndObject();
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
        writer.WriteEndObject();
    }

    private DeliveryReport Read(ChangeBatch batch, HttpAnswer answer)
    {
        if ((int)answer.Status != 207)
            return DeliveryReport.All(batch, RowOutcome.Accepted);
        var report = DeliveryReport.For(batch);
        var body = answer.Json() ?? default;
        foreach (var error in body.Items("errors"))
        {
            var refusal = RowOutcome.Rejected(Api.Redactor.Clean(error.Text("category") ?? "error"), Api.Redactor.Clean(error.Text("message") ?? "refused"));
            foreach (var trace in error.Items("context", "objectWriteTraceId"))
                report.TrySet(trace.GetString() ?? "", refusal);
        }

        foreach (var result in body.Items("results"))
            report.TrySet(result.Text("objectWriteTraceId") ?? "", RowOutcome.Accepted);
        return report.BuildWithRest(NotNamed);
    }

    private ValueTask<DeliveryReport> ArchiveAsync(ChangeBatch batch, CancellationToken cancellationToken) => _ids.DeliverAsync(batch, (ids, gone) =>
    {
        // Who comes back is another record.
        foreach (var id in ids)
            gone.Add(id);
        return Api.SendAsync(batch, ColumnarContent.Json(new { Inputs = ids.Select(id => new { id }) }),
            (hubspot, body, token) => hubspot.BatchAsync(@object.Type, "archive", body, token), answer => Read(batch, answer), cancellationToken);
    }, cancellationToken);
}
