using ReverseEtl.Core.Delivery;
using ReverseEtl.Http.Requests;
using ReverseEtl.Http.Vendors;

namespace ReverseEtl.Connectors.Intercom;

/// <summary>Companies, known by the id that they have in one's own system. Intercom shows those with contacts only.</summary>
internal sealed class IntercomCompanies(IntercomObject @object, DestinationRequest request, VendorApi<IIntercomApi> api)
    : IntercomRows(IntercomSpecs.Of(@object), request, api)
{
    private readonly RecordIds _ids = new(request.Memory, "companies", @object.IdField, 1, async (values, cancellationToken) =>
    {
        var answer = await api.TryAskAsync((intercom, token) => intercom.FindCompanyAsync(values[0], token), cancellationToken);
        if ((int)answer.Status == 404 || api.Taken(answer).Json() is not { } body)
            return new Dictionary<string, string>();
        return RecordIds.Match(values, body.Items("data").Append(body).Select(company => (company.Text(@object.IdField), company.Text("id"))), StringComparer.Ordinal);
    });

    /// <inheritdoc/>
    protected override ValueTask<DeliveryReport> SendAsync(ChangeBatch batch, CancellationToken cancellationToken) => batch.Operation is Operation.Remove
        ? RemoveAsync(batch, _ids, (intercom, id, nothing, token) => intercom.DeleteAsync("companies", id, nothing, token), cancellationToken)
        : BatchChunks.SendAsync(batch, 1, (row, token) => Api.SendAsync(row, Body(row),
            (intercom, body, stop) => intercom.SetCompanyAsync(body, stop), _ => DeliveryReport.All(row, RowOutcome.Accepted), token), cancellationToken);
}
