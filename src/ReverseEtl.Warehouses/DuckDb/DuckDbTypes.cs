using System.Text.RegularExpressions;
using ReverseEtl.Core.Delivery;
using ReverseEtl.Core.Planning;
using ReverseEtl.DuckDb;

namespace ReverseEtl.Warehouses.DuckDb;

/// <summary>How DuckDB's types travel: the one table of canonical forms.</summary>
internal static partial class DuckDbTypes
{
    /// <summary>The type that a column's values have on their way.</summary>
    public static FieldType FieldTypeOf(DuckDBLogicalType type) => type.Alias == "JSON" ? FieldType.Json : type.Id switch
    {
        DuckDBType.Boolean => FieldType.Boolean,
        DuckDBType.TinyInt or DuckDBType.SmallInt or DuckDBType.Integer or DuckDBType.BigInt => FieldType.Integer,
        DuckDBType.UnsignedTinyInt or DuckDBType.UnsignedSmallInt or DuckDBType.UnsignedInteger => FieldType.Integer,
        DuckDBType.UnsignedBigInt or DuckDBType.HugeInt or DuckDBType.UnsignedHugeInt or DuckDBType.Decimal => FieldType.Decimal,
        DuckDBType.Float or DuckDBType.Double => FieldType.Float,
        DuckDBType.Date => FieldType.Date,
        DuckDBType.Time or DuckDBType.TimeTz or DuckDBType.TimeNs => FieldType.Time,
        DuckDBType.Timestamp or DuckDBType.TimestampS or DuckDBType.TimestampMs or DuckDBType.TimestampNs => FieldType.Timestamp,
        DuckDBType.TimestampTz => FieldType.TimestampTz,
        DuckDBType.Interval => FieldType.Interval,
        DuckDBType.Uuid => FieldType.Uuid,
        DuckDBType.Blob => FieldType.Bytes,
        DuckDBType.List or DuckDBType.Array or DuckDBType.Struct or DuckDBType.Map or DuckDBType.Union => FieldType.Json,
        _ => FieldType.Text,
    };

    /// <summary>The SQL that turns a column into what travels: a 64-bit slot, or canonical text.</summary>
    public static string Canonical(string sql, ColumnInfo column) => column.Type switch
    {
        _ when IsText(column) => $"{sql}::varchar",
        FieldType.Boolean => sql,
        FieldType.Integer => $"{sql}::bigint",
        // Through text: 0.1 as FLOAT must arrive as 0.1, not as the double nearest to it.
        FieldType.Float => column.WarehouseType == "FLOAT" ? $"{sql}::varchar::double" : sql,
        FieldType.Timestamp => $"replace({sql}::varchar, ' ', 'T')",
        FieldType.TimestampTz => $"case when isfinite({sql}) then replace(({sql} at time zone 'UTC')::varchar, ' ', 'T') || 'Z' else {sql}::varchar end",
        FieldType.Bytes => $"to_base64({sql})",
        FieldType.Json when column.WarehouseType != "JSON" => $"to_json({sql})::varchar",
        // DuckDB writes .25 where a decimal has no digits before its point, which is no number in JSON.
        FieldType.Decimal when IsFraction(column) => $"regexp_replace({sql}::varchar, '^(-?)\\.', '\\10.')",
        _ => $"{sql}::varchar",
    };

    /// <summary>
    /// A column as plans keep it: as it is, for text of numbers and times is slow to make and to store. Only an ENUM, which belongs
    /// to the user's catalogue, nested values, and what Parquet would round become what travels at once.
    /// </summary>
    public static string Planned(string sql, ColumnInfo column) => IsPlannedAsText(column) ? Canonical(sql, column) : sql;

    /// <summary>The SQL that turns a planned column into what travels.</summary>
    public static string CanonicalPlanned(string sql, ColumnInfo column) => IsPlannedAsText(column) ? sql : Canonical(sql, column);

    /// <summary>
    /// The SQL that reads a planned column for delivery: as <see cref="CanonicalPlanned"/>, but what <see cref="Local.ChunkCopy"/> writes as
    /// text itself, faster than a cast, stays as it is.
    /// </summary>
    public static string Delivered(string sql, ColumnInfo column) => IsWrittenHere(column) ? sql : CanonicalPlanned(sql, column);

    /// <summary>The SQL type of what <see cref="Canonical"/> gives.</summary>
    public static string StorageOf(FieldType type) => type switch
    {
        FieldType.Boolean => "BOOLEAN",
        FieldType.Integer => "BIGINT",
        FieldType.Float => "DOUBLE",
        _ => "VARCHAR",
    };

    /// <summary>
    /// A key column as snapshots keep it. Types that are fast to join and stand on their own stay as they are; an ENUM belongs to the
    /// user's catalogue, and JSON and nested values have no plain equality, so they are kept as canonical text.
    /// </summary>
    public static string Key(string sql, ColumnInfo column) => IsNativeKey(column.Type) ? sql : Canonical(sql, column);

    /// <summary>The SQL type of what <see cref="Key"/> gives.</summary>
    public static string KeyStorageOf(ColumnInfo column) => IsNativeKey(column.Type) ? column.WarehouseType : StorageOf(column.Type);

    /// <summary>True where a Parquet file holds a kept key as it is.</summary>
    public static bool IsParquetKey(ColumnInfo column) => IsExactInParquet(KeyStorageOf(column));

    /// <summary>The SQL that turns a kept key into what a Parquet file holds of it, without loss.</summary>
    public static string ParquetKey(string sql, ColumnInfo column) => IsParquetKey(column) ? sql : $"{sql}::varchar";

    /// <summary>The SQL that reads what <see cref="ParquetKey"/> wrote.</summary>
    public static string FromParquetKey(string sql, ColumnInfo column) => $"{sql}::{KeyStorageOf(column)}";

    /// <summary>The SQL that turns a kept key into what travels.</summary>
    public static string CanonicalKey(string sql, ColumnInfo column) => IsNativeKey(column.Type) ? Canonical(sql, column) : sql;

    /// <summary>The SQL that turns what travels of a key back into what is kept.</summary>
    public static string FromCanonicalKey(string sql, ColumnInfo column) => IsNativeKey(column.Type) ? $"{sql}::{column.WarehouseType}" : $"{sql}::{StorageOf(column.Type)}";

    /// <summary>The SQL that turns what travels back into a planned column.</summary>
    public static string FromCanonicalPlanned(string sql, ColumnInfo column) => column.Type switch
    {
        _ when IsPlannedAsText(column) || IsText(column) => $"{sql}::varchar",
        FieldType.Bytes => $"from_base64({sql})",
        _ => $"{sql}::{column.WarehouseType}",
    };

    /// <summary>A column as an argument of the row hash, which knows all types but the nested ones.</summary>
    public static string Hashable(string sql, ColumnInfo column) =>
        column.Type is FieldType.Json && column.WarehouseType != "JSON" ? $"to_json({sql})::varchar" : sql;

    // What another warehouse has sent as text is canonical, whatever it is the text of.
    private static bool IsText(ColumnInfo column) => column.WarehouseType == "VARCHAR";

    private static bool IsWrittenHere(ColumnInfo column) =>
        column.WarehouseType is "DATE" or "TIMESTAMP" or "TIMESTAMP WITH TIME ZONE" || column.WarehouseType.StartsWith("DECIMAL(", StringComparison.Ordinal);

    private static bool IsFraction(ColumnInfo column) => Decimal().Match(column.WarehouseType) is { Success: true } type && type.Groups[1].Value == type.Groups[2].Value;

    [GeneratedRegex(@"^DECIMAL\((\d+),\s?(\d+)\)$")]
    private static partial Regex Decimal();

    private static bool IsPlannedAsText(ColumnInfo column) => column.Type is FieldType.Text or FieldType.Json || !IsExactInParquet(column.WarehouseType);

    // Parquet has no integers of 128 bits, no intervals of microseconds, no time with an offset, and one resolution only for what DuckDB has several of.
    private static bool IsExactInParquet(string type) => type.StartsWith("DECIMAL(", StringComparison.Ordinal) || type
        is "BOOLEAN" or "TINYINT" or "SMALLINT" or "INTEGER" or "BIGINT" or "UTINYINT" or "USMALLINT" or "UINTEGER" or "UBIGINT" or "FLOAT" or "DOUBLE"
        or "VARCHAR" or "BLOB" or "UUID" or "DATE" or "TIME" or "TIMESTAMP" or "TIMESTAMP WITH TIME ZONE";

    private static bool IsNativeKey(FieldType type) => type is FieldType.Decimal or FieldType.Uuid or FieldType.Date or FieldType.Timestamp or FieldType.TimestampTz;
}
