namespace ReverseEtl.Sandbox.Salesforce;

/// <summary>A type of object. An org has the standard ones below, and every custom one that is asked for.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Prefix">What ids begin with.</param>
/// <param name="Required">Fields that a new record must have.</param>
/// <param name="Standard">More fields that it has.</param>
internal sealed record SObject(string Name, string Prefix, string[] Required, string[] Standard)
{
    public const string TablePrefix = "object/";

    private static readonly SObject[] Known =
    [
        new("Account", "001", ["Name"], ["Phone", "Website", "Industry", "BillingCity", "BillingCountry", "Description"]),
        new("Contact", "003", ["LastName"], ["FirstName", "Email", "Phone", "MobilePhone", "AccountId", "MailingCity", "MailingCountry", "Birthdate", "Description", "HasOptedOutOfEmail"]),
        new("Lead", "00Q", ["LastName", "Company"], ["FirstName", "Email", "Phone", "City", "Country", "Status", "Description", "HasOptedOutOfEmail"]),
        new("Opportunity", "006", ["Name", "StageName", "CloseDate"], ["Amount", "AccountId"]),
        new("Campaign", "701", ["Name"], ["IsActive", "Status", "Type", "Description"]),
        new("CampaignMember", "00v", ["CampaignId"], ["ContactId", "LeadId", "Status"]),
    ];

    private static readonly string[] OfAll = ["Id", "CreatedDate", "LastModifiedDate"];

    /// <summary>Custom fields that every object has before anything was written, the first two to find records by.</summary>
    private static readonly string[] Custom = ["External_Id__c", "Customer_Id__c", "Segment__c", "Score__c"];

    public string Table => TablePrefix + Name;

    public bool IsMember => Name == "CampaignMember";

    public IEnumerable<string> Fields => [.. OfAll, .. Required, .. Standard, .. Custom];

    /// <summary>Null for a type that the org does not have.</summary>
    public static SObject? Find(string? name) =>
        Array.Find(Known, known => known.Name.Equals(name, StringComparison.OrdinalIgnoreCase))
        ?? (name is not null && IsCustom(name) ? new SObject(name, "a00", [], ["Name"]) : null);

    /// <summary>Standard fields and custom ones, but for those whose name begins with <c>unknown</c>.</summary>
    public bool HasField(string field) => Fields.Contains(field) || IsCustom(field);

    /// <summary>Whether records can be found by a field.</summary>
    public bool IsExternalId(string field) => field is "Id" || (field is "Email" && Standard.Contains("Email")) || IsCustom(field);

    private static bool IsCustom(string name) =>
        name.EndsWith("__c", StringComparison.Ordinal) && !name.StartsWith("unknown", StringComparison.OrdinalIgnoreCase);
}
