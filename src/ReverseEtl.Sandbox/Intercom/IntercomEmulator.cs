using System.Text.Json;
using System.Text.RegularExpressions;
using ReverseEtl.Sandbox.Vendors;

namespace ReverseEtl.Sandbox.Intercom;

/// <summary>Intercom's contacts, companies and tags, version 2.16. Any token is good unless it begins with <c>bad</c>.</summary>
internal sealed partial class IntercomEmulator : IVendorEmulator
{
    private const string Contact = "contacts/{contact}";

    public string Type => "intercom";

    public IVendorDialect Dialect { get; } = new IntercomDialect();

    public IReadOnlyList<VendorRoute> Routes { get; } =
    [
        Row("POST", "contacts", Json(Contacts.Create)),
        Row("PUT", Contact, Json(Contacts.Update)),
        Row("DELETE", Contact, Contacts.Delete),
        Row("POST", $"{Contact}/archive", Contacts.Archive),
        Row("POST", $"{Contact}/unarchive", Contacts.Unarchive),
        Row("POST", $"{Contact}/tags", Json(Tags.Attach)),
        Row("DELETE", $"{Contact}/tags/{{tag}}", Tags.Detach),
        Row("POST", $"{Contact}/companies", Json(Memberships.Attach)),
        Row("DELETE", $"{Contact}/companies/{{company}}", Memberships.Detach),
        Row("POST", "companies", Json(Companies.Set)),
        Row("DELETE", "companies/{company}", Companies.Delete),
        new("GET", Contact, Contacts.Get),
        new("GET", "contacts/find_by_external_id/{external}", Contacts.GetByExternalId),
        new("GET", "contacts", Contacts.List),
        new("POST", "contacts/search", Json(ContactSearch.Run)),
        new("GET", $"{Contact}/tags", Tags.OfContact),
        new("GET", $"{Contact}/companies", Memberships.OfContact),
        new("GET", "companies", Companies.Find),
        new("GET", "companies/{company}", Companies.Get),
        new("GET", "companies/{company}/contacts", Memberships.OfCompany),
        new("POST", "companies/list", Companies.List),
        new("GET", "tags", Tags.List),
        new("GET", "tags/{tag}", Tags.Get),
        new("POST", "tags", Json(Tags.Set)) { Rows = Tags.Rows },
        new("DELETE", "tags/{tag}", Tags.Delete),
        new("GET", "data_attributes", DataAttributes.List),
        new("POST", "data_attributes", Json(DataAttributes.Create)),
        new("GET", "me", Me),
    ];

    public VendorAnswer? Authenticate(VendorCall call)
    {
        if (call.Bearer is not { Length: > 0 } token || token.StartsWith("bad", StringComparison.Ordinal))
            return Dialect.Unauthorized();
        return call.Header("Intercom-Version") is { Length: > 0 } version && !Version().IsMatch(version)
            ? IntercomDialect.Error(400, "intercom_version_invalid", "The requested version could not be found")
            : null;
    }

    public VendorAnswer Finish(VendorAnswer answer, Account account) => answer.WithRate(limit: 1666, seconds: 10);

    public IEnumerable<Holding> Holdings(Account account)
    {
        var contacts = account.Table(Contacts.Table).Records;
        if (contacts.Values.Any(contact => !Contacts.IsArchived(contact)))
            yield return new Holding("object", "contacts", "contacts", [.. contacts.Where(contact => !Contacts.IsArchived(contact.Value)).Select(contact => Custom.Flat(contact.Key, contact.Value))]);
        if (account.Table(Companies.Table).Count > 0)
            yield return new Holding("object", "companies", "companies", [.. account.Table(Companies.Table).Records.Select(company => Custom.Flat(company.Key, company.Value))]);
        foreach (var (id, company) in account.Table(Companies.Table).Records.Where(company => Memberships.Of(account, company.Key).Any()))
            yield return new Holding("company", id, company["company_id"]!, [.. Memberships.Of(account, id).Select(contact => Custom.Flat(contact, contacts[contact]))]);
        foreach (var (id, tag) in account.Table(Tags.Table).Records)
            yield return new Holding("tag", id, tag["name"]!, [.. Tags.Members(account, id).Records.Keys.Select(member => Custom.Flat(member, contacts.GetValueOrDefault(member) ?? Record.Empty))]);
    }

    /// <summary>A request about one contact or company: its row has the values of the body, and who is meant by the path.</summary>
    private static VendorRoute Row(string method, string pattern, Func<VendorCall, VendorAnswer> handle) =>
        new(method, pattern, call => call.Refused.Count > 0 ? IntercomDialect.Bad(call.RefusalMessage) : handle(call)) { Rows = Values };

    private static IReadOnlyList<IEnumerable<string>> Values(VendorCall call)
    {
        var meant = call.Account.With(account => account.Table(Contacts.Table).Get(call.Part("contact")) ?? account.Table(Companies.Table).Get(call.Part("company")));
        return [(call.Json?.Scalars() ?? []).Concat(meant?.Values.OfType<string>() ?? []).ToList()];
    }

    private static Func<VendorCall, VendorAnswer> Json(Func<VendorCall, VendorAnswer> handle) => call => call switch
    {
        _ when !call.IsOf("application/json") => IntercomDialect.Error(415, "media_type_not_acceptable", "The Content-Type must be application/json"),
        { Json.ValueKind: JsonValueKind.Object } => handle(call),
        _ => IntercomDialect.Error(400, "bad_request", "The body is not a JSON object"),
    };

    private static VendorAnswer Me(VendorCall call) =>
        VendorAnswer.Json(200, new { type = "admin", id = "1", email = "admin@example.com", name = "Admin", app = new { type = "app", id_code = call.Account.Name, name = call.Account.Name, region = "US" } });

    [GeneratedRegex(@"^([12]\.\d+|Unstable|Preview)$")]
    private static partial Regex Version();
}
