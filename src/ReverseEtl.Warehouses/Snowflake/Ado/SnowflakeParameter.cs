using ReverseEtl.DuckDb;

namespace ReverseEtl.Warehouses.Snowflake;

/// <summary>A value for a <c>?</c>, by its place among the parameters; its name is for the caller. Its Snowflake type is that of the .NET value.</summary>
public sealed class SnowflakeParameter : InputParameter
{
    public SnowflakeParameter()
    {
    }

    public SnowflakeParameter(object? value) => Value = value;
}
