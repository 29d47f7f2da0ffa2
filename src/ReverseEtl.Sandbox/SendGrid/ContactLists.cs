using System.Globalization;
using ReverseEtl.Sandbox.Vendors;

namespace ReverseEtl.Sandbox.SendGrid;

/// <summary>Lists of contacts. Who joins one does so by an upsert; who leaves it, by a job.</summary>
internal static class ContactLists
{
    public const string Table = "lists";

    private const int MostPage = 1000;
    private const int UsualPage = 100;

    public static string MemberTable(string list) => $"members/{list}";

    public static VendorAnswer List(VendorCall call)
    {
        var size = int.TryParse(call.Query("page_size"), NumberStyles.None, CultureInfo.InvariantCulture, out var asked) ? asked : UsualPage;
        if (size is 0 or > MostPage)
            return SendGridDialect.Error(400, $"page_size must be 1 to {MostPage}", "page_size");
        var first = int.TryParse(call.Query("page_token"), NumberStyles.None, CultureInfo.InvariantCulture, out var token) ? token : 0;
        var all = call.Account.Table(Table).Records.ToList();
        var metadata = new Dictionary<string, object> { ["self"] = $"{call.BaseUrl}/{call.Path}?page_size={size}&page_token={first}", ["count"] = all.Count };
        if (first + size < all.Count)
            metadata["next"] = $"{call.BaseUrl}/{call.Path}?page_size={size}&page_token={first + size}";
        return VendorAnswer.Json(200, new { result = all.Skip(first).Take(size).Select(list => Describe(call, list.Key)), _metadata = metadata });
    }

    public static VendorAnswer Create(VendorCall call)
    {
        if (call.Json?.GetText("name") is not { Length: > 0 and <= 100 } name)
            return SendGridDialect.Error(400, "name must have 1 to 100 letters", "name");
        if (call.Account.Table(Table).Records.Values.Any(list => list["name"] == name))
            return SendGridDialect.Error(400, "a list with this name already exists", "name");
        var id = ContactStore.Uuid(call.Account, "list");
        call.Account.Table(Table).Set(id, Record.Of(("name", name)));
        return VendorAnswer.Json(201, Describe(call, id));
    }

    public static VendorAnswer Get(VendorCall call) => With(call, id => VendorAnswer.Json(200, Describe(call, id)));

    public static VendorAnswer Count(VendorCall call) => With(call, id => VendorAnswer.Json(200, new { contact_count = call.Account.Table(MemberTable(id)).Count, billable_count = 0 }));

    public static VendorAnswer Delete(VendorCall call) => With(call, id =>
    {
        call.Account.Table(MemberTable(id)).Clear();
        call.Account.Table(Table).Remove(id);
        return VendorAnswer.Empty(204);
    });

    /// <summary>Takes contacts off a list; those who are not on it are passed over.</summary>
    public static VendorAnswer Remove(VendorCall call) => With(call, id =>
    {
        if (ContactImport.Ids(call, "contact_ids") is not { Length: > 0 } contacts)
            return SendGridDialect.Error(400, "contact_ids must be ids of contacts", "contact_ids");
        var members = call.Account.Table(MemberTable(id));
        return ImportJobs.Run(call, "delete", contacts.Length, at => members.Remove(contacts[at]) ? ImportResult.Deleted : ImportResult.Unchanged, at => [contacts[at]]);
    });

    private static VendorAnswer With(VendorCall call, Func<string, VendorAnswer> work) =>
        call.Account.Table(Table).Has(call.Part("list")) ? work(call.Part("list")) : new SendGridDialect().Missing();

    private static object Describe(VendorCall call, string id) => new
    {
        id,
        name = call.Account.Table(Table).Get(id)!["name"],
        contact_count = call.Account.Table(MemberTable(id)).Count,
        _metadata = new { self = $"{call.BaseUrl}/v3/marketing/lists/{id}" },
    };
}
