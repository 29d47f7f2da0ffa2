using System.Globalization;
using System.Text.RegularExpressions;

namespace ReverseEtl.DuckDb;

/// <summary>SQL names of types, as DuckDB's own <c>typeof</c> writes them.</summary>
internal static partial class TypeNames
{
    internal static string Of(DuckDBLogicalType type) => type.Id switch
    {
        DuckDBType.Decimal => string.Create(CultureInfo.InvariantCulture, $"DECIMAL({type.Width},{type.Scale})"),
        DuckDBType.Enum => $"ENUM({string.Join(", ", type.EnumValues.Select(Literal))})",
        DuckDBType.List => $"{type.Children[0].Type}[]",
        DuckDBType.Array => string.Create(CultureInfo.InvariantCulture, $"{type.Children[0].Type}[{type.ArraySize}]"),
        DuckDBType.Map => $"MAP({type.Children[0].Type}, {type.Children[1].Type})",
        DuckDBType.Struct => $"STRUCT({Fields(type)})",
        DuckDBType.Union => $"UNION({Fields(type)})",
        _ => Simple(type.Id),
    };

    private static string Simple(DuckDBType id) => id switch
    {
        DuckDBType.UnsignedTinyInt => "UTINYINT",
        DuckDBType.UnsignedSmallInt => "USMALLINT",
        DuckDBType.UnsignedInteger => "UINTEGER",
        DuckDBType.UnsignedBigInt => "UBIGINT",
        DuckDBType.UnsignedHugeInt => "UHUGEINT",
        DuckDBType.TimestampS => "TIMESTAMP_S",
        DuckDBType.TimestampMs => "TIMESTAMP_MS",
        DuckDBType.TimestampNs => "TIMESTAMP_NS",
        DuckDBType.TimestampTz => "TIMESTAMP WITH TIME ZONE",
        DuckDBType.TimeTz => "TIME WITH TIME ZONE",
        DuckDBType.TimeNs => "TIME_NS",
        DuckDBType.SqlNull => "\"NULL\"",
        _ => id.ToString().ToUpperInvariant(),
    };

    private static string Fields(DuckDBLogicalType type) =>
        string.Join(", ", type.Children.Select(child => $"{Identifier(child.Name)} {child.Type}"));

    private static string Literal(string text) => $"'{text.Replace("'", "''", StringComparison.Ordinal)}'";

    internal static string Quoted(string name) => $"\"{name.Replace("\"", "\"\"", StringComparison.Ordinal)}\"";

    private static string Identifier(string name) => Plain().IsMatch(name) ? name : Quoted(name);

    [GeneratedRegex("^[a-zA-Z_][a-zA-Z0-9_]*$")]
    private static partial Regex Plain();
}
