using System.Globalization;
using ReverseEtl.Sandbox.Vendors;

namespace ReverseEtl.Sandbox.ActiveCampaign;

/// <summary>Lists, and the contacts on them: subscribed (1) or unsubscribed (2).</summary>
internal static class Lists
{
    public const string Table = "lists";

    private const string Subscriptions = "contactLists/";
    private const string IsSubscribed = "1";
    private const string IsUnsubscribed = "2";

    private static readonly string[] Required = ["name", "stringid", "sender_url", "sender_reminder"];

    public static VendorAnswer List(VendorCall call)
    {
        var name = call.Query("filters[name]");
        var found = call.Account.Table(Table).Records
            .Where(list => name is null || list.Value["name"]!.Contains(name, StringComparison.OrdinalIgnoreCase)).ToList();
        return VendorAnswer.Json(200, new
        {
            lists = Paging.Page(call, found).Select(list => Describe(list.Key, list.Value)),
            meta = new { total = found.Count.ToString(CultureInfo.InvariantCulture) },
        });
    }

    public static VendorAnswer Get(VendorCall call) => call.Account.Table(Table).Get(call.Part("list")) is { } list
        ? VendorAnswer.Json(200, new { list = Describe(call.Part("list"), list) })
        : ActiveCampaignDialect.NotFound("List", call.Part("list"));

    public static VendorAnswer Create(VendorCall call)
    {
        var list = call.Json?.Get("list") ?? default;
        if (Array.Find(Required, name => string.IsNullOrEmpty(list.GetText(name))) is { } missing)
            return ActiveCampaignDialect.Error($"{missing} is required", "field_missing", missing);
        if (call.Account.Table(Table).Records.Any(known => known.Value["stringid"] == list.GetText("stringid")))
            return ActiveCampaignDialect.Error("stringid is already in use", "duplicate", "stringid");
        var id = call.Account.NextId("list", 1).ToString(CultureInfo.InvariantCulture);
        call.Account.Table(Table).Set(id, Record.Of([.. Required.Select(name => (name, list.GetText(name)))]));
        return VendorAnswer.Json(201, new { list = Describe(id, call.Account.Table(Table).Get(id)!) });
    }

    public static VendorAnswer Subscribe(VendorCall call)
    {
        var asked = call.Json?.Get("contactList") ?? default;
        string list = asked.Get("list")?.AsText() ?? "", contact = asked.Get("contact")?.AsText() ?? "", status = asked.Get("status")?.AsText() ?? "";
        if (!call.Account.Table(Table).Has(list))
            return ActiveCampaignDialect.NotFound("List", list);
        if (!call.Account.Table(Contacts.Table).Has(contact))
            return ActiveCampaignDialect.NotFound("Subscriber", contact);
        if (status is not (IsSubscribed or IsUnsubscribed))
            return ActiveCampaignDialect.Error("The status is not valid", "field_invalid", "status");
        if (call.Refused.Count > 0)
            return ActiveCampaignDialect.Error(call.RefusalMessage, call.RefusalCode, "contact");
        var isNew = Status(call.Account, list, contact) is null;
        call.Account.Table(Subscriptions + list).Set(contact, Record.Of(("status", status), ("at", call.Now.ToString("O", CultureInfo.InvariantCulture))));
        return VendorAnswer.Json(isNew ? 201 : 200, new { contacts = Array.Empty<object>(), contactList = Describe(list, contact, status) });
    }

    public static VendorAnswer OfContact(VendorCall call)
    {
        var contact = call.Part("contact");
        return call.Account.Table(Contacts.Table).Has(contact)
            ? VendorAnswer.Json(200, new
            {
                contactLists = call.Account.Table(Table).Records.Keys.Where(list => Status(call.Account, list, contact) is not null)
                    .Select(list => Describe(list, contact, Status(call.Account, list, contact)!)),
            })
            : ActiveCampaignDialect.NotFound("Subscriber", contact);
    }

    /// <summary>1, 2, or null for a contact that was never on the list.</summary>
    public static string? Status(Account account, string list, string contact) => account.Table(Subscriptions + list).Get(contact)?["status"];

    public static IEnumerable<string> Subscribed(Account account, string list) =>
        account.Table(Subscriptions + list).Records.Where(entry => entry.Value["status"] == IsSubscribed).Select(entry => entry.Key);

    public static void Forget(Account account, string contact)
    {
        foreach (var list in account.Table(Table).Records.Keys)
            account.Table(Subscriptions + list).Remove(contact);
    }

    private static object Describe(string id, IReadOnlyDictionary<string, string?> list) =>
        new { id, name = list["name"], stringid = list["stringid"], sender_url = list["sender_url"], sender_reminder = list["sender_reminder"] };

    private static object Describe(string list, string contact, string status) => new { contact, list, status, id = $"{list}{contact}" };
}
