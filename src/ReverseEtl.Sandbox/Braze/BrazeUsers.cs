using System.Globalization;
using ReverseEtl.Sandbox.Vendors;

namespace ReverseEtl.Sandbox.Braze;

/// <summary>The user profiles of a workspace, by braze_id.</summary>
internal sealed class BrazeUsers(Account account)
{
    private readonly Table _users = account.Table("users");

    public IReadOnlyCollection<IReadOnlyDictionary<string, string?>> All => [.. _users.Records.Select(user => user.Value.With([new(BrazeIdentity.BrazeId, user.Key)]))];

    public IReadOnlyDictionary<string, string?>? Get(string user) => _users.Get(user)?.With([new(BrazeIdentity.BrazeId, user)]);

    /// <summary>Who is meant: of several with the same address the one that was changed last. Null for nobody.</summary>
    public string? Find(BrazeIdentity identity) => identity.Kind == BrazeIdentity.BrazeId
        ? _users.Has(identity.Value) ? identity.Value : null
        : _users.Find(identity.Kind, identity.Value, identity.Kind == BrazeIdentity.Email ? StringComparer.OrdinalIgnoreCase : StringComparer.Ordinal);

    /// <summary>The user, made if need be; null where there is none and none is to be made.</summary>
    public string? FindOrMake(BrazeIdentity identity, bool existingOnly)
    {
        if (Find(identity) is { } known)
            return known;
        // Nobody can choose a braze_id.
        if (existingOnly || identity.Kind == BrazeIdentity.BrazeId)
            return null;
        var made = account.NextId("user", 0x6a00_0000).ToString("x24", CultureInfo.InvariantCulture);
        _users.Set(made, Record.Of(identity.Field));
        return made;
    }

    public void Set(string user, IReadOnlyDictionary<string, string?> fields) => _users.Set(user, _users.Get(user)!.With(fields));

    public void Delete(string user)
    {
        _users.Remove(user);
        foreach (var group in account.Names(Subscriptions.Prefix))
            account.Table(group).Remove(user);
    }
}
