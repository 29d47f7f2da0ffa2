using ReverseEtl.Sandbox.Vendors;

namespace ReverseEtl.Sandbox.Salesforce;

/// <summary>What the org has: versions, limits, objects.</summary>
internal static class Discovery
{
    public const long DailyRequests = 100_000;

    private static readonly string[] Numbers = ["65.0", "66.0", "67.0"];

    public static VendorAnswer Versions(VendorCall call) =>
        VendorAnswer.Json(200, Numbers.Select(version => new { label = $"API {version}", url = $"/services/data/v{version}", version }));

    public static VendorAnswer Limits(VendorCall call) => VendorAnswer.Json(200, new
    {
        DailyApiRequests = new { Max = DailyRequests, Remaining = DailyRequests - call.Account.Requests },
        DailyBulkV2QueryJobs = new { Max = 10_000, Remaining = 10_000 },
    });

    public static VendorAnswer Describe(VendorCall call)
    {
        if (SObject.Find(call.Part("sobject")) is not { } type)
            return new SalesforceDialect().Missing();
        var seen = call.Account.Table(type.Table).Records.Values.SelectMany(record => record.Keys).Where(name => name != "key");
        var fields = type.Fields.Union(seen).Select(name => new
        {
            name,
            label = name,
            type = name == "Id" ? "id" : name == "Email" ? "email" : "string",
            createable = name is not ("Id" or "CreatedDate" or "LastModifiedDate"),
            updateable = name is not ("Id" or "CreatedDate" or "LastModifiedDate"),
            nillable = !type.Required.Contains(name),
            externalId = name.EndsWith("__c", StringComparison.Ordinal),
            idLookup = type.IsExternalId(name),
            custom = name.EndsWith("__c", StringComparison.Ordinal),
        });
        return VendorAnswer.Json(200, new { name = type.Name, keyPrefix = type.Prefix, createable = true, updateable = true, deletable = true, fields });
    }
}
