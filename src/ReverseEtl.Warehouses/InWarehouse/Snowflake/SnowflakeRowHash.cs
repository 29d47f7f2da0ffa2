using System.Globalization;
using ReverseEtl.Core.Delivery;
using ReverseEtl.Core.Planning;
using ReverseEtl.Warehouses.Snowflake;
using static ReverseEtl.Warehouses.Local.SqlText;

namespace ReverseEtl.Warehouses.InWarehouse.Snowflake;

/// <summary>
/// A 64-bit hash of columns as an expression: Snowflake's HASH, which has a value for NULL and minds the order, of a seed and what decides
/// how each value is sent.
/// </summary>
internal static class SnowflakeRowHash
{
    // Nobody says how many arguments a function takes.
    private const int Most = 100;

    /// <summary>What HASH makes of some values of each kind.</summary>
    public static string Probe => "to_varchar(hash('probe', 9007199254740993, cast(0.1 as float), true, cast('2026-11-22' as date), null))";

    /// <summary>The hash of a model's columns.</summary>
    public static string Of(IReadOnlyList<ColumnInfo> columns, Func<ColumnInfo, string> sql, ulong seed) =>
        Hash([string.Create(CultureInfo.InvariantCulture, $"{unchecked((long)seed)}"), .. columns.Select(column => Told(sql(column), column))]);

    /// <summary>The hash of values as they are kept.</summary>
    public static string OfKept(IReadOnlyList<(string Sql, FieldType Type)> values) => Hash([.. values.Select(value => value.Sql)]);

    // HASH is the same for what is equal. What is equal and sent in several forms is hashed in the form that is sent.
    private static string Told(string sql, ColumnInfo column) => column.Type switch
    {
        FieldType.Boolean or FieldType.Integer or FieldType.Float or FieldType.Date or FieldType.Time or FieldType.Timestamp or FieldType.Bytes => sql,
        // Of an instant the zone is not sent.
        FieldType.TimestampTz => $"cast(convert_timezone('UTC', {sql}) as timestamp_ntz)",
        FieldType.Decimal when column.WarehouseType.EndsWith(",0)", StringComparison.Ordinal) => sql,
        _ => SnowflakeTypes.Canonical(sql, column),
    };

    private static string Hash(IReadOnlyList<string> values) => values.Count <= Most
        ? $"hash({List(values)})"
        : Hash([.. values.Chunk(Most).Select(part => Hash(part))]);
}
