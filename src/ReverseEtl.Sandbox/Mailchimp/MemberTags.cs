using System.Globalization;
using System.Text.Json;
using ReverseEtl.Sandbox.Vendors;

namespace ReverseEtl.Sandbox.Mailchimp;

/// <summary>The tags of a member. A tag is a static segment by another name.</summary>
internal static class MemberTags
{
    public static VendorAnswer List(VendorCall call)
    {
        if (new Members(call.Account, call.Part("list")).Find(call.Part("member")) is not { } hash)
            return new MailchimpDialect().Missing();
        var (page, total) = Audiences.Page(call, StaticSegments.All(call.Account, call.Part("list"))
            .Where(segment => StaticSegments.Has(call.Account, call.Part("list"), segment.Key, hash)));
        return VendorAnswer.Json(200, new { tags = page.Select(Describe), total_items = total });
    }

    public static VendorAnswer Change(VendorCall call)
    {
        if (new Members(call.Account, call.Part("list")).Find(call.Part("member")) is not { } hash)
            return new MailchimpDialect().Missing();
        if (call.Refused.Count > 0)
            return new MailchimpDialect().Invalid(call.RefusalMessage);
        var tags = call.Json?.GetList("tags") ?? [];
        if (tags.Count == 0 || tags.Any(tag => tag.GetText("name") is not { Length: > 0 and <= 100 } || tag.GetText("status") is not ("active" or "inactive")))
            return MailchimpDialect.Refused("The resource submitted could not be validated. For field-specific details, see the 'errors' array.", ("tags", "A tag has a name and a status, active or inactive."));
        foreach (var tag in tags)
            Set(call.Account, call.Part("list"), hash, tag.GetText("name")!, tag.GetText("status") == "active");
        return VendorAnswer.Empty(204);
    }

    public static VendorAnswer Search(VendorCall call)
    {
        var found = StaticSegments.All(call.Account, call.Part("list"))
            .Where(segment => segment.Value["name"]!.StartsWith(call.Query("name") ?? "", StringComparison.OrdinalIgnoreCase)).ToList();
        return VendorAnswer.Json(200, new { tags = found.Select(Describe), total_items = found.Count });
    }

    /// <summary>Gives a member the tags that came with it.</summary>
    /// <param name="account">The account.</param>
    /// <param name="list">The audience.</param>
    /// <param name="hash">The member.</param>
    /// <param name="member">What was sent of it.</param>
    /// <param name="isAll">Whether it loses the others.</param>
    public static void Set(Account account, string list, string hash, JsonElement member, bool isAll)
    {
        if (member.Get("tags") is null)
            return;
        string[] names = [.. member.GetList("tags").Select(tag => tag.AsText()).OfType<string>()];
        foreach (var name in names)
            Set(account, list, hash, name, isActive: true);
        foreach (var segment in StaticSegments.All(account, list).Where(segment => isAll && !names.Contains(segment.Value["name"], StringComparer.OrdinalIgnoreCase)).ToList())
            StaticSegments.Remove(account, list, segment.Key, hash);
    }

    private static void Set(Account account, string list, string hash, string name, bool isActive)
    {
        var segment = StaticSegments.ByName(account, list, name);
        if (isActive)
            StaticSegments.Put(account, list, segment ?? StaticSegments.New(account, list, name), hash);
        else if (segment is not null)
            StaticSegments.Remove(account, list, segment, hash);
    }

    private static object Describe(KeyValuePair<string, IReadOnlyDictionary<string, string?>> tag) =>
        new { id = int.Parse(tag.Key, CultureInfo.InvariantCulture), name = tag.Value["name"] };
}
