using ReverseEtl.Sandbox.Vendors;

namespace ReverseEtl.Sandbox.Meta;

/// <summary>
/// The users of an audience, each known by its identifiers together: a user whose e-mail changes is a second one until the first
/// is removed. A removal takes the user with just these identifiers or, where there is none, one who shares any of them.
/// </summary>
internal static class MetaMembers
{
    private static readonly string[] Identifiers = ["EXTERN_ID", "EMAIL", "PHONE", "MADID"];

    public static Table Of(Account account, string audience) => account.Table($"users/{audience}");

    public static void Add(Table users, IReadOnlyDictionary<string, string?> record) => users.Set(Identity(record), record);

    public static void Remove(Table users, IReadOnlyDictionary<string, string?> record)
    {
        if (users.Remove(Identity(record)))
            return;
        foreach (var identifier in Identifiers)
        {
            if (record.GetValueOrDefault(identifier) is { } value && users.Find(identifier, value, StringComparer.Ordinal) is { } user)
                users.Remove(user);
        }
    }

    private static string Identity(IReadOnlyDictionary<string, string?> record)
    {
        var strong = record.Where(field => Identifiers.Contains(field.Key)).ToList();
        return string.Join('\u001f', (strong.Count > 0 ? strong : record.AsEnumerable()).OrderBy(field => field.Key, StringComparer.Ordinal)
            .Select(field => $"{field.Key}={field.Value}"));
    }
}
