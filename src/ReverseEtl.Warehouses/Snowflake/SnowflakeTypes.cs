using System.Globalization;
using System.Text.RegularExpressions;
using ReverseEtl.Core.Delivery;
using ReverseEtl.Core.Planning;

namespace ReverseEtl.Warehouses.Snowflake;

/// <summary>How Snowflake's types travel: the canonical forms are DuckDB's, so that a destination cannot tell where a value came from.</summary>
internal static partial class SnowflakeTypes
{
    private const int LongDigits = 18;

    /// <summary>A column as projects know it.</summary>
    public static ColumnInfo Describe(ResultColumn column) => new(SnowflakeDialect.InProject(column.Name), SqlName(column), FieldTypeOf(column));

    /// <summary>The type as SQL writes it: <c>NUMBER(38,2)</c>.</summary>
    public static string SqlName(ResultColumn column) => column.Type.ToLowerInvariant() switch
    {
        "fixed" => string.Create(CultureInfo.InvariantCulture, $"NUMBER({column.Precision ?? 38},{column.Scale ?? 0})"),
        "real" => "FLOAT",
        "text" => "VARCHAR",
        "time" or "timestamp_ntz" or "timestamp_ltz" or "timestamp_tz" =>
            string.Create(CultureInfo.InvariantCulture, $"{column.Type.ToUpperInvariant()}({column.Scale ?? 9})"),
        _ => column.Type.ToUpperInvariant(),
    };

    /// <summary>The type that a column's values have on their way.</summary>
    public static FieldType FieldTypeOf(ResultColumn column) => column.Type.ToLowerInvariant() switch
    {
        "boolean" => FieldType.Boolean,
        // A NUMBER(38,0), which Snowflake's INTEGER is, may have more digits than 64 bits hold.
        "fixed" => column is { Scale: null or 0, Precision: <= LongDigits } ? FieldType.Integer : FieldType.Decimal,
        "decfloat" => FieldType.Decimal,
        "real" => FieldType.Float,
        "date" => FieldType.Date,
        "time" => FieldType.Time,
        "timestamp_ntz" => FieldType.Timestamp,
        "timestamp_ltz" or "timestamp_tz" => FieldType.TimestampTz,
        "binary" => FieldType.Bytes,
        "variant" or "object" or "array" or "map" or "geography" or "geometry" or "vector" => FieldType.Json,
        _ => FieldType.Text,
    };

    /// <summary>The SQL that turns a column into what travels: a boolean, an integer, a double, or canonical text.</summary>
    public static string Canonical(string sql, ColumnInfo column) => column.Type switch
    {
        FieldType.Boolean or FieldType.Integer or FieldType.Float => sql,
        FieldType.Date => $"to_varchar({sql}, 'YYYY-MM-DD')",
        FieldType.Time => Trimmed($"to_varchar({sql}, 'HH24:MI:SS.FF9')"),
        FieldType.Timestamp => Timestamp(sql),
        FieldType.TimestampTz => $"{Timestamp($"convert_timezone('UTC', {sql})")} || 'Z'",
        FieldType.Bytes => $"base64_encode({sql})",
        FieldType.Json => $"to_json({Nested(sql, column.WarehouseType)})",
        FieldType.Text when column.WarehouseType == "VARCHAR" => sql,
        _ => $"to_varchar({sql})",
    };

    /// <summary>Precision and scale of a NUMBER; null else.</summary>
    public static (int Precision, int Scale)? DecimalOf(ColumnInfo column) => Number().Match(column.WarehouseType) is { Success: true } type
        ? (int.Parse(type.Groups[1].ValueSpan, CultureInfo.InvariantCulture), int.Parse(type.Groups[2].ValueSpan, CultureInfo.InvariantCulture))
        : null;

    [GeneratedRegex(@"^NUMBER\((\d+),(\d+)\)$", RegexOptions.CultureInvariant)]
    private static partial Regex Number();

    private static string Timestamp(string sql) => Trimmed($"to_varchar({sql}, 'YYYY-MM-DD\"T\"HH24:MI:SS.FF9')");

    // The fraction is always there, so no other zero is cut, and no other point.
    private static string Trimmed(string sql) => $"rtrim(rtrim({sql}, '0'), '.')";

    private static string Nested(string sql, string type) => type switch
    {
        "VARIANT" => sql,
        "GEOGRAPHY" or "GEOMETRY" => $"st_asgeojson({sql})::variant",
        "VECTOR" => $"{sql}::array::variant",
        _ => $"{sql}::variant",
    };
}
