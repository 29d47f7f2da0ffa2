namespace ReverseEtl.Sandbox.Vendors;

/// <summary>
/// The members of an audience, each known by its identifiers together: one whose e-mail changes is a second one until the first is
/// removed. A removal takes the member with just these identifiers or, where there is none, those who share one of them.
/// </summary>
/// <param name="table">The members.</param>
/// <param name="identifiers">The fields that identify; those of a group hold the same kind of value.</param>
internal sealed class MemberSet(Table table, IReadOnlyList<IReadOnlyList<string>> identifiers)
{
    public int Count => table.Count;

    public IReadOnlyDictionary<string, IReadOnlyDictionary<string, string?>> Records => table.Records;

    public void Add(IReadOnlyDictionary<string, string?> record) => table.Set(Identity(record), record);

    /// <returns>Whether there was one.</returns>
    public bool Remove(IReadOnlyDictionary<string, string?> record)
    {
        if (table.Remove(Identity(record)))
            return true;
        var found = false;
        foreach (var group in identifiers)
        {
            foreach (var value in group.Select(record.GetValueOrDefault).OfType<string>())
                found |= group.Select(field => table.Find(field, value, StringComparer.Ordinal)).FirstOrDefault(id => id is not null) is { } member && table.Remove(member);
        }

        return found;
    }

    public void Clear() => table.Clear();

    private string Identity(IReadOnlyDictionary<string, string?> record)
    {
        var strong = record.Where(field => identifiers.Any(group => group.Contains(field.Key))).ToList();
        return string.Join('\u001f', (strong.Count > 0 ? strong : record.AsEnumerable()).OrderBy(field => field.Key, StringComparer.Ordinal)
            .Select(field => $"{field.Key}={field.Value}"));
    }
}
