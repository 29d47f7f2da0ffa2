namespace ReverseEtl.DuckDb;

/// <summary>
/// A value for <c>$name</c>, or without a name for <c>?</c> and <c>$1</c>; the name is with or without its <c>$</c>, and its case does not
/// matter. Its DuckDB type is that of the CLR value; DuckDB casts where it must.
/// </summary>
public sealed class DuckDBParameter : InputParameter
{
    private static readonly char[] Prefixes = ['$', '@', ':'];

    public DuckDBParameter()
    {
    }

    public DuckDBParameter(object? value) => Value = value;

    public DuckDBParameter(string name, object? value)
    {
        ParameterName = name;
        Value = value;
    }

    internal string BareName => ParameterName.TrimStart(Prefixes);
}
