using System.Globalization;
using System.Text.RegularExpressions;
using ReverseEtl.DuckDb;

namespace ReverseEtl.Snowflake.Emulator.Execution;

/// <summary>A result's column: its metadata, and how its values are written.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Type">Snowflake's word for how values are written.</param>
/// <param name="Precision">Digits; null where it has none.</param>
/// <param name="Scale">Digits behind the point; null where it has none.</param>
internal sealed partial record WireColumn(string Name, string Type, int? Precision = null, int? Scale = null)
{
    private const int EpochDay = 719162;

    /// <summary>A column of a DuckDB result.</summary>
    public static WireColumn Of(string name, string type) => type switch
    {
        "BOOLEAN" => new(name, "boolean"),
        "TINYINT" or "UTINYINT" => new(name, "fixed", 3, 0),
        "SMALLINT" or "USMALLINT" => new(name, "fixed", 5, 0),
        "INTEGER" or "UINTEGER" => new(name, "fixed", 10, 0),
        "BIGINT" => new(name, "fixed", 18, 0),
        "UBIGINT" or "HUGEINT" or "UHUGEINT" => new(name, "fixed", 38, 0),
        "FLOAT" or "DOUBLE" => new(name, "real"),
        "DATE" => new(name, "date"),
        "TIME" => new(name, "time", 0, 9),
        "TIMESTAMP" or "TIMESTAMP_S" or "TIMESTAMP_MS" or "TIMESTAMP_NS" => new(name, "timestamp_ntz", 0, 9),
        "TIMESTAMP WITH TIME ZONE" => new(name, "timestamp_tz", 0, 9),
        "BLOB" => new(name, "binary"),
        "JSON" => new(name, "variant"),
        _ when Decimal().Match(type) is { Success: true } match => new(name, "fixed", Number(match.Groups[1]), Number(match.Groups[2])),
        _ => new(name, "text"),
    };

    /// <summary>True where DuckDB's type is made of others, which are sent as JSON.</summary>
    public static bool IsNested(string type) => type.EndsWith(']') || type.StartsWith("STRUCT(", StringComparison.Ordinal) || type.StartsWith("MAP(", StringComparison.Ordinal);

    /// <summary>A value as the SQL API writes it; null for NULL.</summary>
    public string? Cell(DuckDBDataReader reader, int ordinal)
    {
        if (reader.IsDBNull(ordinal))
            return null;
        return Type switch
        {
            "boolean" => reader.GetBoolean(ordinal) ? "true" : "false",
            "real" => Real(reader.GetDouble(ordinal)),
            "date" => (reader.GetFieldValue<DateOnly>(ordinal).DayNumber - EpochDay).ToString(CultureInfo.InvariantCulture),
            "time" => Seconds(reader.GetFieldValue<TimeOnly>(ordinal).Ticks, ""),
            "timestamp_ntz" => Seconds(reader.GetDateTime(ordinal).Ticks - DateTime.UnixEpoch.Ticks, reader.GetString(ordinal)),
            "timestamp_tz" => $"{Seconds(reader.GetDateTime(ordinal).Ticks - DateTime.UnixEpoch.Ticks, "")} 1440",
            "binary" => Convert.ToHexString(reader.GetFieldValue<byte[]>(ordinal)),
            _ => reader.GetString(ordinal),
        };
    }

    // Nanoseconds are in DuckDB's text only.
    private static string Seconds(long ticks, string text)
    {
        var point = text.IndexOf('.', StringComparison.Ordinal);
        var below = point < 0 ? 0 : int.Parse(text[(point + 1)..].PadRight(9, '0')[7..9], CultureInfo.InvariantCulture);
        var nanos = (Int128)ticks * 100 + below;
        var size = Int128.Abs(nanos);
        return string.Create(CultureInfo.InvariantCulture, $"{(nanos < 0 ? "-" : "")}{size / 1_000_000_000}.{(long)(size % 1_000_000_000):000000000}");
    }

    private static string Real(double value) => value switch
    {
        double.PositiveInfinity => "inf",
        double.NegativeInfinity => "-inf",
        _ => value.ToString("R", CultureInfo.InvariantCulture),
    };

    private static int Number(Group group) => int.Parse(group.Value, CultureInfo.InvariantCulture);

    [GeneratedRegex(@"^DECIMAL\((\d+),\s?(\d+)\)$")]
    private static partial Regex Decimal();
}
