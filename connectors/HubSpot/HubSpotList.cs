using ReverseEtl.Core.Delivery;
using ReverseEtl.Core.Delivery.Objects;
using ReverseEtl.Http.Requests;
using ReverseEtl.Http.Vendors;

namespace ReverseEtl.Connectors.HubSpot;

/// <summary>Membership of a static list. Members are named by HubSpot's own ids, which are looked up by the id property.</summary>
internal sealed class HubSpotList : ApiDestination<IHubSpotApi>
{
    private const int BatchRows = 500;

    private readonly HubSpotObject _object;
    private readonly RecordIds _ids;
    private readonly NamedObject _list;
    private readonly string _typeId;

    public HubSpotList(HubSpotObject @object, DestinationRequest request, VendorApi<IHubSpotApi> api)
        : base(Describe(@object), request, api)
    {
        _object = @object;
        _typeId = @object.Type switch { "contacts" => "0-1", "companies" => "0-2", "deals" => "0-3", "tickets" => "0-5", var other => other };
        _ids = HubSpotRecords.IdsOf(@object, request, api);
        _list = new NamedObject(request.Memory, "list", @object.List!, FindAsync, @object.Create ? MakeAsync : null);
    }

    public static ObjectSpec Describe(HubSpotObject @object) => new()
    {
        Name = "list",
        Summary = $"Members of a static list of {@object.Type}, known by {@object.IdProperty}. They must be in HubSpot already.",
        Example = "{ list: VIP, create: true }",
        Modes = [SyncMode.Mirror, SyncMode.Upsert, SyncMode.Delete],
        Fields = [HubSpotFields.Of(@object)[0]],
        MaxBatchRows = BatchRows,
        LookUps = BatchRows / HubSpotRecords.BatchRows,
        UnsafeToRepeat = [],
    };

    /// <inheritdoc/>
    protected override NamedObject Named => _list;

    /// <inheritdoc/>
    protected override async ValueTask<DeliveryReport> SendAsync(ChangeBatch batch, CancellationToken cancellationToken)
    {
        var list = await _list.IdAsync(cancellationToken);
        var action = batch.Operation is Operation.Remove ? "remove" : "add";
        return await _ids.DeliverAsync(batch, (ids, gone) => Api.SendAsync(batch, ColumnarContent.Json(ids),
            (hubspot, body, token) => hubspot.ChangeMembersAsync(list, action, body, token), answer =>
            {
                foreach (var id in answer.Json()?.Items("recordIdsMissing") ?? [])
                    gone.Add(id.ToString());
                return DeliveryReport.All(batch, RowOutcome.Accepted);
            }, cancellationToken), cancellationToken);
    }

    private async ValueTask<string?> FindAsync(CancellationToken cancellationToken)
    {
        var answer = await Api.FindAsync((hubspot, token) => hubspot.FindListAsync(_typeId, _object.List!, token), cancellationToken);
        var list = answer?.Json()?.Get("list");
        return list?.Text("processingType") is not "DYNAMIC"
            ? list?.Text("listId")
            : throw new DestinationException($"the list \"{_object.List}\" is an active list, whose members HubSpot chooses itself; name a static one") { IsUnreachable = false };
    }

    private async ValueTask<string> MakeAsync(CancellationToken cancellationToken)
    {
        var list = new { Name = _object.List, ObjectTypeId = _typeId, ProcessingType = "MANUAL" };
        var answer = await Api.AskAsync(list, (hubspot, body, token) => hubspot.CreateListAsync(body, token), cancellationToken);
        return answer.Json()?.Text("list", "listId") ?? throw new DestinationException("HubSpot made the list and gave no id for it; run the sync again");
    }
}
