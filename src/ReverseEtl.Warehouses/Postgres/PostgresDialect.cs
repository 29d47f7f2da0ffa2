using System.Globalization;
using ReverseEtl.Core.Models;

namespace ReverseEtl.Warehouses.Postgres;

/// <summary>PostgreSQL's way to write names and literals.</summary>
public sealed class PostgresDialect : ISqlDialect
{
    /// <inheritdoc/>
    public string Type => PostgresWarehouseOptions.TypeName;

    /// <inheritdoc/>
    public string Quote(string name) => Name(name);

    /// <inheritdoc/>
    public string Source(string schema, string table) => $"{Name(schema)}.{Name(table)}";

    /// <inheritdoc/>
    public string Instant(DateTimeOffset instant) =>
        string.Create(CultureInfo.InvariantCulture, $"timestamptz '{instant.UtcDateTime:yyyy-MM-dd HH:mm:ss.ffffff}+00'");

    internal static string Name(string name) => $"\"{name.Replace("\"", "\"\"", StringComparison.Ordinal)}\"";

    internal static string Text(string text) => $"'{text.Replace("'", "''", StringComparison.Ordinal)}'";
}
