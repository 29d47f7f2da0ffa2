using ReverseEtl.Core.Delivery;
using ReverseEtl.Core.Delivery.Objects;
using ReverseEtl.Http.Requests;
using ReverseEtl.Http.Vendors;

namespace ReverseEtl.Connectors.Intercom;

/// <summary>Companies, known by the id that they have in one's own system. Intercom shows those with contacts only.</summary>
internal sealed class IntercomCompanies(DestinationRequest request, VendorApi<IIntercomApi> api) : IntercomRows(Describe(), request, api)
{
    private const string Id = "company_id";

    private readonly RecordIds _ids = new(request.Memory, "companies", Id, 1, async (values, cancellationToken) =>
    {
        var answer = await api.TryAskAsync((intercom, token) => intercom.FindCompanyAsync(values[0], token), cancellationToken);
        if ((int)answer.Status == 404 || api.Taken(answer).Json() is not { } body)
            return new Dictionary<string, string>();
        var found = body.Items("data").Append(body).FirstOrDefault(company => company.Text(Id) == values[0]);
        return found.Text("id") is { } id ? new Dictionary<string, string> { [values[0]] = id } : [];
    });

    public static ObjectSpec Describe() => new()
    {
        Name = "companies",
        Summary = $"Companies, known by {Id}. What is not mapped stays; NULL clears text.",
        Example = "{ type: companies }",
        Modes = [SyncMode.Upsert, SyncMode.Mirror, SyncMode.Delete],
        Removals = [Removal.Delete],
        Fields =
        [
            new(Id, "The id of the company in your own system.") { Rule = TypeRule.Text, Identifies = true, Aliases = ["id", "account_id"] },
            new("name", "Name.") { Rule = TypeRule.Text },
            new("plan", "The plan that the company is on.") { Rule = TypeRule.Text },
            new("size", "Employees.") { Rule = TypeRule.Integer, Aliases = ["employees"] },
            new("website", "Address of its site.") { Rule = TypeRule.Text, Aliases = ["domain"] },
            new("industry", "Industry.") { Rule = TypeRule.Text },
            new("remote_created_at", "When the company came.") { Rule = TypeRule.UnixSeconds, Aliases = ["created_at"] },
            new("monthly_spend", "What it brings in a month, in whole units.") { Rule = TypeRule.Integer, Aliases = ["mrr"] },
        ],
        OtherFields = true,
        OneOf = [Id],
        MaxBatchRows = BatchRows,
        Concurrency = Batches,
        LookUps = BatchRows,
        UnsafeToRepeat = [],
        PartialUpdates = true,
        ChangedFields = ChangedFields.OnRequest,
    };

    /// <inheritdoc/>
    protected override ValueTask<DeliveryReport> SendAsync(ChangeBatch batch, CancellationToken cancellationToken) => batch.Operation is Operation.Remove
        ? RemoveAsync(batch, _ids, (intercom, id, nothing, token) => intercom.DeleteAsync("companies", id, nothing, token), cancellationToken)
        : BatchChunks.SendAsync(batch, 1, (row, token) => Api.SendAsync(row, Body(row, Describe(), _ => false),
            (intercom, body, stop) => intercom.SetCompanyAsync(body, stop), _ => DeliveryReport.All(row, RowOutcome.Accepted), token), cancellationToken);
}
