using System.Text.Json;
using ReverseEtl.Sandbox.Vendors;

namespace ReverseEtl.Sandbox.Iterable;

/// <summary>Writing, reading, deleting and forgetting users.</summary>
internal static class IterableUsers
{
    private static readonly string[] Known = ["email", "userId", "dataFields", "preferUserId", "mergeNestedObjects"];

    public static VendorAnswer BulkUpdate(VendorCall call)
    {
        if (call.Json?.Get("users") is not { ValueKind: JsonValueKind.Array })
            return IterableDialect.Wrong("users", "error.path.missing");
        return Write(call, call.Json.Value.GetList("users"), "users", (_, _) => { });
    }

    public static VendorAnswer Update(VendorCall call)
    {
        if (call.Json is not { ValueKind: JsonValueKind.Object } row || UserKey.Of(row) is not { } key)
            return IterableDialect.Error(400, "BadParams", "Either email or userId must be given");
        var store = new UserStore(call.Account);
        var reason = call.Refused.Count > 0 ? "refused" : store.Refuse(row, key);
        return reason switch
        {
            null => new FieldTypes(call.Account, FieldTypes.Users).Learn(row.Get("dataFields")) ?? Done(store, row, key),
            "invalid" => IterableDialect.Error(400, key.IsEmail ? "InvalidEmailAddressError" : "InvalidUserIdError", $"Invalid {key.Kind}: {key.Value}"),
            "forgotten" => IterableDialect.Error(400, "ForgottenUserError", "The user is forgotten"),
            "conflict" => IterableDialect.Error(400, "UserIdAlreadyExists", "The userId belongs to another user"),
            _ => IterableDialect.Error(400, "BadParams", call.RefusalMessage),
        };
    }

    public static VendorAnswer GetByEmail(VendorCall call) => Describe(call, new UserKey(true, call.Query("email") ?? call.Part("email")));

    public static VendorAnswer GetByUserId(VendorCall call) => Describe(call, new UserKey(false, call.Query("userId") ?? call.Part("userId")));

    public static VendorAnswer DeleteByEmail(VendorCall call) => Delete(call, new UserKey(true, call.Part("email")));

    public static VendorAnswer DeleteByUserId(VendorCall call) => Delete(call, new UserKey(false, call.Part("userId")));

    /// <summary>The types of all fields that users have.</summary>
    public static VendorAnswer Fields(VendorCall call) => VendorAnswer.Json(200, new
    {
        fields = call.Account.Table(FieldTypes.TableName(FieldTypes.Users)).Records.ToDictionary(field => field.Key, field => field.Value["type"]),
    });

    public static VendorAnswer Forget(VendorCall call) => Gdpr(call, (store, key) => store.Forget(key));

    public static VendorAnswer Unforget(VendorCall call) => Gdpr(call, (store, key) => store.Unforget(key));

    /// <summary>Writes rows, and does something with each user that is there then.</summary>
    public static VendorAnswer Write(VendorCall call, IReadOnlyList<JsonElement> rows, string property, Action<UserStore, string> written)
    {
        for (var at = 0; at < rows.Count; at++)
        {
            if (Wrong(rows[at], $"{property}[{at}]") is { } wrong)
                return wrong;
        }

        var types = new FieldTypes(call.Account, FieldTypes.Users);
        return call.Account.Undoable(() => Write(call, rows, types, written), answer => answer.Status == 200);
    }

    private static VendorAnswer Write(VendorCall call, IReadOnlyList<JsonElement> rows, FieldTypes types, Action<UserStore, string> written)
    {
        var store = new UserStore(call.Account);
        var failed = new FailedUpdates();
        for (var at = 0; at < rows.Count; at++)
        {
            var key = UserKey.Of(rows[at])!.Value;
            if (call.Refused.Contains(at))
                failed.Add("invalidData", key);
            else if (store.Refuse(rows[at], key) is { } reason)
                failed.Add(reason, key);
            else if (types.Learn(rows[at].Get("dataFields")) is { } mismatch)
                return mismatch;
            else
                written(store, store.Upsert(rows[at], key));
        }

        return failed.Answer(rows.Count, types);
    }

    private static VendorAnswer? Wrong(JsonElement row, string pointer)
    {
        if (row.ValueKind is not JsonValueKind.Object)
            return IterableDialect.Wrong(pointer, "error.expected.jsobject");
        if (UserKey.Of(row) is null)
            return IterableDialect.Wrong(pointer, "Either email or userId must be given");
        if (row.EnumerateObject().FirstOrDefault(field => !Known.Contains(field.Name)) is { Value.ValueKind: not JsonValueKind.Undefined } unknown)
            return IterableDialect.Wrong($"{pointer}.{unknown.Name}", "error.unknown.field");
        return row.Get("dataFields") is { ValueKind: not JsonValueKind.Object } ? IterableDialect.Wrong($"{pointer}.dataFields", "error.expected.jsobject") : null;
    }

    private static VendorAnswer Done(UserStore store, JsonElement row, UserKey key)
    {
        store.Upsert(row, key);
        return IterableDialect.Success("New fields created: {}");
    }

    private static VendorAnswer Describe(VendorCall call, UserKey key)
    {
        var store = new UserStore(call.Account);
        if (store.Find(key) is not { } id)
            return IterableDialect.Error(400, key.IsEmail ? "error.users.noUserWithEmailExists" : "error.users.noUserWithIdExists", $"No user exists with {key.Kind} {key.Value}");
        var user = store.Get(id)!;
        return VendorAnswer.Json(200, new { user = new { email = user.GetValueOrDefault("email"), userId = user.GetValueOrDefault("userId"), dataFields = user } });
    }

    private static VendorAnswer Delete(VendorCall call, UserKey key)
    {
        var store = new UserStore(call.Account);
        if (store.Find(key) is not { } id)
            return IterableDialect.Error(400, key.IsEmail ? "UnknownEmailError" : "UnknownUserIdError", $"User {key.Value} does not exist");
        store.Delete(id);
        return IterableDialect.Success();
    }

    private static VendorAnswer Gdpr(VendorCall call, Action<UserStore, UserKey> act)
    {
        if (call.Json is not { ValueKind: JsonValueKind.Object } row || UserKey.Of(row) is not { } key || !key.IsGood)
            return IterableDialect.Error(400, "BadParams", "A valid email or userId must be given");
        if (call.Refused.Count > 0)
            return IterableDialect.Error(400, "BadParams", call.RefusalMessage);
        act(new UserStore(call.Account), key);
        return IterableDialect.Success();
    }
}
