using System.Text;
using ReverseEtl.Core.Delivery;
using ReverseEtl.Http.Requests;
using ReverseEtl.Http.Vendors;

namespace ReverseEtl.Connectors.Intercom;

/// <summary>The contacts that have a tag. They must be in Intercom already.</summary>
internal sealed class IntercomTag(string name, IntercomObject @object, DestinationRequest request, VendorApi<IIntercomApi> api)
    : IntercomRows(IntercomSpecs.Of(@object), request, api)
{
    private readonly RecordIds _ids = IntercomContacts.IdsOf(@object, request, api);
    private readonly NamedObject _tag = new(request.Memory, "tag", name, token => FindAsync(name, api, token), @object.Create ? token => MakeAsync(name, api, token) : null);

    /// <inheritdoc/>
    protected override ValueTask LookAsync(CancellationToken cancellationToken) =>
        _tag.CheckAsync(async (id, token) => await FindAsync(name, Api, token) == id, cancellationToken);

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

    private static async ValueTask<string?> FindAsync(string name, VendorApi<IIntercomApi> api, CancellationToken cancellationToken)
    {
        var answer = await api.AskAsync((intercom, token) => intercom.ListTagsAsync(token), cancellationToken);
        return answer.Json()?.Items("data").FirstOrDefault(tag => string.Equals(tag.Text("name"), name, StringComparison.OrdinalIgnoreCase)).Text("id");
    }

    private static async ValueTask<string> MakeAsync(string name, VendorApi<IIntercomApi> api, CancellationToken cancellationToken)
    {
        var answer = await api.AskAsync(new { Name = name }, (intercom, body, token) => intercom.CreateTagAsync(body, token), cancellationToken);
        return answer.Json()?.Text("id") ?? throw new DestinationException("Intercom made the tag and gave no id for it; run the sync again");
    }
}
