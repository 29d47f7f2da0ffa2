using System.Globalization;
using ReverseEtl.Core.Planning;
using ReverseEtl.DuckDb;

namespace ReverseEtl.Warehouses.Postgres.Copy;

/// <summary>
/// What PostgreSQL's types are in DuckDB, where rows are hashed and compared: the same type where both have it, so that the same value has
/// the same hash as from a DuckDB warehouse; canonical text else.
/// </summary>
internal static class CopyTypes
{
    /// <summary>The type of the column's vectors.</summary>
    public static DuckDBLogicalType TypeOf(ColumnInfo column) => column.WarehouseType switch
    {
        "boolean" => DuckDBLogicalType.Boolean,
        "smallint" => DuckDBLogicalType.Of(DuckDBType.SmallInt),
        "integer" => DuckDBLogicalType.Integer,
        "bigint" or "oid" => DuckDBLogicalType.BigInt,
        "real" => DuckDBLogicalType.Of(DuckDBType.Float),
        "double precision" => DuckDBLogicalType.Double,
        "date" => DuckDBLogicalType.Date,
        "time without time zone" => DuckDBLogicalType.Of(DuckDBType.Time),
        "timestamp without time zone" => DuckDBLogicalType.Timestamp,
        "timestamp with time zone" => DuckDBLogicalType.TimestampTz,
        "interval" => DuckDBLogicalType.Of(DuckDBType.Interval),
        "uuid" => DuckDBLogicalType.Of(DuckDBType.Uuid),
        "bytea" => DuckDBLogicalType.Blob,
        _ when PostgresTypes.DecimalOf(column) is { } type => DuckDBLogicalType.Decimal(type.Precision, type.Scale),
        _ => DuckDBLogicalType.Varchar,
    };

    /// <summary>The SQL that PostgreSQL sends the column by: cast to the type that it was described with, whatever it is by now.</summary>
    public static string Sent(string sql, ColumnInfo column) => TypeOf(column).Id switch
    {
        DuckDBType.Varchar => PostgresTypes.Canonical(sql, column),
        DuckDBType.BigInt => $"{sql}::bigint",
        _ => $"{sql}::{column.WarehouseType}",
    };

    /// <summary>What is said of a value that DuckDB's type has not.</summary>
    public static string Advice(DuckDBLogicalType type) => type.Id switch
    {
        DuckDBType.Decimal => string.Create(CultureInfo.InvariantCulture, $"has a value, such as NaN, that is no {type}; cast it to numeric without precision, or use nullif(..., 'NaN')"),
        DuckDBType.Timestamp or DuckDBType.TimestampTz => "has a time after 294246-12-31, which DuckDB cannot hold; cast it to text",
        DuckDBType.Interval => "has an infinite interval, which DuckDB cannot hold; cast it to text",
        _ => $"came in another form than {type}; the server's answer cannot be read",
    };
}
