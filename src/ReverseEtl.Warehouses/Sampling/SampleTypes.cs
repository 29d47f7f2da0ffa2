using ReverseEtl.Core.Delivery;

namespace ReverseEtl.Warehouses.Sampling;

/// <summary>The DuckDB types of a sample's columns.</summary>
internal static class SampleTypes
{
    /// <summary>The SQL that makes a value of its canonical text.</summary>
    public static string FromText(string sql, FieldType type) => type switch
    {
        FieldType.Boolean => $"{sql}::boolean",
        FieldType.Integer => $"{sql}::bigint",
        FieldType.Float => $"{sql}::double",
        // Not every warehouse says how many digits a column may have; a sample need not be exact to the last of them.
        FieldType.Decimal => $"{sql}::double",
        FieldType.Date => $"{sql}::date",
        FieldType.Time => $"try_cast({sql} as time)",
        FieldType.Timestamp => $"{sql}::timestamp",
        FieldType.TimestampTz => $"{sql}::timestamptz",
        FieldType.Interval => $"try_cast({sql} as interval)",
        FieldType.Uuid => $"{sql}::uuid",
        FieldType.Bytes => $"from_base64({sql})",
        FieldType.Json => $"{sql}::json",
        _ => sql,
    };
}
