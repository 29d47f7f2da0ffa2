using System.Globalization;
using ReverseEtl.DuckDb;

namespace ReverseEtl.Warehouses.Snowflake;

/// <summary>A command's parameters, in the order of its <c>?</c>.</summary>
public sealed class SnowflakeParameterCollection : ParameterList<SnowflakeParameter>
{
    public SnowflakeParameter AddWithValue(object? value) => Add(new SnowflakeParameter(value));

    protected override string BareName(string name) => name;

    internal IReadOnlyDictionary<string, Binding>? Bindings() => Count == 0
        ? null
        : Enumerable.Range(0, Count).ToDictionary(i => (i + 1).ToString(CultureInfo.InvariantCulture), i => BindingValue.Of(this[i].Value));
}
