using ReverseEtl.Core.Delivery;
using ReverseEtl.Core.Planning;
using ReverseEtl.DuckDb;
using ReverseEtl.Warehouses.DuckDb;

namespace ReverseEtl.Warehouses.Local;

/// <summary>
/// A row's key as text inside DuckDB, byte for byte as <see cref="RowKey.Text"/> gives it. Most keys are one column whose canonical
/// form is that text already; DuckDB writes floats and JSON otherwise, so that those are left to C#.
/// </summary>
internal sealed class KeyTextFunction(IReadOnlyList<ColumnInfo> key)
{
    private const string Name = "cdp_key_text";

    private bool IsPlain => key is [{ Type: not FieldType.Float }];

    /// <summary>The text of a key as it is kept.</summary>
    public string OfKept(string row) => Of((column, i) => DuckDbTypes.CanonicalKey($"{row}.k{i}", column));

    /// <summary>The text of a key by the model's columns.</summary>
    public string OfModel => Of((column, _) => DuckDbTypes.Canonical(DuckDbDialect.Name(column.Name), column));

    /// <summary>Makes the function known to a session; once for each.</summary>
    public void Register(DuckDBConnection connection)
    {
        if (IsPlain)
            return;
        connection.RegisterOnce(new DuckDBScalarFunction
        {
            Name = Name,
            VarArgs = DuckDBLogicalType.Any,
            ReturnType = DuckDBLogicalType.Varchar,
            Callback = Write,
            SeesNulls = true,
            IsVolatile = true,
        });
    }

    private string Of(Func<ColumnInfo, int, string> canonical)
    {
        var columns = key.Select(canonical).ToList();
        return IsPlain ? $"coalesce(({columns[0]})::varchar, 'null')" : $"{Name}({string.Join(", ", columns)})";
    }

    private void Write(DataChunk input, VectorWriter output)
    {
        var columns = new List<FieldColumn>(key.Count);
        for (var i = 0; i < key.Count; i++)
            columns.Add(ChunkCopy.Column(key[i], input[i], input.RowCount));
        for (var row = 0; row < input.RowCount; row++)
            output.AssignString(row, RowKey.Text(columns, row));
        foreach (var column in columns)
            column.Dispose();
    }
}
