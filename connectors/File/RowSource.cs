using ReverseEtl.Core.Delivery;

namespace ReverseEtl.Connectors.Files;

/// <summary>A column to be written.</summary>
/// <param name="Field">Its name and type.</param>
/// <param name="Value">SQL of its value as staged.</param>
internal readonly record struct RowColumn(StagedField Field, string Value);

/// <summary>The rows of a file, whatever its format.</summary>
/// <param name="From">The table, or a query in brackets.</param>
/// <param name="Columns">What to write, in order.</param>
internal sealed record RowSource(string From, IReadOnlyList<RowColumn> Columns)
{
    private const string Nothing = "(SELECT '' AS key, 0 AS ord WHERE false)";

    /// <summary>The fields of a table by name; one that it does not have is NULL.</summary>
    public static RowSource Of(StagedTable? table, IEnumerable<string> fields)
    {
        var staged = (table?.Fields ?? [])
            .Select((field, index) => new RowColumn(field, $"r.{StagedTable.Column(index)}"))
            .ToDictionary(column => column.Field.Name);
        return new RowSource(table?.Name ?? Nothing, [.. fields.Select(name => staged.TryGetValue(name, out var column) ? column : Missing(name))]);
    }

    /// <summary>The query. Always in the order of the keys, so that equal rows give equal files.</summary>
    /// <param name="value">How a format wants a column's value.</param>
    /// <param name="named">False where the format writes the names itself.</param>
    public string Query(Func<RowColumn, string> value, bool named)
    {
        var columns = Columns.Select(column => named ? $"{value(column)} AS {Quoted(column.Field.Name)}" : value(column));
        return $"SELECT {string.Join(", ", columns)} FROM {From} AS r ORDER BY r.key, r.ord";
    }

    /// <summary>A query for one row about all rows.</summary>
    public string Aggregate(IEnumerable<string> values) => $"SELECT {string.Join(", ", values)} FROM {From} AS r";

    private static RowColumn Missing(string name) => new(new StagedField(name, FieldType.Text, Skip: false), "CAST(NULL AS VARCHAR)");

    private static string Quoted(string name) => $"\"{name.Replace("\"", "\"\"", StringComparison.Ordinal)}\"";
}
