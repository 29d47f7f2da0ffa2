using ReverseEtl.Core.Delivery;
using ReverseEtl.Core.Delivery.Objects;
using ReverseEtl.Http.Auth;
using ReverseEtl.Http.Vendors;

namespace ReverseEtl.Connectors.Salesforce;

/// <summary>Salesforce: records of any object, and members of campaigns.</summary>
public sealed class SalesforceDestinationType()
    : DestinationType<SalesforceOptions, SalesforceObject>("salesforce", "Salesforce: contacts, leads, accounts, custom objects, members of campaigns.")
{
    /// <inheritdoc/>
    protected override IReadOnlyList<ObjectSpec> Offered { get; } =
    [
        SalesforceRecords.Describe(new SalesforceObject { Id = "External_Id__c" }),
        SalesforceRecords.Describe(new SalesforceObject { Type = "Account", Id = "External_Id__c" }),
        SalesforceCampaign.Describe(new SalesforceObject { Id = "Email" }),
    ];

    /// <inheritdoc/>
    protected override ObjectSpec Describe(SalesforceOptions? options, SalesforceObject @object) =>
        @object.Campaign is null ? SalesforceRecords.Describe(@object) : SalesforceCampaign.Describe(@object);

    /// <inheritdoc/>
    protected override IEnumerable<string> Check(SalesforceOptions options, SalesforceObject @object, DestinationRequest request)
    {
        if (@object.Id.Length == 0)
            yield return $"object.id is missing: name a field of {@object.Type} that finds records, such as an external id";
        if (@object.Campaign is not null && @object.Type is not ("Contact" or "Lead"))
            yield return $"members of a campaign are of type Contact or Lead, not {@object.Type}";
        if (@object.Status is not null && @object.Campaign is null)
            yield return "object.status is for members of a campaign; map the field Status for records";
        if (options.InstanceUrl is null && options.BaseUrl is null)
            yield return "instanceUrl is missing: the address of your org, such as https://shop.my.salesforce.com";
        if (options.ClientSecret is null && (options.PrivateKey is null || options.Username is null))
            yield return "credentials are missing: give clientSecret, or privateKey and username";
    }

    /// <inheritdoc/>
    protected override IDestination Open(SalesforceOptions options, SalesforceObject @object, DestinationRequest request)
    {
        var root = options.BaseUrl ?? options.InstanceUrl!;
        var api = new VendorApi<ISalesforceApi>(new VendorSettings { Root = root, Auth = Auth(options, root, request.Time), Errors = SalesforceAnswers.Errors, Timeout = TimeSpan.FromMinutes(2) }, request);
        var org = new SalesforceOrg(options, request, api);
        return @object.Campaign is null ? new SalesforceRecords(@object, org, request, api) : new SalesforceCampaign(@object, org, request, api);
    }

    private static TokenAuth Auth(SalesforceOptions options, Uri root, TimeProvider time)
    {
        var endpoint = new Uri($"{root.ToString().TrimEnd('/')}/services/oauth2/token");
        if (options.PrivateKey is not null)
            return JwtBearer.For(endpoint, options.PrivateKey, new Dictionary<string, string> { ["iss"] = options.ClientId, ["sub"] = options.Username!, ["aud"] = options.Audience }, time);
        return new TokenAuth(endpoint, () =>
            [new("grant_type", "client_credentials"), new("client_id", options.ClientId), new("client_secret", options.ClientSecret!.Reveal())], [options.ClientSecret!], time);
    }
}
