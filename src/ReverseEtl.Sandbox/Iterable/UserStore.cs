using System.Globalization;
using System.Text.Json;
using ReverseEtl.Sandbox.Vendors;

namespace ReverseEtl.Sandbox.Iterable;

/// <summary>Whom a row means.</summary>
/// <param name="IsEmail">By e-mail, or else by user id.</param>
/// <param name="Value">As it was given.</param>
internal readonly record struct UserKey(bool IsEmail, string Value)
{
    private const int LongestUserId = 52;

    public string Kind => IsEmail ? "email" : "userId";

    public bool IsGood => IsEmail ? EmailAddress.IsGood(Value) : Value.Length is > 0 and <= LongestUserId;

    /// <summary>The identifier of a row: its e-mail, or else its user id; null without one.</summary>
    public static UserKey? Of(JsonElement row) =>
        row.GetText("email") is { Length: > 0 } email ? new UserKey(true, email)
        : row.GetText("userId") is { Length: > 0 } userId ? new UserKey(false, userId)
        : null;
}

/// <summary>The users of a project of the hybrid kind: each has an e-mail, a user id, or both.</summary>
internal sealed class UserStore(Account account)
{
    public const string TableName = "users";
    private const string Forgotten = "forgotten";

    private readonly Table _users = account.Table(TableName);

    public IReadOnlyDictionary<string, string?>? Get(string id) => _users.Get(id);

    public string? Find(UserKey key) => _users.Find(key.Kind, key.Value, key.IsEmail ? StringComparer.OrdinalIgnoreCase : StringComparer.Ordinal);

    public bool IsForgotten(UserKey key) => account.Table(Forgotten).Has(ForgottenId(key));

    /// <summary>Why a row cannot be written: a reason of <see cref="FailedUpdates"/>; null where it can.</summary>
    public string? Refuse(JsonElement row, UserKey key)
    {
        if (!key.IsGood)
            return "invalid";
        if (IsForgotten(key) || (row.GetText("userId") is { Length: > 0 } id && IsForgotten(new UserKey(false, id))))
            return "forgotten";
        if (!key.IsEmail || row.GetText("userId") is not { Length: > 0 } userId)
            return null;
        var owner = Find(new UserKey(false, userId));
        return owner is not null && owner != Find(key) ? "conflict" : null;
    }

    /// <summary>Creates or updates a user; a null clears its field.</summary>
    public string Upsert(JsonElement row, UserKey key)
    {
        var id = Find(key) ?? account.NextId("user", 1).ToString(CultureInfo.InvariantCulture);
        var record = (_users.Get(id) ?? Record.Empty).With([new(key.Kind, key.Value)]);
        if (row.GetText("userId") is { Length: > 0 } userId)
            record = record.With([new("userId", userId)]);
        foreach (var (name, value) in row.Get("dataFields")?.Fields() ?? [])
            record = record.With([new(name, IsMerging(row) ? Merge(record.GetValueOrDefault(name), value) : value)]);
        _users.Set(id, record);
        return id;
    }

    public void Set(string id, string field, string? value) => _users.Set(id, _users.Get(id)!.With([new(field, value)]));

    public void Delete(string id)
    {
        _users.Remove(id);
        foreach (var list in account.Names(IterableLists.MemberTable))
            account.Table(list).Remove(id);
    }

    /// <summary>Deletes a user, and keeps them from coming back.</summary>
    public void Forget(UserKey key)
    {
        if (Find(key) is { } id)
        {
            var user = Get(id)!;
            foreach (var other in new[] { new UserKey(true, user.GetValueOrDefault("email") ?? ""), new UserKey(false, user.GetValueOrDefault("userId") ?? "") }.Where(other => other.Value.Length > 0))
                account.Table(Forgotten).Set(ForgottenId(other), Record.Of((other.Kind, other.Value)));
            Delete(id);
        }

        account.Table(Forgotten).Set(ForgottenId(key), Record.Of((key.Kind, key.Value)));
    }

    public void Unforget(UserKey key) => account.Table(Forgotten).Remove(ForgottenId(key));

    private static string ForgottenId(UserKey key) => key.IsEmail ? $"email:{key.Value.ToUpperInvariant()}" : $"userId:{key.Value}";

    private static bool IsMerging(JsonElement row) => row.Get("mergeNestedObjects") is { ValueKind: JsonValueKind.True };

    /// <summary>An object with the fields of another set; anything else replaces it.</summary>
    private static string? Merge(string? before, string? now)
    {
        if (before is null || now is null || !before.StartsWith('{') || !now.StartsWith('{'))
            return now;
        var merged = JsonElement.Parse(before).EnumerateObject().ToDictionary(field => field.Name, field => field.Value);
        foreach (var field in JsonElement.Parse(now).EnumerateObject())
            merged[field.Name] = field.Value;
        return JsonSerializer.Serialize(merged);
    }
}
