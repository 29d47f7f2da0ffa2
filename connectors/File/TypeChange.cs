using ReverseEtl.Core.Delivery;

namespace ReverseEtl.Connectors.Files;

/// <summary>
/// SQL that takes a column's values to another type. A type is taken only where it holds every value; otherwise the column becomes text,
/// which holds all of them.
/// </summary>
internal static class TypeChange
{
    private const string JsonNumber = @"^-?(0|[1-9][0-9]*)(\.[0-9]+)?([eE][+-]?[0-9]+)?$";

    // Up to 15 digits a double gives back as they were.
    private const int ExactDigits = 15;

    /// <summary>The value's text; a double's is the shortest that reads back as the same double. NULL stays NULL.</summary>
    public static string Text(FieldType from, string column) => from switch
    {
        FieldType.Boolean or FieldType.Integer => $"CAST({column} AS VARCHAR)",
        FieldType.Float => $"CASE WHEN isnan({column}) THEN 'NaN' WHEN isinf({column}) THEN if({column} > 0, 'Infinity', '-Infinity') "
            + $"ELSE CAST({column} AS VARCHAR) END",
        _ => column,
    };

    /// <summary>The value as another type; NULL where the type cannot hold it.</summary>
    public static string Convert(FieldType from, FieldType to, string column)
    {
        if (from == to)
            return column;
        return $"CASE WHEN {Fits(from, to, column)} THEN TRY_CAST({Text(from, column)} AS {StagedField.StorageOf(to)}) END";
    }

    /// <summary>True where the type holds the value, NULL for NULL.</summary>
    public static string Fits(FieldType from, FieldType to, string column)
    {
        var text = Text(from, column);
        return to switch
        {
            _ when from == to => "true",
            FieldType.Boolean => $"{text} IN ('true', 'false')",
            FieldType.Integer when from is FieldType.Float => $"({column} = trunc({column}) AND abs({column}) < 1e{ExactDigits})",
            FieldType.Integer => $"coalesce(CAST(TRY_CAST({text} AS BIGINT) AS VARCHAR), '') = {text}",
            FieldType.Float => $"(regexp_matches({text}, '{JsonNumber}') AND length({text}) <= {ExactDigits})",
            // Both go into JSON as they are, so they must be JSON; text that happens to be JSON is still text.
            FieldType.Decimal => $"regexp_matches({text}, '{JsonNumber}')",
            FieldType.Json when from is not (FieldType.Boolean or FieldType.Integer or FieldType.Decimal) => "false",
            _ => "true",
        };
    }
}
