using System.Globalization;
using System.Text.Json;
using ReverseEtl.Sandbox.Vendors;

namespace ReverseEtl.Sandbox.Mailchimp;

/// <summary>Static segments of an audience, and who is in them. Those who are not on the audience are told by address.</summary>
internal static class StaticSegments
{
    private const int MostAddresses = 500;

    private static readonly string[] Parts = ["members_to_add", "members_to_remove"];

    public static IReadOnlyDictionary<string, IReadOnlyDictionary<string, string?>> All(Account account, string list) => account.Table(Table(list)).Records;

    /// <summary>The members of a segment that are on the audience now.</summary>
    public static IEnumerable<string> MembersOf(Account account, string list, string segment)
    {
        var members = new Members(account, list);
        return account.Table(MemberTable(list, segment)).Records.Keys.Where(hash => members.Get(hash) is { } member && member["status"] != Mailchimp.Members.Archived);
    }

    public static bool Has(Account account, string list, string segment, string hash) => account.Table(MemberTable(list, segment)).Has(hash);

    public static void Put(Account account, string list, string segment, string hash) => account.Table(MemberTable(list, segment)).Set(hash, Record.Empty);

    public static void Remove(Account account, string list, string segment, string hash) => account.Table(MemberTable(list, segment)).Remove(hash);

    public static void Forget(Account account, string list, string hash)
    {
        foreach (var segment in All(account, list).Keys)
            Remove(account, list, segment, hash);
    }

    /// <summary>A member has another address, and so another digest.</summary>
    public static void Rename(Account account, string list, string from, string to)
    {
        foreach (var segment in All(account, list).Keys.Where(segment => Has(account, list, segment, from)))
        {
            Remove(account, list, segment, from);
            Put(account, list, segment, to);
        }
    }

    public static string? ByName(Account account, string list, string name) =>
        All(account, list).FirstOrDefault(segment => string.Equals(segment.Value["name"], name, StringComparison.OrdinalIgnoreCase)).Key;

    public static string New(Account account, string list, string name)
    {
        var id = account.NextId("segment", 457).ToString(CultureInfo.InvariantCulture);
        account.Table(Table(list)).Set(id, Record.Of(("name", name)));
        return id;
    }

    public static VendorAnswer List(VendorCall call)
    {
        var isOther = call.Query("type") is { Length: > 0 } and not "static";
        var (page, total) = Audiences.Page(call, isOther ? [] : All(call.Account, call.Part("list")).Keys);
        return VendorAnswer.Json(200, new { segments = page.Select(id => Describe(call, id)), list_id = call.Part("list"), total_items = total });
    }

    public static VendorAnswer Get(VendorCall call) => Find(call) is { } id ? VendorAnswer.Json(200, Describe(call, id)) : new MailchimpDialect().Missing();

    public static VendorAnswer Create(VendorCall call)
    {
        if (call.Json?.GetText("name") is not { Length: > 0 and <= 100 } name || call.Json?.Get("static_segment") is not { ValueKind: JsonValueKind.Array })
            return MailchimpDialect.Refused("The resource submitted could not be validated. For field-specific details, see the 'errors' array.", ("name", "A static segment has a name of up to 100 letters and a list of addresses."));
        if (ByName(call.Account, call.Part("list"), name) is not null)
            return new MailchimpDialect().Invalid("Sorry, that tag already exists.");
        var id = New(call.Account, call.Part("list"), name);
        Apply(call, id, [.. call.Json.Value.GetList("static_segment").Select(address => address.AsText() ?? "")], 0, isAdd: true, []);
        return VendorAnswer.Json(200, Describe(call, id));
    }

    public static VendorAnswer Delete(VendorCall call)
    {
        if (Find(call) is not { } id)
            return new MailchimpDialect().Missing();
        call.Account.Table(MemberTable(call.Part("list"), id)).Clear();
        call.Account.Table(Table(call.Part("list"))).Remove(id);
        return VendorAnswer.Empty(204);
    }

    public static VendorAnswer Change(VendorCall call)
    {
        if (Find(call) is not { } id)
            return new MailchimpDialect().Missing();
        if (Addresses(call, "members_to_add") is not { } add || Addresses(call, "members_to_remove") is not { } remove)
            return MailchimpDialect.Refused($"Up to {MostAddresses} addresses may be added or removed at once.", ("members_to_add", $"This collection should contain {MostAddresses} elements or less."));
        var errors = new List<object>();
        var added = Apply(call, id, add, 0, isAdd: true, errors);
        var removed = Apply(call, id, remove, add.Length, isAdd: false, errors);
        return VendorAnswer.Json(200, new
        {
            members_added = added,
            members_removed = removed,
            errors,
            total_added = added.Count,
            total_removed = removed.Count,
            error_count = errors.Count,
        });
    }

    public static VendorAnswer Members(VendorCall call)
    {
        if (Find(call) is not { } id)
            return new MailchimpDialect().Missing();
        var members = new Members(call.Account, call.Part("list"));
        var (page, total) = Audiences.Page(call, MembersOf(call.Account, call.Part("list"), id));
        return VendorAnswer.Json(200, new { members = page.Select(members.Describe), total_items = total });
    }

    public static IReadOnlyList<IEnumerable<string>> Rows(VendorCall call) =>
        [.. Parts.SelectMany(name => call.Json?.GetList(name) ?? []).Select(address => address.Scalars())];

    private static List<object> Apply(VendorCall call, string segment, string[] addresses, int first, bool isAdd, List<object> errors)
    {
        var list = call.Part("list");
        var members = new Members(call.Account, list);
        var changed = new List<object>();
        for (var at = 0; at < addresses.Length; at++)
        {
            var hash = Mailchimp.Members.Hash(addresses[at]);
            var isMember = members.Get(hash) is { } member && member["status"] != Mailchimp.Members.Archived;
            if (call.Refused.Contains(first + at) || !isMember)
            {
                errors.Add(new { email_addresses = new[] { addresses[at] }, error = isMember ? call.RefusalMessage : "Email addresses are not on the list." });
                continue;
            }

            if (isAdd)
                Put(call.Account, list, segment, hash);
            else
                Remove(call.Account, list, segment, hash);
            changed.Add(members.Describe(hash));
        }

        return changed;
    }

    /// <summary>Null where they are no addresses, or too many.</summary>
    private static string[]? Addresses(VendorCall call, string name) => call.Json?.Get(name) switch
    {
        null => [],
        { ValueKind: JsonValueKind.Array } array when array.GetArrayLength() <= MostAddresses && array.EnumerateArray().All(address => address.ValueKind is JsonValueKind.String) =>
            [.. array.EnumerateArray().Select(address => address.GetString()!)],
        _ => null,
    };

    private static string? Find(VendorCall call) => All(call.Account, call.Part("list")).ContainsKey(call.Part("segment")) ? call.Part("segment") : null;

    private static object Describe(VendorCall call, string id) => new
    {
        id = int.Parse(id, CultureInfo.InvariantCulture),
        name = All(call.Account, call.Part("list"))[id]["name"],
        member_count = MembersOf(call.Account, call.Part("list"), id).Count(),
        type = "static",
        list_id = call.Part("list"),
    };

    private static string Table(string list) => $"segments/{list}";

    private static string MemberTable(string list, string segment) => $"segment-members/{list}/{segment}";
}
