using System.Data;
using System.Data.Common;
using System.Diagnostics.CodeAnalysis;

namespace ReverseEtl.DuckDb;

/// <summary>A parameter that brings in a value, whose own type decides what it is to the database.</summary>
public abstract class InputParameter : DbParameter
{
    /// <summary>The parameter's name, marked as one or not.</summary>
    [AllowNull]
    public override string ParameterName { get => field; set => field = value ?? ""; } = "";

    public override object? Value { get; set; }

    /// <summary>Kept for those who ask; the value's own type decides.</summary>
    public override DbType DbType { get; set; } = DbType.Object;

    public override ParameterDirection Direction
    {
        get => ParameterDirection.Input;
        set
        {
            if (value != ParameterDirection.Input)
                throw new NotSupportedException("There are input parameters only.");
        }
    }

    public override bool IsNullable { get; set; } = true;

    public override int Size { get; set; }

    [AllowNull]
    public override string SourceColumn { get => field; set => field = value ?? ""; } = "";

    public override bool SourceColumnNullMapping { get; set; }

    public override void ResetDbType() => DbType = DbType.Object;
}
