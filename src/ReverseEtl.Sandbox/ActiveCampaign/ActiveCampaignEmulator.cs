using ReverseEtl.Sandbox.Vendors;

namespace ReverseEtl.Sandbox.ActiveCampaign;

/// <summary>ActiveCampaign: contacts, their custom fields, lists and who is on them. Any key is good unless it begins with <c>bad</c>.</summary>
internal sealed class ActiveCampaignEmulator : IVendorEmulator
{
    private const string Root = "api/3";

    public string Type => "activecampaign";

    public IVendorDialect Dialect { get; } = new ActiveCampaignDialect();

    public IReadOnlyList<VendorRoute> Routes { get; } =
    [
        new("POST", $"{Root}/contact/sync", Contacts.Sync) { Rows = One("contact") },
        new("POST", $"{Root}/contacts", Contacts.Create) { Rows = One("contact") },
        new("PUT", $"{Root}/contacts/{{contact}}", Contacts.Update) { Rows = One("contact") },
        new("GET", $"{Root}/contacts", Contacts.List),
        new("GET", $"{Root}/contacts/{{contact}}", Contacts.Get),
        new("DELETE", $"{Root}/contacts/{{contact}}", Contacts.Delete) { Rows = Named },
        new("GET", $"{Root}/contacts/{{contact}}/contactLists", Lists.OfContact),
        new("POST", $"{Root}/contactLists", Lists.Subscribe) { Rows = OfContact },
        new("GET", $"{Root}/lists", Lists.List),
        new("POST", $"{Root}/lists", Lists.Create),
        new("GET", $"{Root}/lists/{{list}}", Lists.Get),
        new("GET", $"{Root}/fields", Fields.List),
        new("POST", $"{Root}/fields", Fields.Create),
        new("GET", $"{Root}/users/me", call => VendorAnswer.Json(200, new { user = new { id = "1", username = "admin", email = "admin@sandbox.example" } })),
    ];

    public VendorAnswer? Authenticate(VendorCall call) =>
        call.Header("Api-Token") is { Length: > 0 } token && !token.StartsWith("bad", StringComparison.Ordinal) ? null : Dialect.Unauthorized();

    public IEnumerable<Holding> Holdings(Account account)
    {
        if (account.Table(Contacts.Table).Count > 0)
            yield return new Holding("object", "contacts", "contacts", [.. account.Table(Contacts.Table).Records.Keys.Select(id => Record(account, id))]);
        foreach (var (id, list) in account.Table(Lists.Table).Records)
            yield return new Holding("list", id, list["name"]!, [.. Lists.Subscribed(account, id).Select(contact => Record(account, contact))]);
    }

    /// <summary>A contact with its custom fields by their titles.</summary>
    private static IReadOnlyDictionary<string, string?> Record(Account account, string id) =>
        account.Table(Contacts.Table).Get(id)!.With(Fields.Values(account, id).Append(new("id", id)));

    private static Func<VendorCall, IReadOnlyList<IEnumerable<string>>> One(string property) =>
        call => call.Json?.Get(property) is { } row ? [row.Scalars()] : [];

    /// <summary>A request that names a contact by its number is for the contact with that address too.</summary>
    private static IReadOnlyList<IEnumerable<string>> Named(VendorCall call) => [Address(call, call.Part("contact"))];

    private static IReadOnlyList<IEnumerable<string>> OfContact(VendorCall call) =>
        call.Json?.Get("contactList") is { } row ? [row.Scalars().Concat(Address(call, row.Get("contact")?.AsText() ?? ""))] : [];

    private static string[] Address(VendorCall call, string contact) => call.Account.With(account =>
        account.Table(Contacts.Table).Get(contact) is { } known ? [contact, known["email"]!] : new[] { contact });
}
