namespace ReverseEtl.Core.Delivery;

/// <summary>
/// The types a value can have on its way to a destination. A warehouse's dialect maps its own types onto these, and renders
/// everything that JSON has no exact type for as canonical text, so that a value arrives byte for byte as the warehouse shows it.
/// </summary>
public enum FieldType
{
    /// <summary>true or false; stored as 0 or 1.</summary>
    Boolean,

    /// <summary>A signed 64-bit integer.</summary>
    Integer,

    /// <summary>An IEEE 754 double. NaN and the infinities travel as the strings <c>NaN</c>, <c>Infinity</c>, <c>-Infinity</c>.</summary>
    Float,

    /// <summary>An exact number of any size, as decimal text (<c>12.50</c>). Written to JSON as a number.</summary>
    Decimal,

    /// <summary>UTF-8 text.</summary>
    Text,

    /// <summary><c>2026-11-22</c>.</summary>
    Date,

    /// <summary><c>07:37:00.123456</c>, without trailing zeros of the fraction.</summary>
    Time,

    /// <summary>A wall-clock time without a zone: <c>2026-11-22T07:37:00</c>.</summary>
    Timestamp,

    /// <summary>An instant, in UTC: <c>2026-11-22T07:37:00Z</c>.</summary>
    TimestampTz,

    /// <summary>The warehouse's text of an interval.</summary>
    Interval,

    /// <summary>Lower-case, with hyphens.</summary>
    Uuid,

    /// <summary>Base64 text.</summary>
    Bytes,

    /// <summary>Nested values as JSON text; written to JSON as they are.</summary>
    Json,
}

/// <summary>Properties of <see cref="FieldType"/>.</summary>
public static class FieldTypes
{
    /// <summary>True where a value is 64 bits wide, false where it is UTF-8 text.</summary>
    public static bool IsFixed(this FieldType type) => type is FieldType.Boolean or FieldType.Integer or FieldType.Float;
}
