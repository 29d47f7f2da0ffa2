using System.Data;
using System.Data.Common;
using System.Diagnostics.CodeAnalysis;

namespace ReverseEtl.DuckDb;

/// <summary>A value for <c>$name</c>, or without a name for <c>?</c> and <c>$1</c>. Its DuckDB type is that of the CLR value; DuckDB casts where it must.</summary>
public sealed class DuckDBParameter : DbParameter
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

    /// <summary>With or without the leading <c>$</c>; case does not matter.</summary>
    [AllowNull]
    public override string ParameterName { get => field; set => field = value ?? ""; } = "";

    internal string BareName => ParameterName.TrimStart(Prefixes);

    public override object? Value { get; set; }

    /// <summary>Kept for those who ask; the value's own type decides.</summary>
    public override DbType DbType { get; set; } = DbType.Object;

    public override ParameterDirection Direction
    {
        get => ParameterDirection.Input;
        set
        {
            if (value != ParameterDirection.Input)
                throw new NotSupportedException("DuckDB has input parameters only.");
        }
    }

    public override bool IsNullable { get; set; } = true;

    public override int Size { get; set; }

    [AllowNull]
    public override string SourceColumn { get => field; set => field = value ?? ""; } = "";

    public override bool SourceColumnNullMapping { get; set; }

    public override void ResetDbType() => DbType = DbType.Object;
}
