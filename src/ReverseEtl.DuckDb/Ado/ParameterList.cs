using System.Collections;
using System.Data.Common;

namespace ReverseEtl.DuckDb;

/// <summary>Parameters in their order, as ADO.NET wants them kept.</summary>
/// <typeparam name="TParameter">The provider's own type.</typeparam>
public abstract class ParameterList<TParameter> : DbParameterCollection, IReadOnlyList<TParameter>
    where TParameter : DbParameter
{
    private readonly List<TParameter> _items = [];

    public override int Count => _items.Count;

    public override object SyncRoot => ((ICollection)_items).SyncRoot;

    public new TParameter this[int index]
    {
        get => _items[index];
        set => _items[index] = value;
    }

    public TParameter Add(TParameter parameter)
    {
        _items.Add(parameter);
        return parameter;
    }

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

    IEnumerator<TParameter> IEnumerable<TParameter>.GetEnumerator() => _items.GetEnumerator();

    public override IEnumerator GetEnumerator() => _items.GetEnumerator();

    public override int IndexOf(object value) => value is TParameter parameter ? _items.IndexOf(parameter) : -1;

    public override int IndexOf(string parameterName)
    {
        var bare = BareName(parameterName);
        return _items.FindIndex(item => string.Equals(BareName(item.ParameterName), bare, StringComparison.OrdinalIgnoreCase));
    }

    public override void Insert(int index, object value) => _items.Insert(index, Cast(value));

    public override void Remove(object value) => _items.Remove(Cast(value));

    public override void RemoveAt(int index) => _items.RemoveAt(index);

    public override void RemoveAt(string parameterName) => _items.RemoveAt(Existing(parameterName));

    protected override DbParameter GetParameter(int index) => _items[index];

    protected override DbParameter GetParameter(string parameterName) => _items[Existing(parameterName)];

    protected override void SetParameter(int index, DbParameter value) => _items[index] = Cast(value);

    protected override void SetParameter(string parameterName, DbParameter value) => _items[Existing(parameterName)] = Cast(value);

    /// <summary>A name without what marks it as a parameter's.</summary>
    protected abstract string BareName(string name);

    private int Existing(string name) => IndexOf(name) is >= 0 and var index
        ? index
        : throw new ArgumentException($"There is no parameter {name}.", nameof(name));

    private static TParameter Cast(object? value) => value as TParameter
        ?? throw new ArgumentException($"A {typeof(TParameter).Name} is needed, not {value?.GetType().Name ?? "null"}.", nameof(value));
}
