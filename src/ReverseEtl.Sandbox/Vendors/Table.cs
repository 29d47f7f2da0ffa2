namespace ReverseEtl.Sandbox.Vendors;

/// <summary>A change of one record.</summary>
/// <param name="Table">The table.</param>
/// <param name="Id">The record; null for all of the table.</param>
/// <param name="Fields">The record as it is now; null where it is gone.</param>
internal readonly record struct Change(string Table, string? Id, IReadOnlyDictionary<string, string?>? Fields);

/// <summary>Records by id, in the order they came. Used under the account's lock.</summary>
internal sealed class Table(string name, Action<Change> changed)
{
    private readonly Dictionary<string, IReadOnlyDictionary<string, string?>> _records = new(StringComparer.Ordinal);
    private readonly Dictionary<string, Dictionary<string, string>> _ids = new(StringComparer.Ordinal);

    public int Count => _records.Count;

    public IReadOnlyDictionary<string, IReadOnlyDictionary<string, string?>> Records => _records;

    public IReadOnlyDictionary<string, string?>? Get(string id) => _records.GetValueOrDefault(id);

    public bool Has(string id) => _records.ContainsKey(id);

    /// <summary>The id of the record whose field, one without duplicates, has a value.</summary>
    public string? Find(string field, string value, StringComparer comparer)
    {
        if (!_ids.TryGetValue(field, out var index))
        {
            _ids[field] = index = new Dictionary<string, string>(comparer);
            foreach (var (id, record) in _records)
                Index(index, field, id, record);
        }

        return index.GetValueOrDefault(value);
    }

    public void Set(string id, IReadOnlyDictionary<string, string?> record)
    {
        Apply(new Change(name, id, record));
        changed(new Change(name, id, record));
    }

    public bool Remove(string id)
    {
        if (!_records.ContainsKey(id))
            return false;
        Apply(new Change(name, id, null));
        changed(new Change(name, id, null));
        return true;
    }

    public void Clear()
    {
        if (_records.Count == 0)
            return;
        Apply(new Change(name, null, null));
        changed(new Change(name, null, null));
    }

    /// <summary>Makes a change that was logged before.</summary>
    public void Apply(Change change)
    {
        if (change.Id is null)
        {
            _records.Clear();
            _ids.Clear();
            return;
        }

        if (_records.TryGetValue(change.Id, out var before))
            Unindex(change.Id, before);
        if (change.Fields is null)
        {
            _records.Remove(change.Id);
            return;
        }

        _records[change.Id] = change.Fields;
        foreach (var (field, index) in _ids)
            Index(index, field, change.Id, change.Fields);
    }

    private void Unindex(string id, IReadOnlyDictionary<string, string?> record)
    {
        foreach (var (field, index) in _ids)
        {
            if (record.GetValueOrDefault(field) is { } value && index.TryGetValue(value, out var known) && known == id)
                index.Remove(value);
        }
    }

    private static void Index(Dictionary<string, string> index, string field, string id, IReadOnlyDictionary<string, string?> record)
    {
        if (record.GetValueOrDefault(field) is { } value)
            index[value] = id;
    }
}
