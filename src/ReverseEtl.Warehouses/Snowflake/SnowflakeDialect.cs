using System.Globalization;
using System.Text.RegularExpressions;
using ReverseEtl.Core.Models;

namespace ReverseEtl.Warehouses.Snowflake;

/// <summary>
/// Snowflake's way to write names and literals. Snowflake keeps a name that SQL has without quotes in upper case, so the same model would have
/// columns named ID here and id elsewhere. Projects write such names in lower case, as everywhere: <c>id</c> is Snowflake's ID. Every other name
/// stands for itself (<c>Id</c>, <c>Min dag</c>); one that Snowflake really has in lower case is written in quotes of its own (<c>"id"</c>). All
/// names are quoted in SQL, so none is ever a keyword.
/// </summary>
public sealed partial class SnowflakeDialect : ISqlDialect
{
    /// <inheritdoc/>
    public string Type => SnowflakeWarehouseOptions.TypeName;

    /// <inheritdoc/>
    public string Quote(string name) => Name(name);

    /// <inheritdoc/>
    public string Source(string schema, string table) => $"{Name(schema)}.{Name(table)}";

    /// <summary>A TIMESTAMP_TZ, whatever the account's formats.</summary>
    public string Instant(DateTimeOffset instant) =>
        string.Create(CultureInfo.InvariantCulture, $"to_timestamp_tz('{instant.UtcDateTime:yyyy-MM-dd HH:mm:ss.ffffff} +0000', 'YYYY-MM-DD HH24:MI:SS.FF6 TZHTZM')");

    /// <summary>A project's name as SQL has it.</summary>
    internal static string Name(string name) => Exact(InSnowflake(name));

    /// <summary>A name of Snowflake's as SQL has it.</summary>
    internal static string Exact(string name) => $"\"{name.Replace("\"", "\"\"", StringComparison.Ordinal)}\"";

    internal static string Text(string text) =>
        $"'{text.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("'", "''", StringComparison.Ordinal)}'";

    /// <summary>A project's name as Snowflake has it.</summary>
    internal static string InSnowflake(string name)
    {
        if (Lower().IsMatch(name))
            return name.ToUpperInvariant();
        return name is ['"', _, .., '"'] ? name[1..^1].Replace("\"\"", "\"", StringComparison.Ordinal) : name;
    }

    /// <summary>A name of Snowflake's as projects have it.</summary>
    internal static string InProject(string name)
    {
        if (Upper().IsMatch(name))
            return name.ToLowerInvariant();
        return InSnowflake(name) == name ? name : Exact(name);
    }

    [GeneratedRegex("^[a-z_][a-z0-9_$]*$", RegexOptions.CultureInvariant)]
    private static partial Regex Lower();

    [GeneratedRegex("^[A-Z_][A-Z0-9_$]*$", RegexOptions.CultureInvariant)]
    private static partial Regex Upper();
}
