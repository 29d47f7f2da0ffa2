using System.Globalization;
using System.Text.Json;
using ReverseEtl.Sandbox.Vendors;

namespace ReverseEtl.Sandbox.ActiveCampaign;

/// <summary>Contacts, each known by its e-mail address. A text that is empty clears; null, or what is left out, stays as it is.</summary>
internal static class Contacts
{
    public const string Table = "contacts";

    private static readonly string[] Attributes = ["firstName", "lastName", "phone"];

    /// <summary>Creates the contact with an address, or updates it.</summary>
    public static VendorAnswer Sync(VendorCall call)
    {
        if (Read(call, out var contact) is { } refusal)
            return refusal;
        var known = Find(call.Account, contact.GetText("email")!);
        return Save(call, contact, known ?? call.Account.NextId("contact", 1).ToString(CultureInfo.InvariantCulture), known is null ? 201 : 200);
    }

    public static VendorAnswer Create(VendorCall call)
    {
        if (Read(call, out var contact) is { } refusal)
            return refusal;
        return Find(call.Account, contact.GetText("email")!) is not null
            ? ActiveCampaignDialect.Error("Email address already exists in the system", "duplicate", "email")
            : Save(call, contact, call.Account.NextId("contact", 1).ToString(CultureInfo.InvariantCulture), 201);
    }

    public static VendorAnswer Update(VendorCall call)
    {
        var id = call.Part("contact");
        if (!call.Account.Table(Table).Has(id))
            return ActiveCampaignDialect.NotFound("Subscriber", id);
        if (Read(call, out var contact, needsEmail: false) is { } refusal)
            return refusal;
        return contact.GetText("email") is { } email && Find(call.Account, email) is { } other && other != id
            ? ActiveCampaignDialect.Error("Email address already exists in the system", "duplicate", "email")
            : Save(call, contact, id, 200);
    }

    public static VendorAnswer Get(VendorCall call) => call.Account.Table(Table).Has(call.Part("contact"))
        ? VendorAnswer.Json(200, new { contact = Describe(call.Account, call.Part("contact")), fieldValues = Fields.Describe(call.Account, call.Part("contact")) })
        : ActiveCampaignDialect.NotFound("Subscriber", call.Part("contact"));

    public static VendorAnswer List(VendorCall call)
    {
        string? email = call.Query("email"), list = call.Query("listid");
        var found = call.Account.Table(Table).Records
            .Where(contact => (email is null || string.Equals(contact.Value["email"], email, StringComparison.OrdinalIgnoreCase))
                && (list is null || Lists.Status(call.Account, list, contact.Key) == (call.Query("status") ?? "1")))
            .Select(contact => contact.Key).ToList();
        return VendorAnswer.Json(200, new
        {
            scoreValues = Array.Empty<object>(),
            contacts = Paging.Page(call, found).Select(id => Describe(call.Account, id)),
            meta = new { total = found.Count.ToString(CultureInfo.InvariantCulture), page_input = new { offset = Paging.Offset(call), limit = Paging.Limit(call) } },
        });
    }

    public static VendorAnswer Delete(VendorCall call)
    {
        var id = call.Part("contact");
        if (call.Refused.Count > 0)
            return new ActiveCampaignDialect().Invalid(call.RefusalMessage);
        if (!call.Account.Table(Table).Remove(id))
            return ActiveCampaignDialect.NotFound("Subscriber", id);
        Lists.Forget(call.Account, id);
        Fields.Forget(call.Account, id);
        return VendorAnswer.Json(200, new { });
    }

    public static string? Find(Account account, string email) => account.Table(Table).Find("email", email, StringComparer.OrdinalIgnoreCase);

    private static VendorAnswer? Read(VendorCall call, out JsonElement contact, bool needsEmail = true)
    {
        contact = call.Json?.Get("contact") ?? default;
        if (contact.ValueKind is not JsonValueKind.Object)
            return VendorAnswer.Json(400, new { message = "The request is missing the contact" });
        if (needsEmail && contact.Get("email") is null or { ValueKind: JsonValueKind.Null })
            return ActiveCampaignDialect.Error("Email address is required", "field_missing", "email");
        if (contact.Get("email") is { } email && !EmailAddress.IsGood(email.AsText() ?? ""))
            return ActiveCampaignDialect.Error("Contact Email Address is not valid.", "email_invalid", "email");
        foreach (var attribute in Attributes)
        {
            if (contact.Get(attribute) is { ValueKind: not (JsonValueKind.String or JsonValueKind.Null) })
                return ActiveCampaignDialect.Error($"{attribute} must be a string", "field_invalid", attribute);
        }

        return call.Refused.Count > 0
            ? ActiveCampaignDialect.Error(call.RefusalMessage, call.RefusalCode, "email")
            : Fields.Wrong(call.Account, contact);
    }

    private static VendorAnswer Save(VendorCall call, JsonElement contact, string id, int status)
    {
        var now = call.Now.ToString("yyyy-MM-dd'T'HH:mm:sszzz", CultureInfo.InvariantCulture);
        var before = call.Account.Table(Table).Get(id)
            ?? Record.Of(("email", ""), ("firstName", ""), ("lastName", ""), ("phone", ""), ("cdate", now));
        var set = Attributes.Append("email").Where(name => contact.GetText(name) is not null)
            .Select(name => KeyValuePair.Create(name, contact.GetText(name)));
        call.Account.Table(Table).Set(id, before.With(set.Append(new("udate", now))));
        Fields.Set(call.Account, id, contact);
        return VendorAnswer.Json(status, new { fieldValues = Fields.Describe(call.Account, id), contact = Describe(call.Account, id) });
    }

    private static Dictionary<string, object?> Describe(Account account, string id)
    {
        var described = account.Table(Table).Get(id)!.ToDictionary(field => field.Key, object? (field) => field.Value);
        described["id"] = id;
        described["orgid"] = "0";
        described["links"] = new { contactLists = $"api/3/contacts/{id}/contactLists", fieldValues = $"api/3/contacts/{id}/fieldValues" };
        return described;
    }
}
