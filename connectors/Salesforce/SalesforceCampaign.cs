using System.Text;
using ReverseEtl.Core.Delivery;
using ReverseEtl.Core.Delivery.Objects;
using ReverseEtl.Http.Requests;
using ReverseEtl.Http.Vendors;

namespace ReverseEtl.Connectors.Salesforce;

/// <summary>Members of a campaign: contacts or leads that are in Salesforce already, looked up by the id field.</summary>
internal sealed class SalesforceCampaign : ApiDestination<ISalesforceApi>
{
    private const string Members = "CampaignMember";

    private readonly SalesforceObject _object;
    private readonly SalesforceOrg _org;
    private readonly NamedObject _campaign;
    private readonly RecordIds _people;
    private readonly SalesforceWriter _writer;
    private readonly string _person;

    public SalesforceCampaign(SalesforceObject @object, SalesforceOrg org, DestinationRequest request, VendorApi<ISalesforceApi> api)
        : base(Describe(@object), request, api)
    {
        (_object, _org, _person) = (@object, org, $"{@object.Type}Id");
        _campaign = new NamedObject(request.Memory, "campaign", @object.Campaign!, FindAsync, null);
        (_people, _writer) = (org.IdsOf(@object.Type, @object.Id), new SalesforceWriter(org, request, Members));
    }

    public static ObjectSpec Describe(SalesforceObject @object) => new()
    {
        Name = "campaign",
        Summary = $"Members of a campaign, {@object.Type}s known by {@object.Id}. They must be in Salesforce already.",
        Example = "{ campaign: \"Spring sale\", type: Contact, id: Email, status: Sent }",
        Modes = [SyncMode.Mirror, SyncMode.Upsert, SyncMode.Delete],
        Fields = [new FieldSpec(@object.Id, "What rows are known by.") { Required = true, Identifies = true }],
        OneOf = [@object.Id],
        MaxBatchRows = SalesforceWriter.MostRows,
        Concurrency = 2,
        LookUps = SalesforceWriter.MostRows / SalesforceOrg.ValuesPerQuery,
        // People, then their memberships.
        RemovalLookUps = 2 * SalesforceWriter.MostRows / SalesforceOrg.ValuesPerQuery,
        UnsafeToRepeat = [],
    };

    /// <inheritdoc/>
    protected override ValueTask LookAsync(CancellationToken cancellationToken) => _campaign.CheckAsync(async (id, token) =>
        (await _org.QueryAsync($"SELECT Id FROM Campaign WHERE Id = {SalesforceOrg.Quote(id)}", token)).Count > 0, cancellationToken);

    /// <inheritdoc/>
    protected override async ValueTask<DeliveryReport> SendAsync(ChangeBatch batch, CancellationToken cancellationToken)
    {
        var campaign = await _campaign.IdAsync(cancellationToken);
        var members = _org.IdsOf(Members, _person, $" AND CampaignId = {SalesforceOrg.Quote(campaign)}");
        return await _people.DeliverAsync(batch, _person, people => batch.Operation is not Operation.Remove
            ? AddAsync(people, campaign, cancellationToken)
            : members.DeliverAsync(people, "Id", rows => _writer.SendAsync(rows, Operation.Remove, "Id", cancellationToken),
                outcome => outcome.IsAccepted || SalesforceAnswers.IsGone(outcome), cancellationToken), SalesforceAnswers.IsGone, cancellationToken);
    }

    private async ValueTask<DeliveryReport> AddAsync(ChangeBatch people, string campaign, CancellationToken cancellationToken)
    {
        using var campaigns = Same("CampaignId", campaign, people.Count);
        using var statuses = Same("Status", _object.Status, people.Count);
        FieldColumn[] fields = _object.Status is null ? [campaigns, people.Fields[0]] : [campaigns, people.Fields[0], statuses];
        var sent = await _writer.SendAsync(people.With(fields, []), Operation.Insert, _person, cancellationToken);
        if (sent.IsWholeBatch)
            return sent;
        var report = DeliveryReport.For(people);
        for (var row = 0; row < people.Count; row++)
            // Who is a member already is one.
            report.Set(row, sent[row].Code == SalesforceAnswers.Duplicate ? RowOutcome.Accepted : sent[row]);
        return report.Build();
    }

    private static FieldColumn Same(string name, string? value, int count) =>
        FieldColumn.Constant(name, FieldType.Text, Encoding.UTF8.GetBytes(value ?? ""), 0, value is null, count);

    private async ValueTask<string?> FindAsync(CancellationToken cancellationToken)
    {
        var name = SalesforceOrg.Quote(_object.Campaign!);
        var isId = _object.Campaign is { Length: 15 or 18 } id && id.StartsWith("701", StringComparison.Ordinal) && id.All(char.IsAsciiLetterOrDigit);
        var found = await _org.QueryAsync($"SELECT Id FROM Campaign WHERE {(isId ? "Id" : "Name")} = {name} LIMIT 2", cancellationToken);
        return found.Count > 1
            ? throw new DestinationException($"there are several campaigns named \"{_object.Campaign}\": give the id of one") { IsUnreachable = false }
            : found.FirstOrDefault().Text("Id");
    }
}
