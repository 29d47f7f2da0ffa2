using System.Text.Json;
using ReverseEtl.Sandbox.Vendors;

namespace ReverseEtl.Sandbox.Braze;

/// <summary>
/// Subscription groups. They are made by hand; any is taken to be there unless its id begins with 404. A group knows users and, where
/// nobody has an address, the address.
/// </summary>
internal static class Subscriptions
{
    public const string Prefix = "group/";
    private const int MostUsers = 50;
    private const string State = "subscription_state";
    private const string Group = "subscription_group_id";

    /// <summary>Lists of users in a request, by what they are.</summary>
    private static readonly (string One, string Many, string Kind)[] Lists =
        [("external_id", "external_ids", BrazeIdentity.ExternalId), ("email", "emails", BrazeIdentity.Email), ("phone", "phones", BrazeIdentity.Phone)];

    public static IReadOnlyList<IEnumerable<string>> Rows(VendorCall call) => call.Json is { } body ? [.. Users(body, many: false).Select(Words)] : [];

    public static IReadOnlyList<IEnumerable<string>> RowsOfMany(VendorCall call) =>
        [.. (call.Json?.GetList("subscription_groups") ?? []).SelectMany(group => Users(group, many: true)).Select(Words)];

    /// <summary>One group.</summary>
    public static VendorAnswer Set(VendorCall call) => Apply(call, [call.Json!.Value], many: false);

    /// <summary>Several groups, the users of all together.</summary>
    public static VendorAnswer SetMany(VendorCall call) =>
        call.Json!.Value.GetList("subscription_groups") is { Count: > 0 } groups
            ? Apply(call, groups, many: true)
            : BrazeDialect.Error(400, "'subscription_groups' must be an array of objects");

    public static VendorAnswer Get(VendorCall call)
    {
        if (call.Query(Group) is not { Length: > 0 } group || !Exists(group))
            return BrazeDialect.Error(400, "'subscription_group_id' is not the id of a subscription group");
        var asked = Lists.SelectMany(list => Query(call, list.One).Select(value => new BrazeIdentity(list.Kind, value))).ToList();
        if (asked.Count is 0 or > MostUsers)
            return BrazeDialect.Error(400, $"1 to {MostUsers} of external_id, email or phone are required");
        var states = call.Account.Table(Prefix + group);
        return VendorAnswer.Json(200, new
        {
            message = "success",
            status = asked.ToDictionary(user => user.Value, user => states.Get(Key(call.Account, user) ?? "")?[State] switch { "subscribed" => "Subscribed", "unsubscribed" => "Unsubscribed", _ => "Unknown" }),
        });
    }

    public static bool IsGood(JsonElement group) => group.GetText(Group) is { Length: > 0 } id && Exists(id) && group.GetText(State) is "subscribed" or "unsubscribed";

    public static void Keep(Account account, string group, string member, string state) => account.Table(Prefix + group).Set(member, Record.Of((State, state)));

    public static IEnumerable<Holding> Holdings(Account account)
    {
        var users = new BrazeUsers(account);
        return account.Names(Prefix).Select(table => new Holding("subscription_group", table[Prefix.Length..], table[Prefix.Length..],
            [.. account.Table(table).Records.Select(member => (users.Get(member.Key) ?? Address(member.Key)).With(member.Value))]));
    }

    private static VendorAnswer Apply(VendorCall call, IReadOnlyList<JsonElement> groups, bool many)
    {
        var users = groups.Select(group => Users(group, many).ToList()).ToList();
        if (groups.FirstOrDefault(group => !IsGood(group)) is { ValueKind: not JsonValueKind.Undefined })
            return BrazeDialect.Error(400, "'subscription_group_id' and 'subscription_state' (subscribed or unsubscribed) are required, of a group that exists");
        if (users.Any(some => some.Count == 0) || users.Sum(some => some.Count) > MostUsers)
            return BrazeDialect.Error(400, $"1 to {MostUsers} users are required: external_id, email or phone");
        if (users.Any(some => some.Any(user => user.Kind == BrazeIdentity.Email) && some.Any(user => user.Kind == BrazeIdentity.Phone)))
            return BrazeDialect.Error(400, "'email' and 'phone' cannot be in one request");
        if (users.SelectMany(some => some).FirstOrDefault(user => user.Kind == BrazeIdentity.Phone && !IsPhone(user.Value)) is { } odd)
            return BrazeDialect.Error(400, $"'{odd.Value}' is not a phone number in E.164 format");

        var at = 0;
        for (var group = 0; group < groups.Count; group++)
        {
            foreach (var user in users[group])
            {
                if (!call.Refused.Contains(at++) && Key(call.Account, user) is { } member)
                    Keep(call.Account, groups[group].GetText(Group)!, member, groups[group].GetText(State)!);
            }
        }

        return VendorAnswer.Json(201, new { message = "success" });
    }

    /// <summary>Who is meant: ids of nobody are passed over in silence, an address is kept for who may come.</summary>
    private static string? Key(Account account, BrazeIdentity user) =>
        new BrazeUsers(account).Find(user) ?? (user.Kind == BrazeIdentity.ExternalId ? null : $"{user.Kind}:{user.Value}");

    private static IReadOnlyDictionary<string, string?> Address(string key) => Record.Of((key.Split(':')[0], key[(key.IndexOf(':', StringComparison.Ordinal) + 1)..]));

    private static IEnumerable<BrazeIdentity> Users(JsonElement group, bool many) => Lists.SelectMany(list =>
        Texts(group.Get(many ? list.Many : list.One)).Select(value => new BrazeIdentity(list.Kind, value)));

    // One, or an array of them.
    private static IEnumerable<string> Texts(JsonElement? value) => value switch
    {
        { ValueKind: JsonValueKind.String } one => [one.GetString()!],
        { ValueKind: JsonValueKind.Array } => value.Value.EnumerateArray().Where(item => item.ValueKind is JsonValueKind.String).Select(item => item.GetString()!),
        _ => [],
    };

    private static IEnumerable<string> Query(VendorCall call, string name) =>
        call.Http.Query[name].Concat(call.Http.Query[$"{name}[]"]).OfType<string>();

    private static IEnumerable<string> Words(BrazeIdentity user) => [user.Value];

    private static bool Exists(string group) => !group.StartsWith("404", StringComparison.Ordinal);

    private static bool IsPhone(string text) => text is ['+', _, ..] && text.Skip(1).All(char.IsAsciiDigit);
}
