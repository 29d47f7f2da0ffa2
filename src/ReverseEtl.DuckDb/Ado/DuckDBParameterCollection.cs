using System.Collections;
using System.Data.Common;
using System.Globalization;

namespace ReverseEtl.DuckDb;

/// <summary>A command's parameters.</summary>
public sealed class DuckDBParameterCollection : DbParameterCollection, IEnumerable<DuckDBParameter>
{
    private readonly List<DuckDBParameter> _items = [];

    public override int Count => _items.Count;

    public override object SyncRoot => ((ICollection)_items).SyncRoot;

    public new DuckDBParameter this[int index]
    {
        get => _items[index];
        set => _items[index] = value;
    }

    public DuckDBParameter Add(DuckDBParameter parameter)
    {
        _items.Add(parameter);
        return parameter;
    }

    public DuckDBParameter AddWithValue(string name, object? value) => Add(new DuckDBParameter(name, value));

    public override int Add(object value)
    {
        Add(Cast(value));
        return _items.Count - 1;
    }

    public override void AddRange(Array values)
    {
        foreach (var value in values)
            Add(value!);
    }

    public override void Clear() => _items.Clear();

    public override bool Contains(object value) => IndexOf(value) >= 0;

    public override bool Contains(string value) => IndexOf(value) >= 0;

    public override void CopyTo(Array array, int index) => ((ICollection)_items).CopyTo(array, index);

    IEnumerator<DuckDBParameter> IEnumerable<DuckDBParameter>.GetEnumerator() => _items.GetEnumerator();

    public override IEnumerator GetEnumerator() => _items.GetEnumerator();

    public override int IndexOf(object value) => value is DuckDBParameter parameter ? _items.IndexOf(parameter) : -1;

    public override int IndexOf(string parameterName)
    {
        var bare = new DuckDBParameter(parameterName, null).BareName;
        return _items.FindIndex(item => string.Equals(item.BareName, bare, StringComparison.OrdinalIgnoreCase));
    }

    public override void Insert(int index, object value) => _items.Insert(index, Cast(value));

    public override void Remove(object value) => _items.Remove(Cast(value));

    public override void RemoveAt(int index) => _items.RemoveAt(index);

    public override void RemoveAt(string parameterName) => _items.RemoveAt(Existing(parameterName));

    protected override DbParameter GetParameter(int index) => _items[index];

    protected override DbParameter GetParameter(string parameterName) => _items[Existing(parameterName)];

    protected override void SetParameter(int index, DbParameter value) => _items[index] = Cast(value);

    protected override void SetParameter(string parameterName, DbParameter value) => _items[Existing(parameterName)] = Cast(value);

    /// <summary>By name; a number also by place among the parameters without a name, counted from 1.</summary>
    internal DuckDBParameter? Find(string name)
    {
        if (IndexOf(name) is >= 0 and var index)
            return _items[index];
        return int.TryParse(name, NumberStyles.None, CultureInfo.InvariantCulture, out var place) && place > 0
            ? _items.Where(item => item.BareName.Length == 0).ElementAtOrDefault(place - 1)
            : null;
    }

    private int Existing(string name) => IndexOf(name) is >= 0 and var index
        ? index
        : throw new ArgumentException($"There is no parameter {name}.", nameof(name));

    private static DuckDBParameter Cast(object? value) => value as DuckDBParameter
        ?? throw new ArgumentException($"A DuckDBParameter is needed, not {value?.GetType().Name ?? "null"}.", nameof(value));
}
