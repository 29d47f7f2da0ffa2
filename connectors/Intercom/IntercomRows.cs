using System.Text.Json;
using ReverseEtl.Core.Delivery;
using ReverseEtl.Core.Delivery.Objects;
using ReverseEtl.Http.Requests;
using ReverseEtl.Http.Vendors;

namespace ReverseEtl.Connectors.Intercom;

/// <summary>
/// What all objects have in common: Intercom takes one record to a request. A batch has more rows all the same, as their ids are looked
/// up together.
/// </summary>
internal abstract class IntercomRows(ObjectSpec spec, DestinationRequest request, VendorApi<IIntercomApi> api) : ApiDestination<IIntercomApi>(spec, request, api)
{
    /// <summary>Rows of a batch: as many as one look-up asks for.</summary>
    public const int BatchRows = 50;

    /// <summary>Batches in flight, each with a request at a time.</summary>
    public const int Batches = 8;

    /// <inheritdoc/>
    protected override async ValueTask LookAsync(CancellationToken cancellationToken) => await Api.AskAsync((intercom, token) => intercom.MeAsync(token), cancellationToken);

    /// <summary>Removes rows whose records are known; one that is not there is removed.</summary>
    protected ValueTask<DeliveryReport> RemoveAsync(ChangeBatch batch, RecordIds ids,
        Func<IIntercomApi, string, HttpContent, CancellationToken, Task<HttpResponseMessage>> remove, CancellationToken cancellationToken) =>
        ids.DeliverEachAsync(batch, (row, id, token) => Api.SendAsync(
            row, ColumnarContent.Of("application/json", _ => { }), (intercom, nothing, stop) => remove(intercom, id, nothing, stop),
            answer => (int)answer.Status == 404 ? DeliveryReport.All(row, RecordIds.Gone) : null, _ => DeliveryReport.All(row, RowOutcome.Accepted), token), cancellationToken);

    /// <summary>Writes a row's fields: Intercom's own, and any others as custom attributes.</summary>
    /// <param name="row">A batch of one row.</param>
    /// <param name="spec">The object.</param>
    /// <param name="nulls">True for a field that Intercom takes null for; others are cleared with an empty text.</param>
    /// <param name="role">What a contact shall be; null where that is not to be said.</param>
    protected static ColumnarContent Body(ChangeBatch row, ObjectSpec spec, Func<string, bool> nulls, string? role = null) => ColumnarContent.Json(writer =>
    {
        writer.WriteStartObject();
        if (role is not null)
            writer.WriteString("role", role);
        var fields = row.Fields.Where(field => !field.IsLeftOut(0)).ToLookup(field => spec.Field(field.Name) is not null);
        foreach (var field in fields[true])
            Write(writer, field, nulls);
        if (fields[false].Any())
        {
            writer.WriteStartObject("custom_attributes");
            foreach (var field in fields[false])
                Write(writer, field, nulls);
            writer.WriteEndObject();
        }

        writer.WriteEndObject();
    });

    private static void Write(Utf8JsonWriter writer, FieldColumn field, Func<string, bool> nulls)
    {
        if (!field.IsNull(0) || nulls(field.Name))
        {
            writer.WritePropertyName(field.Name);
            field.WriteValue(writer, 0);
        }
        else if (field.Type is FieldType.Text)
        {
            writer.WriteString(field.Name, "");
        }
    }
}
