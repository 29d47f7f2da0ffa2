using ReverseEtl.Sandbox.Vendors;

namespace ReverseEtl.Sandbox.Intercom;

/// <summary>Which contacts belong to which companies.</summary>
internal static class Memberships
{
    private const string Table = "contact_companies";
    private const int MostCompanies = 1000;

    public static IEnumerable<string> Of(Account account, string company) => All(account, "company", company, "contact").Where(contact => Contacts.Has(account, contact));

    public static IEnumerable<string> CompaniesOf(Account account, string contact) => All(account, "contact", contact, "company");

    public static VendorAnswer Attach(VendorCall call)
    {
        var contact = call.Part("contact");
        if (!Contacts.Has(call.Account, contact))
            return IntercomDialect.NoContact();
        if (call.Json!.Value.GetText("id") is not { Length: > 0 } company)
            return IntercomDialect.Error(400, "parameter_not_found", "company not specified");
        if (!call.Account.Table(Companies.Table).Has(company))
            return IntercomDialect.NoCompany();
        if (CompaniesOf(call.Account, contact).Count() >= MostCompanies)
            return IntercomDialect.Error(400, "contact_company_limit_exceeded", $"Contact has reached the maximum of {MostCompanies} company associations");
        call.Account.Table(Table).Set($"{contact}/{company}", Record.Of(("contact", contact), ("company", company)));
        return VendorAnswer.Json(200, Companies.Shape(call.Account, company));
    }

    public static VendorAnswer Detach(VendorCall call)
    {
        var (contact, company) = (call.Part("contact"), call.Part("company"));
        if (!Contacts.Has(call.Account, contact))
            return IntercomDialect.NoContact();
        return call.Account.Table(Table).Remove($"{contact}/{company}") ? VendorAnswer.Json(200, Companies.Shape(call.Account, company)) : IntercomDialect.NoCompany();
    }

    public static VendorAnswer OfContact(VendorCall call)
    {
        if (!Contacts.Has(call.Account, call.Part("contact")))
            return IntercomDialect.NoContact();
        var companies = CompaniesOf(call.Account, call.Part("contact")).Select(company => Companies.Shape(call.Account, company)).ToList();
        return VendorAnswer.Json(200, new { type = "list", data = companies, total_count = companies.Count, pages = new { type = "pages", page = 1, per_page = 50, total_pages = 1 } });
    }

    public static VendorAnswer OfCompany(VendorCall call) => call.Account.Table(Companies.Table).Has(call.Part("company"))
        ? ContactSearch.Page(call, [.. Of(call.Account, call.Part("company"))], call.Query("per_page"), call.Query("starting_after"))
        : IntercomDialect.NoCompany();

    public static void Forget(Account account, string contact) => Remove(account, "contact", contact);

    public static void ForgetCompany(Account account, string company) => Remove(account, "company", company);

    private static void Remove(Account account, string field, string value)
    {
        foreach (var id in account.Table(Table).Records.Where(member => member.Value[field] == value).Select(member => member.Key).ToList())
            account.Table(Table).Remove(id);
    }

    private static IEnumerable<string> All(Account account, string field, string value, string asked) =>
        account.Table(Table).Records.Values.Where(member => member[field] == value).Select(member => member[asked]!);
}
