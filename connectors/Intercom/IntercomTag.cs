using System.Text;
using ReverseEtl.Core.Delivery;
using ReverseEtl.Core.Delivery.Objects;
using ReverseEtl.Http.Requests;
using ReverseEtl.Http.Vendors;

namespace ReverseEtl.Connectors.Intercom;

/// <summary>The contacts that have a tag. They must be in Intercom already.</summary>
internal sealed class IntercomTag : IntercomRows
{
    private readonly string _name;
    private readonly RecordIds _ids;
    private readonly NamedObject _tag;

    public IntercomTag(string name, IntercomObject @object, DestinationRequest request, VendorApi<IIntercomApi> api)
        : base(Describe(@object), request, api)
    {
        _name = name;
        _ids = IntercomContacts.IdsOf(@object, request, api);
        _tag = new NamedObject(request.Memory, "tag", name, FindAsync, @object.Create ? MakeAsync : null);
    }

    public static ObjectSpec Describe(IntercomObject @object) => new()
    {
        Name = "tag",
        Summary = $"Contacts with a tag, known by {@object.IdField}. They must be in Intercom already.",
        Example = "{ tag: VIP, create: true }",
        Modes = [SyncMode.Mirror, SyncMode.Upsert, SyncMode.Delete],
        Fields = [IntercomContacts.IdField(@object)],
        OneOf = [@object.IdField],
        MaxBatchRows = BatchRows,
        Concurrency = Batches,
        LookUps = BatchRows,
        UnsafeToRepeat = [],
    };

    /// <inheritdoc/>
    protected override ValueTask LookAsync(CancellationToken cancellationToken) =>
        _tag.CheckAsync(async (id, token) => await FindAsync(token) == id, cancellationToken);

    /// <inheritdoc/>
    protected override async ValueTask<DeliveryReport> SendAsync(ChangeBatch batch, CancellationToken cancellationToken)
    {
        var tag = await _tag.IdAsync(cancellationToken);
        if (batch.Operation is Operation.Remove)
            return await RemoveAsync(batch, _ids, (intercom, id, nothing, token) => intercom.UntagAsync(id, tag, nothing, token), cancellationToken);
        return await _ids.DeliverEachAsync(batch, (row, id, token) => Api.SendAsync(
            row, ColumnarContent.Json(new { Id = tag }), (intercom, body, stop) => intercom.TagAsync(id, body, stop),
            // Without "User", it is the tag that is not there.
            answer => (int)answer.Status == 404 && Encoding.UTF8.GetString(answer.Body.Span).Contains("User", StringComparison.Ordinal) ? DeliveryReport.All(row, RecordIds.Gone) : null,
            _ => DeliveryReport.All(row, RowOutcome.Accepted), token), cancellationToken);
    }

    private async ValueTask<string?> FindAsync(CancellationToken cancellationToken)
    {
        var answer = await Api.AskAsync((intercom, token) => intercom.ListTagsAsync(token), cancellationToken);
        return answer.Json()?.Items("data").FirstOrDefault(tag => string.Equals(tag.Text("name"), _name, StringComparison.OrdinalIgnoreCase)).Text("id");
    }

    private async ValueTask<string> MakeAsync(CancellationToken cancellationToken)
    {
        var answer = await Api.AskAsync(new { Name = _name }, (intercom, body, token) => intercom.CreateTagAsync(body, token), cancellationToken);
        return answer.Json()?.Text("id") ?? throw new DestinationException("Intercom made the tag and gave no id for it; run the sync again");
    }
}
