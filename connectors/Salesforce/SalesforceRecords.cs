using System.Text.Json;
using ReverseEtl.Core.Delivery;
using ReverseEtl.Core.Delivery.Objects;
using ReverseEtl.Http.Requests;
using ReverseEtl.Http.Vendors;

namespace ReverseEtl.Connectors.Salesforce;

/// <summary>Records of one object. What Salesforce does by its own ids only (update, delete) begins with a look-up.</summary>
internal sealed class SalesforceRecords(SalesforceObject @object, SalesforceOrg org, DestinationRequest request, VendorApi<ISalesforceApi> api)
    : ApiDestination<ISalesforceApi>(Describe(@object), request, api)
{
    private readonly RecordIds _ids = org.IdsOf(@object.Type, @object.Id);
    private readonly SalesforceWriter _writer = new(org, request, @object.Type);

    public static ObjectSpec Describe(SalesforceObject @object) => new()
    {
        Name = @object.Type,
        Summary = $"Records of {@object.Type}, known by {@object.Id}. Fields that are not mapped stay.",
        Example = $"{{ type: {@object.Type}, id: {@object.Id} }}",
        Modes = [SyncMode.Upsert, SyncMode.Update, SyncMode.Insert, SyncMode.Mirror, SyncMode.Delete],
        Removals = [Removal.Delete],
        Fields = [new FieldSpec(@object.Id, "What rows are known by.") { Required = true, Identifies = true }, .. SalesforceFields.Usual(@object)],
        OneOf = [@object.Id],
        OtherFields = true,
        MaxBatchRows = SalesforceWriter.MostRows,
        MaxBatchBytes = SalesforceWriter.MostBytes,
        Concurrency = 4,
        RemovalLookUps = SalesforceWriter.MostRows / SalesforceOrg.ValuesPerQuery,
        UnsafeToRepeat = [SyncMode.Insert],
        PartialUpdates = true,
        ChangedFields = ChangedFields.OnRequest,
    };

    /// <inheritdoc/>
    protected override async ValueTask LookAsync(CancellationToken cancellationToken)
    {
        var version = await org.VersionAsync(cancellationToken);
        var answer = await Api.AskAsync((salesforce, token) => salesforce.DescribeAsync(version, @object.Type, token), cancellationToken);
        var id = (answer.Json() ?? default).Items("fields").FirstOrDefault(field => field.Text("name") == @object.Id);
        if (id.Text("name") is not (null or "Id") && IsFalse(id, "externalId") && IsFalse(id, "idLookup"))
            throw new DestinationException($"{@object.Type}.{@object.Id} finds no records: tick External ID and Unique for the field in Salesforce, or name another one") { IsUnreachable = false };
    }

    private static bool IsFalse(JsonElement field, string use) => field.Get(use) is { ValueKind: JsonValueKind.False };

    /// <inheritdoc/>
    protected override ValueTask<DeliveryReport> SendAsync(ChangeBatch batch, CancellationToken cancellationToken) => batch.Operation switch
    {
        Operation.Update => _ids.DeliverAsync(batch, "Id", rows => _writer.SendAsync(rows, Operation.Update, "Id", cancellationToken), SalesforceAnswers.IsGone, cancellationToken),
        // Who comes back is another record.
        Operation.Remove => _ids.DeliverAsync(batch, "Id", rows => _writer.SendAsync(rows, Operation.Remove, "Id", cancellationToken),
            outcome => outcome.IsAccepted || SalesforceAnswers.IsGone(outcome), cancellationToken),
        _ => _writer.SendAsync(batch, batch.Operation, @object.Id, cancellationToken),
    };
}
