using ReverseEtl.Core.Delivery;
using ReverseEtl.Core.Planning;

namespace ReverseEtl.Warehouses.Postgres;

/// <summary>
/// How PostgreSQL's types travel: the one table of canonical forms. They are DuckDB's, so that the same value looks the same out of
/// either warehouse. <see cref="ColumnInfo.WarehouseType"/> is what <c>format_type</c> says; with precision and scale for numeric only, as
/// they alone decide how values are kept. What a session must be set to stands in <see cref="PostgresSession"/>.
/// </summary>
internal static class PostgresTypes
{
    /// <summary>The type that a column's values have on their way.</summary>
    /// <param name="name">The type as <c>format_type</c> names it, without precision; the base type of a domain.</param>
    /// <param name="isNested">True for arrays and for rows.</param>
    public static FieldType FieldTypeOf(string name, bool isNested) => isNested ? FieldType.Json : name switch
    {
        "boolean" => FieldType.Boolean,
        "smallint" or "integer" or "bigint" or "oid" => FieldType.Integer,
        "real" or "double precision" => FieldType.Float,
        "numeric" or "money" => FieldType.Decimal,
        "date" => FieldType.Date,
        "time without time zone" or "time with time zone" => FieldType.Time,
        "timestamp without time zone" => FieldType.Timestamp,
        "timestamp with time zone" => FieldType.TimestampTz,
        "interval" => FieldType.Interval,
        "uuid" => FieldType.Uuid,
        "bytea" => FieldType.Bytes,
        "json" or "jsonb" => FieldType.Json,
        _ => FieldType.Text,
    };

    /// <summary>The SQL that turns a column into what travels: a 64-bit slot (boolean, bigint, double precision), or canonical text.</summary>
    public static string Canonical(string sql, ColumnInfo column) => column.Type switch
    {
        FieldType.Boolean => sql,
        FieldType.Integer => $"{sql}::bigint",
        // Through text: 0.1 as real must arrive as 0.1, not as the double nearest to it.
        FieldType.Float => column.WarehouseType == "real" ? $"{sql}::text::double precision" : sql,
        // Its own text has the server's currency sign.
        FieldType.Decimal when column.WarehouseType == "money" => $"{sql}::numeric::text",
        FieldType.Date => $"replace({sql}::text, ' BC', ' (BC)')",
        FieldType.Timestamp => Timestamp(sql),
        FieldType.TimestampTz => $"case when isfinite({sql}) then {Timestamp($"({sql} at time zone 'UTC')")} || 'Z' else {sql}::text end",
        // PostgreSQL says mon for month, -1 days for -1 day, and puts a + before what follows something negative.
        FieldType.Interval => $"regexp_replace(replace(replace({sql}::text, 'mon', 'month'), '+', ''), '(-1 [a-z]+)s', '\\1', 'g')",
        FieldType.Bytes => $"translate(encode({sql}, 'base64'), E'\\n', '')",
        FieldType.Json when column.WarehouseType is not ("json" or "jsonb") => $"to_json({sql})::text",
        // Its cast to text shows a netmask that the value itself does not.
        FieldType.Text when column.WarehouseType == "inet" => $"abbrev({sql})",
        _ => $"{sql}::text",
    };

    /// <summary>The SQL type of what <see cref="Canonical"/> gives.</summary>
    public static string StorageOf(FieldType type) => type switch
    {
        FieldType.Boolean => "boolean",
        FieldType.Integer => "bigint",
        FieldType.Float => "double precision",
        _ => "text",
    };

    /// <summary>
    /// A key column as snapshots keep it. Types with one text for a value stay as they are; all others are kept as canonical text, which
    /// is compared byte for byte: neither a collation nor citext makes two keys one.
    /// </summary>
    public static string Key(string sql, ColumnInfo column) => (IsNativeKey(column), column.Type.IsFixed()) switch
    {
        (true, _) => sql,
        (_, true) => Canonical(sql, column),
        _ => $"({Canonical(sql, column)}) collate \"C\"",
    };

    /// <summary>The SQL type of what <see cref="Key"/> gives.</summary>
    public static string KeyStorageOf(ColumnInfo column) => (IsNativeKey(column), column.Type.IsFixed()) switch
    {
        (true, _) => column.WarehouseType,
        (_, true) => StorageOf(column.Type),
        _ => "text collate \"C\"",
    };

    /// <summary>The SQL that turns a kept key into what travels.</summary>
    public static string CanonicalKey(string sql, ColumnInfo column) => IsNativeKey(column) ? Canonical(sql, column) : sql;

    /// <summary>Precision and scale where numeric has them and all its values fit 38 digits; null else.</summary>
    public static (int Precision, int Scale)? DecimalOf(ColumnInfo column)
    {
        const string Prefix = "numeric(";
        if (!column.WarehouseType.StartsWith(Prefix, StringComparison.Ordinal))
            return null;
        var parts = column.WarehouseType[Prefix.Length..^1].Split(',');
        var (precision, scale) = (int.Parse(parts[0], null), parts.Length > 1 ? int.Parse(parts[1], null) : 0);
        return precision <= 38 && scale >= 0 && scale <= precision ? (precision, scale) : null;
    }

    // A numeric without a scale may have two texts for one value.
    private static bool IsNativeKey(ColumnInfo column) => column.Type is FieldType.Uuid or FieldType.Date or FieldType.Timestamp or FieldType.TimestampTz
        || DecimalOf(column) is not null;

    // 0044-03-15 12:00:00 BC becomes 0044-03-15T(BC)T12:00:00.
    private static string Timestamp(string sql) => $"replace(regexp_replace({sql}::text, '^(\\S+) (\\S+) BC$', '\\1 (BC) \\2'), ' ', 'T')";
}
