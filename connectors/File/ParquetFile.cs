using ReverseEtl.Core.Delivery;

namespace ReverseEtl.Connectors.Files;

/// <summary>
/// Parquet by DuckDB's own writer. A column has its logical type where that holds every value exactly, and is text otherwise: one infinite
/// date must neither stop the file nor become another date.
/// </summary>
internal static class ParquetFile
{
    private const int DecimalDigits = 38;
    private const string Date = "[0-9]{4,6}-[0-9]{2}-[0-9]{2}";
    private const string Time = @"([01][0-9]|2[0-3]):[0-9]{2}:[0-9]{2}(\.[0-9]{1,6})?";
    private const string Uuid = "[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}";
    private const long AsText = -1;

    // Digits of a decimal that is 64 bits wide.
    private const int ShortDigits = 18;

    public static void Write(Stage stage, RowSource rows, string path, CancellationToken cancellationToken)
    {
        var scales = stage.Query(
            rows.Aggregate(rows.Columns.Select(Scale)),
            row => Enumerable.Range(0, rows.Columns.Count).Select(row.GetInt64).ToArray())[0];
        var values = rows.Columns.Zip(scales).ToDictionary(pair => pair.First, pair => Value(pair.First, pair.Second));
        stage.Execute($"""
            COPY ({rows.Query(column => values[column], named: true)}) TO {RowFile.Literal(path)} (FORMAT parquet, COMPRESSION zstd, USE_TMP_FILE false)
            """, cancellationToken);
    }

    /// <summary>SQL for a column's decimals behind the point, 0 for other types, -1 where it must stay text.</summary>
    private static string Scale(RowColumn column)
    {
        var value = column.Value;
        var scale = column.Field.Type is FieldType.Decimal ? $"coalesce(max(length(split_part({value}, '.', 2))), 0)" : "0";
        var fits = $"coalesce(bool_and({Fits(column)}) FILTER (WHERE {value} IS NOT NULL), true)";
        if (column.Field.Type is FieldType.Decimal)
            fits += $" AND coalesce(max(length(split_part(ltrim({value}, '-'), '.', 1))), 0) + {scale} <= {DecimalDigits}";
        return $"CAST(CASE WHEN {fits} THEN {scale} ELSE {AsText} END AS BIGINT)";
    }

    private static string Fits(RowColumn column)
    {
        var value = column.Value;
        return column.Field.Type switch
        {
            FieldType.Decimal => $@"regexp_full_match({value}, '-?[0-9]+(\.[0-9]+)?')",
            FieldType.Date => Reads(value, Date, "DATE"),
            FieldType.Time => Reads(value, Time, "TIME"),
            FieldType.Timestamp => Reads(value, $"{Date}T{Time}", "TIMESTAMP"),
            FieldType.TimestampTz => Reads(value, $"{Date}T{Time}Z", "TIMESTAMPTZ"),
            FieldType.Uuid => Reads(value, Uuid, "UUID"),
            FieldType.Bytes => $"TRY(from_base64({value})) IS NOT NULL",
            FieldType.Json => $"json_valid({value})",
            _ => "true",
        };
    }

    private static string Reads(string value, string pattern, string type) =>
        $"(regexp_full_match({value}, '{pattern}') AND TRY_CAST({value} AS {type}) IS NOT NULL)";

    private static string Value(RowColumn column, long scale)
    {
        var value = column.Value;
        if (scale == AsText)
            return value;
        return column.Field.Type switch
        {
            FieldType.Decimal => Decimal(value, scale),
            FieldType.Date => $"TRY_CAST({value} AS DATE)",
            FieldType.Time => $"TRY_CAST({value} AS TIME)",
            FieldType.Timestamp => $"TRY_CAST({value} AS TIMESTAMP)",
            FieldType.TimestampTz => $"TRY_CAST({value} AS TIMESTAMPTZ)",
            FieldType.Uuid => $"TRY_CAST({value} AS UUID)",
            FieldType.Bytes => $"TRY(from_base64({value}))",
            FieldType.Json => $"CAST({value} AS JSON)",
            _ => value,
        };
    }

    /// <summary>DuckDB reads a 64-bit decimal a hundred times as fast as a wide one, and widens it at no cost; few values are too long for it.</summary>
    private static string Decimal(string value, long scale)
    {
        var wide = $"TRY_CAST({value} AS DECIMAL({DecimalDigits}, {scale}))";
        return scale > ShortDigits
            ? wide
            : $"coalesce(CAST(TRY_CAST({value} AS DECIMAL({ShortDigits}, {scale})) AS DECIMAL({DecimalDigits}, {scale})), {wide})";
    }
}
