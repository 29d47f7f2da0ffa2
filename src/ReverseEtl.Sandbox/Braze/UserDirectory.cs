using System.Text.Json;
using ReverseEtl.Sandbox.Vendors;

namespace ReverseEtl.Sandbox.Braze;

/// <summary>users/delete and users/export/ids: users by one kind of id, 50 at the most.</summary>
internal static class UserDirectory
{
    private const int MostUsers = 50;

    private static readonly (string List, string Kind)[] Lists =
    [
        ("external_ids", BrazeIdentity.ExternalId), ("braze_ids", BrazeIdentity.BrazeId), ("user_aliases", BrazeIdentity.Alias), ("email_addresses", BrazeIdentity.Email),
    ];

    public static IReadOnlyList<IEnumerable<string>> Rows(VendorCall call) =>
        [.. Lists.SelectMany(list => call.Json?.GetList(list.List) ?? []).Select(id => id.Scalars())];

    public static VendorAnswer Delete(VendorCall call)
    {
        var body = call.Json!.Value;
        var given = Lists.Where(list => body.GetList(list.List).Count > 0).ToList();
        if (given is not [var (name, kind)])
            return BrazeDialect.Error(400, "One of 'external_ids', 'braze_ids', 'user_aliases' or 'email_addresses' is required, and no other beside it");
        var ids = body.GetList(name).Select(id => Identity(kind, id)).ToList();
        if (ids.Count > MostUsers || ids.Contains(null))
            return BrazeDialect.Error(400, $"'{name}' must have up to {MostUsers} ids");
        var users = new BrazeUsers(call.Account);
        foreach (var (id, _) in ids.Select((id, at) => (id!, at)).Where(id => !call.Refused.Contains(id.at)))
        {
            if (users.Find(id) is { } user)
                users.Delete(user);
        }

        return VendorAnswer.Json(201, new { deleted = ids.Count, message = "success" });
    }

    public static VendorAnswer Export(VendorCall call)
    {
        var body = call.Json!.Value;
        var ids = Lists.Take(3).SelectMany(list => body.GetList(list.List).Select(id => Identity(list.Kind, id)))
            .Concat(new[] { (BrazeIdentity.BrazeId, "braze_id"), (BrazeIdentity.Email, "email_address"), (BrazeIdentity.Phone, "phone") }
                .Where(one => body.GetText(one.Item2) is not null).Select(one => new BrazeIdentity(one.Item1, body.GetText(one.Item2)!))).ToList();
        if (ids.Count is 0 or > MostUsers || ids.Contains(null))
            return BrazeDialect.Error(400, $"1 to {MostUsers} ids are required");
        var users = new BrazeUsers(call.Account);
        return VendorAnswer.Json(201, new
        {
            message = "success",
            users = ids.Select(id => users.Find(id!)).OfType<string>().Distinct().Select(user => Profile(users.Get(user)!)),
            invalid_user_ids = ids.Where(id => users.Find(id!) is null).Select(id => id!.Value),
        });
    }

    /// <summary>Custom attributes stand apart from Braze's own.</summary>
    private static Dictionary<string, object?> Profile(IReadOnlyDictionary<string, string?> user)
    {
        string[] own = ["external_id", "braze_id", "email", "phone", "first_name", "last_name", "country", "home_city", "language", "gender", "dob", "time_zone"];
        var profile = user.Where(field => own.Contains(field.Key) && field.Value is not null).ToDictionary(field => field.Key, field => (object?)field.Value);
        profile["custom_attributes"] = user.Where(field => !own.Contains(field.Key) && field.Key != BrazeIdentity.Alias && field.Value is not null).ToDictionary();
        if (user.GetValueOrDefault(BrazeIdentity.Alias) is { } alias)
            profile["user_aliases"] = new[] { JsonElement.Parse(alias) };
        return profile;
    }

    private static BrazeIdentity? Identity(string kind, JsonElement id) => kind switch
    {
        BrazeIdentity.Alias => BrazeIdentity.OfAlias(id),
        BrazeIdentity.Email when id.ValueKind is JsonValueKind.Object => id.GetText("email") is { } email ? new BrazeIdentity(kind, email) : null,
        _ => id.ValueKind is JsonValueKind.String ? new BrazeIdentity(kind, id.GetString()!) : null,
    };
}
