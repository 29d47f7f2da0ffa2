using System.Globalization;
using System.Text.Json;
using ReverseEtl.Sandbox.Vendors;

namespace ReverseEtl.Sandbox.Mailchimp;

/// <summary>
/// Audiences, called lists. An account has one from the start; others are made by the API. One that nobody made is taken to have been
/// made by hand when something is sent to it, unless its id begins with <c>404</c>.
/// </summary>
internal static class Audiences
{
    public const string First = "0a1b2c3d4e";

    private const string Table = "lists";
    private const int UsualPage = 10;

    private static readonly string[] Required = ["name", "permission_reminder", "email_type_option", "contact", "campaign_defaults"];
    private static readonly string[] Contact = ["company", "address1", "city", "country"];
    private static readonly string[] Defaults = ["from_name", "from_email", "subject", "language"];

    /// <summary>A handler for what is below a list that is there.</summary>
    public static Func<VendorCall, VendorAnswer> With(Func<VendorCall, VendorAnswer> handle) => call =>
    {
        if (!Exists(call.Part("list")))
            return new MailchimpDialect().Missing();
        if (call.Http.Method is "POST" or "PUT" or "PATCH" && call.Body.Length > 0 && call.Json is not { ValueKind: JsonValueKind.Object })
            return MailchimpDialect.Unreadable();
        if (call.Http.Method is not "GET")
            Know(call.Account, call.Part("list"));
        return handle(call);
    };

    public static IEnumerable<KeyValuePair<string, IReadOnlyDictionary<string, string?>>> All(Account account) =>
        account.Table(Table).Has(First) ? account.Table(Table).Records : account.Table(Table).Records.Prepend(new(First, Usual(First)));

    public static VendorAnswer List(VendorCall call)
    {
        var (page, total) = Page(call, All(call.Account));
        return VendorAnswer.Json(200, new
        {
            lists = page.Select(list => Describe(call.Account, list.Key, list.Value)),
            total_items = total,
            constraints = new { may_create = true, max_instances = 5, current_total_instances = total },
        });
    }

    public static VendorAnswer Get(VendorCall call) => Exists(call.Part("list"))
        ? VendorAnswer.Json(200, Describe(call.Account, call.Part("list"), call.Account.Table(Table).Get(call.Part("list")) ?? Usual(call.Part("list"))))
        : new MailchimpDialect().Missing();

    public static VendorAnswer Create(VendorCall call)
    {
        if (call.Json is not { ValueKind: JsonValueKind.Object } body)
            return MailchimpDialect.Unreadable();
        var missing = Required.Where(name => body.Get(name) is null)
            .Concat(Contact.Where(name => body.Get("contact")?.GetText(name) is null).Select(name => $"contact.{name}"))
            .Concat(Defaults.Where(name => body.Get("campaign_defaults")?.GetText(name) is null).Select(name => $"campaign_defaults.{name}"))
            .Select(name => (name, "This value should not be blank.")).ToList();
        if (missing.Count > 0)
            return MailchimpDialect.Refused("The resource submitted could not be validated. For field-specific details, see the 'errors' array.", missing);
        var id = call.Account.NextId("list", 0x1b2c3d4e5f).ToString("x10", CultureInfo.InvariantCulture);
        call.Account.Table(Table).Set(id, Record.Of(("name", body.GetText("name"))));
        return VendorAnswer.Json(200, Describe(call.Account, id, call.Account.Table(Table).Get(id)!));
    }

    /// <summary>The page that is asked for (count, offset), and how many there are.</summary>
    public static (IReadOnlyList<T> Page, int Total) Page<T>(VendorCall call, IEnumerable<T> all)
    {
        var list = all.ToList();
        int count = Number(call, "count", UsualPage), offset = Number(call, "offset", 0);
        return (list.Skip(offset).Take(Math.Min(count, 1000)).ToList(), list.Count);
    }

    private static int Number(VendorCall call, string name, int usual) =>
        int.TryParse(call.Query(name), NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : usual;

    private static bool Exists(string id) => id.Length > 0 && !id.StartsWith("404", StringComparison.Ordinal);

    private static void Know(Account account, string id)
    {
        if (!account.Table(Table).Has(id))
            account.Table(Table).Set(id, Usual(id));
    }

    private static IReadOnlyDictionary<string, string?> Usual(string id) => Record.Of(("name", id == First ? "Newsletter" : id));

    private static object Describe(Account account, string id, IReadOnlyDictionary<string, string?> list) => new
    {
        id,
        web_id = 1,
        name = list["name"],
        double_optin = false,
        email_type_option = false,
        visibility = "prv",
        stats = new { member_count = new Members(account, id).All.Count(member => member.Value["status"] == Members.Subscribed), merge_field_count = MergeFields.All(account, id).Count() },
    };
}
