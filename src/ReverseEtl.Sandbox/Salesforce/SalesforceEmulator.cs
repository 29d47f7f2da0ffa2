using ReverseEtl.Sandbox.Salesforce.Bulk;
using ReverseEtl.Sandbox.Vendors;
using ReverseEtl.Sandbox.Vendors.OAuth;

namespace ReverseEtl.Sandbox.Salesforce;

/// <summary>A Salesforce org: collections of records, queries, and the Bulk API 2.0. Its login is at the same address.</summary>
internal sealed class SalesforceEmulator : IVendorEmulator
{
    private const string Data = "services/data/{version}";
    private const string Jobs = $"{Data}/jobs/ingest";

    public string Type => "salesforce";

    public IVendorDialect Dialect { get; } = new SalesforceDialect();

    public IReadOnlyList<VendorRoute> Routes { get; } =
    [
        new("POST", "services/oauth2/token", SalesforceToken.Issue) { IsOpen = true, Dialect = new OAuthDialect() },
        new("GET", "services/data", Discovery.Versions) { IsOpen = true },
        new("GET", $"{Data}/limits", Discovery.Limits),
        new("GET", $"{Data}/sobjects/{{sobject}}/describe", Discovery.Describe),
        new("GET", $"{Data}/query", Soql.Query),
        new("GET", $"{Data}/query/{{locator}}", Soql.More),
        new("PATCH", $"{Data}/composite/sobjects/{{sobject}}/{{field}}", Collections.Upsert) { Rows = VendorRoute.RowsIn("records") },
        new("POST", $"{Data}/composite/sobjects", Collections.Insert) { Rows = VendorRoute.RowsIn("records") },
        new("PATCH", $"{Data}/composite/sobjects", Collections.Update) { Rows = VendorRoute.RowsIn("records") },
        new("DELETE", $"{Data}/composite/sobjects", Collections.Delete) { Rows = Collections.DeletedIds },
        new("POST", Jobs, BulkIngest.Create),
        new("GET", $"{Jobs}/{{job}}", BulkIngest.Get),
        new("PATCH", $"{Jobs}/{{job}}", BulkIngest.Close),
        new("DELETE", $"{Jobs}/{{job}}", BulkIngest.Delete),
        new("PUT", $"{Jobs}/{{job}}/batches", BulkIngest.Upload) { Rows = BulkIngest.Rows },
        new("GET", $"{Jobs}/{{job}}/successfulResults", BulkIngest.Successful),
        new("GET", $"{Jobs}/{{job}}/failedResults", BulkIngest.Failed),
        new("GET", $"{Jobs}/{{job}}/unprocessedrecords", BulkIngest.Unprocessed),
    ];

    public VendorAnswer? Authenticate(VendorCall call) => AccessTokens.IsGood(call, SalesforceToken.Prefix) ? null : Dialect.Unauthorized();

    public VendorAnswer Finish(VendorAnswer answer, Account account) =>
        answer.Headers.Any(header => header.Key == SalesforceDialect.LimitHeader)
            ? answer
            : answer.With(SalesforceDialect.LimitHeader, $"api-usage={account.Requests}/{Discovery.DailyRequests}");

    public IEnumerable<Holding> Holdings(Account account)
    {
        foreach (var table in account.Names(SObject.TablePrefix))
        {
            var name = table[SObject.TablePrefix.Length..];
            yield return new Holding("object", name, name, [.. account.Table(table).Records.Select(record => Shown(record.Key, record.Value))]);
        }

        var campaigns = account.Table($"{SObject.TablePrefix}Campaign");
        var contacts = account.Table($"{SObject.TablePrefix}Contact");
        var leads = account.Table($"{SObject.TablePrefix}Lead");
        foreach (var campaign in account.Table($"{SObject.TablePrefix}CampaignMember").Records.Values.GroupBy(member => member["CampaignId"]!))
        {
            yield return new Holding("campaign", campaign.Key, campaigns.Get(campaign.Key)?["Name"] ?? campaign.Key,
                [.. campaign.Select(member => member.GetValueOrDefault("ContactId") ?? member.GetValueOrDefault("LeadId") ?? "")
                    .Select(id => Shown(id, contacts.Get(id) ?? leads.Get(id) ?? Record.Empty))]);
        }
    }

    private static Dictionary<string, string?> Shown(string id, IReadOnlyDictionary<string, string?> record) =>
        record.Where(field => field.Key != "key").Prepend(new("Id", id)).ToDictionary();
}
