using ReverseEtl.Core.Delivery;
using ReverseEtl.Core.Delivery.Objects;
using ReverseEtl.Http.Requests;
using ReverseEtl.Http.Vendors;

namespace ReverseEtl.Connectors.Braze;

/// <summary>
/// Who is subscribed to a subscription group. A row that leaves is unsubscribed from that group and from nothing else. Ids of nobody are
/// passed over in silence, so that no row is known to be in.
/// </summary>
internal sealed class BrazeSubscription(string group, BrazeObject @object, DestinationRequest request, VendorApi<IBrazeApi> api)
    : ApiDestination<IBrazeApi>(Describe(@object), request, api)
{
    public static ObjectSpec Describe(BrazeObject @object) => new()
    {
        Name = "subscription group",
        Summary = $"Users, known by {@object.IdField}, who are subscribed to one subscription group; those who left are unsubscribed from it alone.",
        Example = "{ subscription: pto81cff-734f-80e5-b7b2-b880562888ww, channel: email }",
        Modes = [SyncMode.Mirror, SyncMode.Upsert, SyncMode.Delete],
        Fields = [BrazeTrack.IdField(@object)],
        OneOf = [@object.IdField],
        MaxBatchRows = 50,
        Concurrency = 2,
        UnsafeToRepeat = [],
        Reports = Reporting.Counts,
    };

    /// <inheritdoc/>
    protected override ValueTask LookAsync(CancellationToken cancellationToken) =>
        BrazeAccess.LookAsync(Api, (braze, body, token) => braze.SetSubscriptionsAsync(body, token), cancellationToken);

    /// <inheritdoc/>
    protected override ValueTask<DeliveryReport> SendAsync(ChangeBatch batch, CancellationToken cancellationToken)
    {
        var isRemoval = batch.Operation is Operation.Remove;
        var ids = (isRemoval ? batch.Identifiers : batch.Fields).First(column => column.Name == @object.IdField);
        var body = ColumnarContent.Json(new Dictionary<string, object>
        {
            ["subscription_group_id"] = group,
            ["subscription_state"] = isRemoval ? "unsubscribed" : "subscribed",
            [ids.Name] = Enumerable.Range(0, batch.Count).Select(ids.Text),
        });
        return Api.SendAsync(batch, body, (braze, content, token) => braze.SetSubscriptionsAsync(content, token),
            _ => DeliveryReport.All(batch, RowOutcome.AcceptedUnattributed), cancellationToken);
    }
}
