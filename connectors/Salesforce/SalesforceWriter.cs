using System.Text.Json;
using ReverseEtl.Core.Delivery;
using ReverseEtl.Http.Requests;
using ReverseEtl.Http.Vendors;

namespace ReverseEtl.Connectors.Salesforce;

/// <summary>Writes records of one object: a few in collections of 200, many as a job.</summary>
/// <param name="org">The org.</param>
/// <param name="request">What the destination was opened for.</param>
/// <param name="type">The object.</param>
internal sealed class SalesforceWriter(SalesforceOrg org, DestinationRequest request, string type)
{
    public const int MostRows = 10_000;

    // An answer has all that was sent, and is read up to 32 MB.
    public const int MostBytes = 20 * 1024 * 1024;

    private const int CollectionRows = 200;
    private const int FewRows = 2_000;

    private readonly SalesforceBulk _bulk = new(org, request, type);

    /// <param name="batch">The rows; of removals the identifiers, <c>Id</c> first.</param>
    /// <param name="operation">What is asked for; not always the batch's own word.</param>
    /// <param name="key">The field that tells the rows apart.</param>
    /// <param name="cancellationToken">Cancels it.</param>
    public async ValueTask<DeliveryReport> SendAsync(ChangeBatch batch, Operation operation, string key, CancellationToken cancellationToken)
    {
        var version = await org.VersionAsync(cancellationToken);
        if (batch.Count > FewRows && !batch.Fields.Any(SalesforceBulk.IsAmbiguous))
            return await _bulk.SendAsync(batch, operation, key, version, cancellationToken);
        return await BatchChunks.SendAsync(batch, CollectionRows, (rows, token) => org.Api.SendAsync(rows, Body(rows, operation), (salesforce, body, stop) => operation switch
        {
            Operation.Insert => salesforce.InsertAsync(version, body, stop),
            Operation.Update => salesforce.UpdateAsync(version, body, stop),
            Operation.Remove => salesforce.DeleteAsync(version, string.Join(',', Enumerable.Range(0, rows.Count).Select(rows.Identifiers[0].Text)), body, stop),
            _ => salesforce.UpsertAsync(version, type, key, body, stop),
        }, answer => SalesforceAnswers.Collection(rows, answer, org.Api.Redactor), token), cancellationToken);
    }

    private ColumnarContent Body(ChangeBatch batch, Operation operation) => operation is Operation.Remove
        ? ColumnarContent.Nothing()
        : ColumnarContent.Json(writer =>
        {
            writer.WriteStartObject();
            writer.WriteBoolean("allOrNone", false);
            writer.WriteStartArray("records");
            for (var row = 0; row < batch.Count; row++)
                WriteRecord(writer, batch, row);
            writer.WriteEndArray();
            writer.WriteEndObject();
        });

    private void WriteRecord(Utf8JsonWriter writer, ChangeBatch batch, int row)
    {
        writer.WriteStartObject();
        writer.WriteStartObject("attributes");
        writer.WriteString("type", type);
        writer.WriteEndObject();
        foreach (var field in batch.Fields)
        {
            if (field.IsLeftOut(row))
                continue;
            // Account.Customer_Id__c is another record, found by a field of its own.
            var dot = field.Name.IndexOf('.', StringComparison.Ordinal);
            if (dot > 0)
                writer.WriteStartObject(field.Name.AsSpan(0, dot));
            writer.WritePropertyName(field.Name.AsSpan(dot + 1));
            field.WriteValue(writer, row);
            if (dot > 0)
                writer.WriteEndObject();
        }

        writer.WriteEndObject();
    }
}
