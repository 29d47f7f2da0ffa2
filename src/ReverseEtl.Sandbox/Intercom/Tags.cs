using System.Globalization;
using System.Text.Json;
using ReverseEtl.Sandbox.Vendors;

namespace ReverseEtl.Sandbox.Intercom;

/// <summary>Tags, by id, and who has them. A tag's name is there once, whatever its case.</summary>
internal static class Tags
{
    public const string Table = "tags";
    private const string Prefix = "tag/";

    public static Table Members(Account account, string tag) => account.Table(Prefix + tag);

    public static IEnumerable<string> Of(Account account, string contact) => account.Table(Table).Records.Keys.Where(tag => Members(account, tag).Has(contact));

    /// <summary>The users of a request that tags several.</summary>
    public static IReadOnlyList<IEnumerable<string>> Rows(VendorCall call) => [.. (call.Json?.GetList("users") ?? []).Select(user => Words(call, user))];

    public static VendorAnswer List(VendorCall call) =>
        VendorAnswer.Json(200, new { type = "list", data = call.Account.Table(Table).Records.Keys.Select(tag => Shape(call.Account, tag)) });

    public static VendorAnswer Get(VendorCall call) =>
        call.Account.Table(Table).Has(call.Part("tag")) ? VendorAnswer.Json(200, Shape(call.Account, call.Part("tag"))) : IntercomDialect.NoTag();

    /// <summary>Makes a tag or renames it, and tags users where the request names some.</summary>
    public static VendorAnswer Set(VendorCall call)
    {
        var body = call.Json!.Value;
        if (body.GetText("name") is not { Length: > 0 } name)
            return IntercomDialect.Bad("invalid tag parameters");
        var users = body.GetList("users");
        if (call.Refused.Count > 0)
            return IntercomDialect.Bad(call.RefusalMessage);
        if (users.Any(user => !Contacts.Has(call.Account, user.GetText("id") ?? "")))
            return IntercomDialect.NoContact();
        var table = call.Account.Table(Table);
        var id = body.Get("id")?.AsText();
        if (id is not null && !table.Has(id))
            return IntercomDialect.NoTag();
        id ??= table.Find("name", name, StringComparer.OrdinalIgnoreCase) ?? call.Account.NextId(Table, 1).ToString(CultureInfo.InvariantCulture);
        table.Set(id, Record.Of(("name", name)));
        foreach (var user in users)
            Mark(call.Account, id, user.GetText("id")!, user.Get("untag") is not { ValueKind: JsonValueKind.True });
        return VendorAnswer.Json(200, Shape(call.Account, id));
    }

    public static VendorAnswer Delete(VendorCall call)
    {
        Members(call.Account, call.Part("tag")).Clear();
        return call.Account.Table(Table).Remove(call.Part("tag")) ? VendorAnswer.Empty(200) : IntercomDialect.NoTag();
    }

    public static VendorAnswer Attach(VendorCall call) => OnContact(call, call.Json!.Value.Get("id")?.AsText(), (tag, contact) =>
    {
        Mark(call.Account, tag, contact, isTagged: true);
        return true;
    });

    /// <summary>A tag that the contact does not have is as if it were not there.</summary>
    public static VendorAnswer Detach(VendorCall call) => OnContact(call, call.Part("tag"), (tag, contact) => Members(call.Account, tag).Remove(contact));

    public static VendorAnswer OfContact(VendorCall call) => Contacts.Has(call.Account, call.Part("contact"))
        ? VendorAnswer.Json(200, new { type = "list", data = Of(call.Account, call.Part("contact")).Select(tag => Shape(call.Account, tag)) })
        : IntercomDialect.NoContact();

    public static void Forget(Account account, string contact)
    {
        foreach (var tag in account.Table(Table).Records.Keys)
            Members(account, tag).Remove(contact);
    }

    private static VendorAnswer OnContact(VendorCall call, string? tag, Func<string, string, bool> work)
    {
        var contact = call.Part("contact");
        if (!Contacts.Has(call.Account, contact))
            return IntercomDialect.NoContact();
        return tag is not null && call.Account.Table(Table).Has(tag) && work(tag, contact)
            ? VendorAnswer.Json(200, Shape(call.Account, tag, ContactFields.Now(call)))
            : IntercomDialect.NoTag();
    }

    private static void Mark(Account account, string tag, string contact, bool isTagged)
    {
        if (isTagged)
            Members(account, tag).Set(contact, Record.Empty);
        else
            Members(account, tag).Remove(contact);
    }

    private static IEnumerable<string> Words(VendorCall call, JsonElement user)
    {
        var meant = call.Account.With(account => account.Table(Contacts.Table).Get(user.GetText("id") ?? ""));
        return user.Scalars().Concat(meant?.Values.OfType<string>() ?? []).ToList();
    }

    private static Dictionary<string, object?> Shape(Account account, string tag, string? appliedAt = null)
    {
        var shape = new Dictionary<string, object?> { ["type"] = "tag", ["id"] = tag, ["name"] = account.Table(Table).Get(tag)!["name"] };
        if (appliedAt is not null)
            shape["applied_at"] = long.Parse(appliedAt, CultureInfo.InvariantCulture);
        return shape;
    }
}
