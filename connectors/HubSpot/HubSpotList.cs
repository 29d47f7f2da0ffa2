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

    public HubSpotList(HubSpotObject @object, DestinationRequest request, VendorApi<IHubSpotApi> api)
        : base(Describe(@object), request, api)
    {
        _object = @object;
        _ids = new RecordIds(request.Memory, $"{@object.Type}/{@object.IdProperty}", HubSpotRecords.BatchRows,
            (values, token) => HubSpotRecords.LookAsync(api, @object, values, token));
        _list = new NamedObject(request.Memory, "list", @object.List!, FindAsync, @object.Create ? MakeAsync : null);
    }

    private string TypeId => _object.Type switch
    {
        "contacts" => "0-1",
        "companies" => "0-2",
        "deals" => "0-3",
        "tickets" => "0-5",
        var other => other,
    };

    public static ObjectSpec Describe(HubSpotObject @object) => new()
    {
        Name = "list",
        Summary = $"Members of a static list of {@object.Type}, known by {@object.IdProperty}. They must be in HubSpot already.",
        Example = "{ list: VIP, create: true }",
        Modes = [SyncMode.Upsert, SyncMode.Mirror, SyncMode.Delete],
        Fields = [HubSpotFields.Identifying(@object)],
        MaxBatchRows = BatchRows,
        UnsafeToRepeat = [],
    };

    /// <inheritdoc/>
    protected override async ValueTask LookAsync(CancellationToken cancellationToken) => await _list.LookAsync(cancellationToken);

    /// <inheritdoc/>
    protected override async ValueTask<DeliveryReport> SendAsync(ChangeBatch batch, CancellationToken cancellationToken)
    {
        var values = HubSpotFields.IdsOf(batch, _object.IdProperty);
        var list = await _list.IdAsync(cancellationToken);
        var ids = await _ids.FindAsync(values.OfType<string>(), cancellationToken);
        if (ids.Count == 0)
            return Report(batch, values, ids, []);
        var body = ColumnarContent.Json(writer =>
        {
            writer.WriteStartArray();
            foreach (var id in ids.Values.Distinct())
                writer.WriteStringValue(id);
            writer.WriteEndArray();
        });
        var missing = new List<string>();
        var action = batch.Operation is Operation.Remove ? "remove" : "add";
        var report = await Api.SendAsync(batch, body, (hubspot, content, token) => hubspot.ChangeMembersAsync(list, action, content, token), answer =>
        {
            missing.AddRange(answer.Json()?.Items("recordIdsMissing").Select(id => id.ToString()) ?? []);
            return Report(batch, values, ids, missing);
        }, cancellationToken);
        if (missing.Count > 0)
            await _ids.ForgetAsync(ids.Where(pair => missing.Contains(pair.Value)).Select(pair => pair.Key));
        return report;
    }

    private DeliveryReport Report(ChangeBatch batch, string?[] values, IReadOnlyDictionary<string, string> ids, List<string> missing)
    {
        var report = DeliveryReport.For(batch);
        for (var row = 0; row < batch.Count; row++)
            report.Set(row, Outcome(batch.Operation, values[row], ids, missing));
        return report.Build();
    }

    private RowOutcome Outcome(Operation operation, string? value, IReadOnlyDictionary<string, string> ids, List<string> missing)
    {
        var id = value is null ? null : ids.GetValueOrDefault(value);
        var isKnown = id is not null && !missing.Contains(id);
        if (isKnown || operation is Operation.Remove)
            return RowOutcome.Accepted;
        // An id that was remembered and is gone is looked up anew.
        return id is not null
            ? RowOutcome.Retry("record_missing", $"HubSpot no longer has the record {id}")
            : RowOutcome.Rejected("no_record", $"HubSpot has no record of {_object.Type} with this {_object.IdProperty}; sync it there first");
    }

    private async ValueTask<string?> FindAsync(CancellationToken cancellationToken)
    {
        var answer = await Api.TryAskAsync((hubspot, token) => hubspot.FindListAsync(TypeId, _object.List!, token), cancellationToken);
        if ((int)answer.Status == 404)
            return null;
        var list = Api.Taken(answer).Json()?.Get("list");
        return list?.Text("processingType") is not "DYNAMIC"
            ? list?.Text("listId")
            : throw new DestinationException($"the list \"{_object.List}\" is an active list, whose members HubSpot chooses itself; name a static one") { IsUnreachable = false };
    }

    private async ValueTask<string> MakeAsync(CancellationToken cancellationToken)
    {
        using var body = ColumnarContent.Json(writer =>
        {
            writer.WriteStartObject();
            writer.WriteString("name", _object.List);
            writer.WriteString("objectTypeId", TypeId);
            writer.WriteString("processingType", "MANUAL");
            writer.WriteEndObject();
        });
        var answer = await Api.AskAsync((hubspot, token) => hubspot.CreateListAsync(body, token), cancellationToken);
        return answer.Json()?.Text("list", "listId") ?? throw new DestinationException("HubSpot made the list and gave no id for it; run the sync again");
    }
}
