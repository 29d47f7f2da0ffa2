using System.Globalization;
using ReverseEtl.Core.Models;

namespace ReverseEtl.Warehouses.DuckDb;

/// <summary>DuckDB's way to write names and literals.</summary>
public sealed class DuckDbDialect : ISqlDialect
{
    /// <inheritdoc/>
    public string Type => DuckDbWarehouseOptions.TypeName;

    /// <inheritdoc/>
    public string Quote(string name) => Name(name);

    /// <inheritdoc/>
    public string Source(string schema, string table) => $"{Name(schema)}.{Name(table)}";

    /// <inheritdoc/>
    /// <remarks>Without its database: to another tool the file had another name than it is attached under here.</remarks>
    public string Relation(Relation relation) => Source(relation.Schema, relation.Table);

    /// <inheritdoc/>
    public string Instant(DateTimeOffset instant) =>
        string.Create(CultureInfo.InvariantCulture, $"timestamptz '{instant.UtcDateTime:yyyy-MM-dd HH:mm:ss.ffffff}+00'");

    internal static string Name(string name) => $"\"{name.Replace("\"", "\"\"", StringComparison.Ordinal)}\"";

    internal static string Text(string text) => $"'{text.Replace("'", "''", StringComparison.Ordinal)}'";
}
