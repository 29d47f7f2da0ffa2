using System.Text.Json;
using ReverseEtl.Core.Delivery;
using ReverseEtl.Core.Delivery.Objects;
using ReverseEtl.Http.Requests;
using ReverseEtl.Http.Vendors;

namespace ReverseEtl.Connectors.Intercom;

/// <summary>What all objects have in common: Intercom takes one record to a request.</summary>
internal abstract class IntercomRows(ObjectSpec spec, DestinationRequest request, VendorApi<IIntercomApi> api) : ApiDestination<IIntercomApi>(spec, request, api)
{
    /// <inheritdoc/>
    protected override async ValueTask LookAsync(CancellationToken cancellationToken) => await Api.AskAsync((intercom, token) => intercom.MeAsync(token), cancellationToken);

    /// <summary>True for a field that Intercom takes null for; others are cleared with an empty text.</summary>
    protected virtual bool TakesNull(string name) => false;

    /// <summary>Removes rows whose records are known; one that is not there is removed.</summary>
    protected ValueTask<DeliveryReport> RemoveAsync(ChangeBatch batch, RecordIds ids,
        Func<IIntercomApi, string, HttpContent, CancellationToken, Task<HttpResponseMessage>> remove, CancellationToken cancellationToken) =>
        ids.DeliverEachAsync(batch, (row, id, token) => Api.SendAsync(
            row, ColumnarContent.Nothing(), (intercom, nothing, stop) => remove(intercom, id, nothing, stop), RecordIds.Gone, token), cancellationToken);

    /// <summary>Writes a row's fields: Intercom's own, and any others as custom attributes.</summary>
    /// <param name="row">A batch of one row.</param>
    /// <param name="role">What a contact shall be; null where that is not to be said.</param>
    protected ColumnarContent Body(ChangeBatch row, string? role = null) => ColumnarContent.Json(writer =>
    {
        writer.WriteStartObject();
        if (role is not null)
            writer.WriteString("role", role);
        OwnFields.Write(writer, row.Fields.Where(IsTold), Spec.Fields, "custom_attributes", Write);
        writer.WriteEndObject();
    });

    private bool IsTold(FieldColumn field) => !field.IsLeftOut(0) && (!field.IsNull(0) || field.Type is FieldType.Text || TakesNull(field.Name));

    private void Write(Utf8JsonWriter writer, FieldColumn field)
    {
        writer.WritePropertyName(field.Name);
        if (field.IsNull(0) && !TakesNull(field.Name))
            writer.WriteStringValue("");
        else
            field.WriteValue(writer, 0);
    }
}
