using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;
using ReverseEtl.Sandbox.Vendors;

namespace ReverseEtl.Sandbox.Google;

/// <summary>User lists. One that nobody made here is taken to have been made by hand, unless its number begins with 404.</summary>
internal static partial class GoogleLists
{
    /// <summary>When a member was added last; not part of what it holds.</summary>
    public const string AddedAt = "added_at";

    private const string Table = "lists";
    private const string Prefix = "members/";
    private const int UsualPage = 50;

    /// <param name="account">The account.</param>
    /// <param name="list">Account type, account and id.</param>
    public static MemberSet Members(Account account, string list) => new(account.Table(Prefix + list), Identifiers.Groups);

    public static void RemoveBefore(Account account, string list, DateTimeOffset? time)
    {
        var members = account.Table(Prefix + list);
        foreach (var (id, record) in members.Records.ToList())
        {
            if (time is null || DateTimeOffset.Parse(record[AddedAt]!, CultureInfo.InvariantCulture) < time)
                members.Remove(id);
        }
    }

    public static IEnumerable<Holding> Holdings(Account account)
    {
        var lists = account.Table(Table).Records.Keys.Union(account.Names(Prefix).Select(name => name[Prefix.Length..]));
        return lists.Select(list => new Holding("list", list.Split('/')[^1], account.Table(Table).Get(list)?["display_name"] ?? list.Split('/')[^1],
            [.. Members(account, list).Records.Values.Select(record => record.Where(field => field.Key != AddedAt).ToDictionary())]));
    }

    public static VendorAnswer Create(VendorCall call)
    {
        if (call.Json is not { } body)
            return GoogleDialect.Error(400, "INVALID_ARGUMENT", "Invalid JSON payload received. Unexpected token.");
        var violations = new List<Violation>();
        Shapes.UserList.Check(body, "user_list", violations);
        if (violations.Count > 0)
            return GoogleDialect.Wrong(violations);
        var name = body.TextOf("display_name");
        if (name.Length == 0)
            violations.Add(new Violation("user_list.display_name", "REQUIRED_FIELD_MISSING", "The display name is required."));
        if (body.Field("ingested_user_list_info")?.ListOf("upload_key_types") is not { Count: > 0 } keys)
            violations.Add(new Violation("user_list.ingested_user_list_info.upload_key_types", "REQUIRED_FIELD_MISSING", "The upload key types are required."));
        else if (call.Account.Table(Table).Records.Any(list => list.Key.StartsWith(Parent(call), StringComparison.Ordinal) && list.Value["display_name"] == name))
            violations.Add(new Violation("user_list.display_name", "DISPLAY_NAME_ALREADY_USED", "The display name is already used."));
        if (violations.Count > 0)
            return GoogleDialect.Wrong(violations);
        if (call.Query("validateOnly") == "true")
            return VendorAnswer.Json(200, new { });

        var id = $"{Parent(call)}{call.Account.NextId("list", 7001)}";
        call.Account.Table(Table).Set(id, Record.Of(
            ("display_name", name), ("description", body.TextOf("description")), ("duration", body.TextOf("membership_duration")),
            ("info", body.Field("ingested_user_list_info")?.GetRawText())));
        return VendorAnswer.Json(200, Describe(call.Account, id));
    }

    public static VendorAnswer Get(VendorCall call) => Known(call) is { } id
        ? VendorAnswer.Json(200, Describe(call.Account, id))
        : GoogleDialect.Error(404, "NOT_FOUND", "Requested entity was not found.", "NOT_FOUND");

    public static VendorAnswer List(VendorCall call)
    {
        var filter = call.Query("filter") ?? "";
        var match = Filter().Match(filter);
        if (filter.Length > 0 && !match.Success)
            return GoogleDialect.Wrong([new Violation("filter", "INVALID_FILTER", "The filter is not understood.")]);
        var skip = int.TryParse(call.Query("pageToken"), out var token) ? token : 0;
        var size = int.TryParse(call.Query("pageSize"), out var asked) && asked > 0 ? asked : UsualPage;
        var found = call.Account.Table(Table).Records
            .Where(list => list.Key.StartsWith(Parent(call), StringComparison.Ordinal) && (!match.Success || Fits(match, list.Value["display_name"]!)))
            .Select(list => list.Key).ToList();
        var userLists = found.Skip(skip).Take(size).Select(id => Describe(call.Account, id));
        return found.Count > skip + size
            ? VendorAnswer.Json(200, new { userLists, nextPageToken = $"{skip + size}" })
            : found.Count > 0 ? VendorAnswer.Json(200, new { userLists }) : VendorAnswer.Json(200, new { });
    }

    public static VendorAnswer Delete(VendorCall call)
    {
        if (Known(call) is not { } id)
            return GoogleDialect.Error(404, "NOT_FOUND", "Requested entity was not found.", "NOT_FOUND");
        call.Account.Table(Table).Remove(id);
        Members(call.Account, id).Clear();
        return VendorAnswer.Json(200, new { });
    }

    private static Dictionary<string, object?> Describe(Account account, string id)
    {
        var parts = id.Split('/');
        var list = account.Table(Table).Get(id)!;
        return new()
        {
            ["name"] = $"accountTypes/{parts[0]}/accounts/{parts[1]}/userLists/{parts[2]}",
            ["id"] = parts[2],
            ["displayName"] = list["display_name"],
            ["description"] = list["description"],
            ["membershipStatus"] = "OPEN",
            ["membershipDuration"] = list["duration"] is { Length: > 0 } duration ? duration : "46656000s",
            ["accessReason"] = "OWNED",
            ["accountAccessStatus"] = "ENABLED",
            ["sizeInfo"] = Size(Members(account, id).Count),
            ["ingestedUserListInfo"] = JsonElement.Parse(list["info"]!),
        };
    }

    // Roughly, and in text, as all its numbers of 64 bits.
    private static object Size(int members)
    {
        var unit = (int)Math.Pow(10, Math.Max(0, Math.Floor(Math.Log10(Math.Max(1, members))) - 1));
        var count = (members / unit * unit).ToString(CultureInfo.InvariantCulture);
        return new { displayNetworkMembersCount = count, searchNetworkMembersCount = count, youtubeMembersCount = count, gmailMembersCount = count };
    }

    private static bool Fits(Match filter, string name)
    {
        var asked = Escaped().Replace(filter.Groups[2].Value, "$1");
        return filter.Groups[1].Value == "=" ? name == asked : name.Contains(asked, StringComparison.OrdinalIgnoreCase);
    }

    private static string Parent(VendorCall call) => $"{call.Part("accountType")}/{call.Part("accountId")}/";

    private static string? Known(VendorCall call) => Parent(call) + call.Part("userList") is var id && call.Account.Table(Table).Has(id) ? id : null;

    [GeneratedRegex("""^\s*(?:display_name|displayName)\s*(=|:)\s*"(.*)"\s*$""")]
    private static partial Regex Filter();

    [GeneratedRegex(@"\\(.)")]
    private static partial Regex Escaped();
}
