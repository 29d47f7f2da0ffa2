using System.Globalization;

namespace ReverseEtl.DuckDb;

/// <summary>A command's parameters.</summary>
public sealed class DuckDBParameterCollection : ParameterList<DuckDBParameter>
{
    public DuckDBParameter AddWithValue(string name, object? value) => Add(new DuckDBParameter(name, value));

    /// <summary>By name; a number also by place among the parameters without a name, counted from 1.</summary>
    internal DuckDBParameter? Find(string name)
    {
        if (IndexOf(name) is >= 0 and var index)
            return this[index];
        return int.TryParse(name, NumberStyles.None, CultureInfo.InvariantCulture, out var place) && place > 0
            ? ((IEnumerable<DuckDBParameter>)this).Where(item => item.BareName.Length == 0).ElementAtOrDefault(place - 1)
            : null;
    }

    protected override string BareName(string name) => new DuckDBParameter(name, null).BareName;
}
