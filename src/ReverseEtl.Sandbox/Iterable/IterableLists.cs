using System.Globalization;
using System.Text.Json;
using ReverseEtl.Sandbox.Vendors;

namespace ReverseEtl.Sandbox.Iterable;

/// <summary>Static lists. Subscribing brings users into being; unsubscribing with <c>channelUnsubscribe</c> is global in effect.</summary>
internal static class IterableLists
{
    public const string TableName = "lists";
    public const string MemberTable = "list/";

    /// <summary>The field of a user who was unsubscribed from the channel, and so from every list's messages.</summary>
    public const string Unsubscribed = "unsubscribedChannelIds";

    private static readonly string[] SubscribeNames = ["listId", "subscribers", "updateExistingUsersOnly"];
    private static readonly string[] UnsubscribeNames = ["listId", "subscribers", "campaignId", "channelUnsubscribe"];

    public static VendorAnswer List(VendorCall call) => VendorAnswer.Json(200, new
    {
        lists = call.Account.Table(TableName).Records.Select(list => new
        {
            id = long.Parse(list.Key, CultureInfo.InvariantCulture),
            name = list.Value["name"],
            description = list.Value["description"],
            createdAt = long.Parse(list.Value["createdAt"]!, CultureInfo.InvariantCulture),
            listType = "Standard",
        }),
    });

    public static VendorAnswer Create(VendorCall call)
    {
        if (call.Json?.GetText("name") is not { Length: > 0 } name)
            return IterableDialect.Wrong("name", "error.path.missing");
        var id = call.Account.NextId("list", 1001);
        call.Account.Table(TableName).Set(id.ToString(CultureInfo.InvariantCulture), Record.Of(
            ("name", name), ("description", call.Json.Value.GetText("description")), ("createdAt", call.Now.ToUnixTimeMilliseconds().ToString(CultureInfo.InvariantCulture))));
        return VendorAnswer.Json(200, new { listId = id });
    }

    /// <summary>The e-mails, one a line, as text.</summary>
    public static VendorAnswer Members(VendorCall call)
    {
        if (!call.Account.Table(TableName).Has(call.Query("listId") ?? ""))
            return Unknown();
        var store = new UserStore(call.Account);
        var emails = call.Account.Table(MemberTable + call.Query("listId")).Records.Keys.Select(id => store.Get(id)!.GetValueOrDefault("email") ?? store.Get(id)!.GetValueOrDefault("userId"));
        return VendorAnswer.Text(200, string.Concat(emails.Select(email => $"{email}\n")), "text/plain");
    }

    public static VendorAnswer Subscribe(VendorCall call)
    {
        var (list, rows, wrong) = Read(call, SubscribeNames);
        if (wrong is not null)
            return wrong;
        var members = call.Account.Table(MemberTable + list);
        return IterableUsers.Write(call, rows, "subscribers", (_, user) =>
        {
            if (!members.Has(user))
                members.Set(user, Record.Empty);
        });
    }

    public static VendorAnswer Unsubscribe(VendorCall call)
    {
        var (list, rows, wrong) = Read(call, UnsubscribeNames);
        if (wrong is not null)
            return wrong;
        var (store, failed, members) = (new UserStore(call.Account), new FailedUpdates(), call.Account.Table(MemberTable + list));
        var isGlobal = call.Json?.Get("channelUnsubscribe") is { ValueKind: JsonValueKind.True };
        for (var at = 0; at < rows.Count; at++)
        {
            if (UserKey.Of(rows[at]) is not { } key)
                return IterableDialect.Wrong($"subscribers[{at}]", "Either email or userId must be given");
            if (call.Refused.Contains(at))
                failed.Add("invalidData", key);
            else if (!key.IsGood)
                failed.Add("invalid", key);
            else if (store.IsForgotten(key))
                failed.Add("forgotten", key);
            else if (store.Find(key) is not { } user)
                failed.Add("notFound", key);
            else
                Remove(store, members, user, isGlobal);
        }

        return failed.Answer(rows.Count);
    }

    public static IEnumerable<Holding> Holdings(Account account)
    {
        var store = new UserStore(account);
        return account.Table(TableName).Records.Select(list => new Holding("list", list.Key, list.Value["name"]!,
            [.. account.Table(MemberTable + list.Key).Records.Keys.Select(user => store.Get(user)!)]));
    }

    private static void Remove(UserStore store, Table members, string user, bool isGlobal)
    {
        members.Remove(user);
        if (isGlobal)
            store.Set(user, Unsubscribed, "[1]");
    }

    private static (string? List, IReadOnlyList<JsonElement> Rows, VendorAnswer? Wrong) Read(VendorCall call, string[] known)
    {
        if (call.Json is not { ValueKind: JsonValueKind.Object } body)
            return (null, [], IterableDialect.Wrong("", "error.expected.jsobject"));
        if (body.EnumerateObject().FirstOrDefault(field => !known.Contains(field.Name)) is { Value.ValueKind: not JsonValueKind.Undefined } unknown)
            return (null, [], IterableDialect.Wrong(unknown.Name, "error.unknown.field"));
        if (body.Get("listId") is not { ValueKind: JsonValueKind.Number } list)
            return (null, [], IterableDialect.Wrong("listId", "error.expected.jsnumber"));
        if (body.Get("subscribers") is not { ValueKind: JsonValueKind.Array })
            return (null, [], IterableDialect.Wrong("subscribers", "error.path.missing"));
        return call.Account.Table(TableName).Has(list.GetRawText()) ? (list.GetRawText(), body.GetList("subscribers"), null) : (null, [], Unknown());
    }

    // The code says success, the status and the message do not: the vendor's own way.
    private static VendorAnswer Unknown() => IterableDialect.Error(400, "Success", "error.lists.invalidListId");
}
