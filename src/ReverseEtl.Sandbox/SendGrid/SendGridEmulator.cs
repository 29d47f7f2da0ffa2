using ReverseEtl.Sandbox.Vendors;

namespace ReverseEtl.Sandbox.SendGrid;

/// <summary>SendGrid's Marketing Campaigns: contacts by jobs, custom fields, lists. Any key is good unless it begins with <c>bad</c>.</summary>
internal sealed class SendGridEmulator : IVendorEmulator
{
    private const string Marketing = "v3/marketing";
    private const string Contacts = $"{Marketing}/contacts";
    private const string Lists = $"{Marketing}/lists";
    private const string Limit = "600";

    public string Type => "sendgrid";

    public IVendorDialect Dialect { get; } = new SendGridDialect();

    public IReadOnlyList<VendorRoute> Routes { get; } =
    [
        new("PUT", Contacts, Json(ContactImport.Upsert)) { Rows = VendorRoute.RowsIn("contacts") },
        new("DELETE", Contacts, ContactImport.Delete) { Rows = ContactImport.RowsOfIds("ids") },
        new("GET", $"{Contacts}/count", ContactSearch.Count),
        new("GET", $"{Contacts}/imports/{{job}}", ImportJobs.Get),
        new("GET", $"{ImportJobs.ErrorFiles}/{{job}}", ImportJobs.Errors) { IsOpen = true },
        new("POST", $"{Contacts}/search/emails", Json(ContactSearch.ByEmails)),
        new("POST", $"{Contacts}/search/identifiers/{{kind}}", Json(ContactSearch.ByIdentifiers)),
        new("GET", $"{Marketing}/field_definitions", FieldDefinitions.List),
        new("POST", $"{Marketing}/field_definitions", Json(FieldDefinitions.Create)),
        new("GET", Lists, ContactLists.List),
        new("POST", Lists, Json(ContactLists.Create)),
        new("GET", $"{Lists}/{{list}}", ContactLists.Get),
        new("DELETE", $"{Lists}/{{list}}", ContactLists.Delete),
        new("GET", $"{Lists}/{{list}}/contacts/count", ContactLists.Count),
        new("DELETE", $"{Lists}/{{list}}/contacts", ContactLists.Remove) { Rows = ContactImport.RowsOfIds("contact_ids") },
    ];

    public VendorAnswer? Authenticate(VendorCall call) =>
        call.Bearer is { Length: > 0 } key && !key.StartsWith("bad", StringComparison.Ordinal) ? null : Dialect.Unauthorized();

    public VendorAnswer Finish(VendorAnswer answer, Account account)
    {
        if (answer.Headers.All(header => header.Key != SendGridDialect.Remaining))
            answer.With(SendGridDialect.Remaining, "599");
        return answer.With("X-RateLimit-Limit", Limit);
    }

    public IEnumerable<Holding> Holdings(Account account)
    {
        var contacts = account.Table(ContactStore.TableName);
        if (contacts.Count > 0)
            yield return new Holding("object", "contacts", "contacts", [.. contacts.Records.Select(contact => Shown(contact.Key, contact.Value))]);
        foreach (var (id, list) in account.Table(ContactLists.Table).Records)
            yield return new Holding("list", id, list["name"]!, [.. account.Table(ContactLists.MemberTable(id)).Records.Keys.Select(member => Shown(member, contacts.Get(member)!))]);
    }

    private static IReadOnlyDictionary<string, string?> Shown(string id, IReadOnlyDictionary<string, string?> contact) => Record.Of(("id", id)).With(contact);

    private static Func<VendorCall, VendorAnswer> Json(Func<VendorCall, VendorAnswer> handle) => call =>
        !call.IsOf("application/json") ? SendGridDialect.Error(415, "Content-Type should be application/json.")
        : call.Json is null ? SendGridDialect.Error(400, "invalid json")
        : handle(call);
}
