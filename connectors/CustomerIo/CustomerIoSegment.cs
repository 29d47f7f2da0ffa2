using ReverseEtl.Core.Delivery;
using ReverseEtl.Core.Delivery.Objects;
using ReverseEtl.Http.Requests;
using ReverseEtl.Http.Vendors;

namespace ReverseEtl.Connectors.CustomerIo;

/// <summary>Members of a manual segment. Ids of nobody are passed over in silence, so that no row is known to be in.</summary>
internal sealed class CustomerIoSegment(int segment, CustomerIoObject @object, DestinationRequest request, VendorApi<ICustomerIoApi> api)
    : ApiDestination<ICustomerIoApi>(Describe(@object), request, api)
{
    public static ObjectSpec Describe(CustomerIoObject @object) => new()
    {
        Name = "segment",
        Summary = $"Members of a manual segment, known by {@object.IdField}. Customer.io passes over those it does not know, without saying so.",
        Example = "{ segment: 7, id: email }",
        Modes = [SyncMode.Mirror, SyncMode.Upsert, SyncMode.Delete],
        Fields = [CustomerIoItems.IdField(@object)],
        OneOf = [@object.IdField],
        MaxBatchRows = 1000,
        Concurrency = 2,
        UnsafeToRepeat = [],
        Reports = Reporting.Counts,
    };

    /// <inheritdoc/>
    protected override async ValueTask LookAsync(CancellationToken cancellationToken) =>
        await Api.AskAsync((customerIo, token) => customerIo.RegionAsync(token), cancellationToken);

    /// <inheritdoc/>
    protected override ValueTask<DeliveryReport> SendAsync(ChangeBatch batch, CancellationToken cancellationToken)
    {
        var isRemoval = batch.Operation is Operation.Remove;
        var ids = (isRemoval ? batch.Identifiers : batch.Fields).First(column => column.Name == @object.IdField);
        var body = ColumnarContent.Json(new { Ids = Enumerable.Range(0, batch.Count).Select(ids.Text) });
        return Api.SendAsync(batch, body, (customerIo, content, token) => customerIo.ChangeMembersAsync(segment, isRemoval ? "remove" : "add", ids.Name, content, token),
            _ => DeliveryReport.All(batch, RowOutcome.AcceptedUnattributed), cancellationToken);
    }
}
