using System.Globalization;
using System.Text.Json;

namespace ReverseEtl.Core.Delivery.Objects;

/// <summary>Brings a value to the type that the vendor asks for, without loss, or refuses it.</summary>
public sealed class TypeRule : IFieldRule
{
    private const int QuotedLetters = 40;

    private static readonly string[] Instants =
    [
        "yyyy-MM-dd", "yyyy-MM-dd'T'HH:mmK", "yyyy-MM-dd'T'HH:mm:ss.FFFFFFFK", "yyyy-MM-dd' 'HH:mm:ss.FFFFFFFK", "yyyy-MM-dd' 'HH:mm:ss.FFFFFFFzz",
    ];

    private readonly string _expected;

    private TypeRule(FieldType type, string expected) => (Type, _expected) = (type, expected);

    /// <summary>Any value, as its text.</summary>
    public static TypeRule Text { get; } = new(FieldType.Text, "text");

    /// <summary>A whole number: also from text, and from a decimal without a fraction.</summary>
    public static TypeRule Integer { get; } = new(FieldType.Integer, "a whole number");

    /// <summary>A number with any digits.</summary>
    public static TypeRule Number { get; } = new(FieldType.Decimal, "a number");

    /// <summary>true or false: also from their text, and from 0 and 1.</summary>
    public static TypeRule Boolean { get; } = new(FieldType.Boolean, "true or false");

    /// <summary>A day; of a timestamp the day it falls on.</summary>
    public static TypeRule Date { get; } = new(FieldType.Date, "a day such as 2026-11-22");

    /// <summary>Seconds since 1970 in UTC; a wall-clock time is taken for UTC.</summary>
    public static TypeRule UnixSeconds { get; } = new(FieldType.Integer, "a time");

    /// <summary>An instant in UTC, ISO 8601; a wall-clock time is taken for UTC.</summary>
    public static TypeRule Instant { get; } = new(FieldType.TimestampTz, "a time");

    /// <summary>Nested values, from STRUCT, LIST, MAP and JSON columns or from JSON text.</summary>
    public static TypeRule Json { get; } = new(FieldType.Json, "JSON");

    /// <inheritdoc/>
    public string Id => $"type.{Summary.Replace(' ', '-')}@1";

    /// <inheritdoc/>
    public string Summary => _expected;

    /// <inheritdoc/>
    public FieldType Type { get; }

    /// <inheritdoc/>
    public string? Shape(FieldColumn source, int row, in ShapeContext context, FieldColumnBuilder target)
    {
        var text = source.Text(row)!;
        if (TryAppend(source.Type, text, target))
            return null;
        var quoted = text.Length > QuotedLetters ? $"{text[..QuotedLetters]}…" : text;
        return $"{context.Field} must be {_expected}, but is {source.Type.ToString().ToLowerInvariant()} '{quoted}'";
    }

    private bool TryAppend(FieldType from, string text, FieldColumnBuilder target)
    {
        if (ReferenceEquals(this, Text))
            return Append(target, text);
        if (ReferenceEquals(this, Integer))
            return TryInteger(text, out var whole) && AppendFixed(target, whole);
        if (ReferenceEquals(this, Number))
            return IsNumber(text) && Append(target, text);
        if (ReferenceEquals(this, Boolean))
            return TryBoolean(text, out var flag) && AppendFixed(target, flag ? 1 : 0);
        if (ReferenceEquals(this, Json))
            return (from is FieldType.Json || IsJson(text)) && Append(target, text);
        if (!TryInstant(text, out var instant))
            return false;
        if (ReferenceEquals(this, Date))
            return Append(target, instant.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture));
        return ReferenceEquals(this, UnixSeconds)
            ? AppendFixed(target, instant.ToUnixTimeSeconds())
            : Append(target, instant.ToString("yyyy-MM-dd'T'HH:mm:ss.FFFFFFF'Z'", CultureInfo.InvariantCulture));
    }

    private static bool Append(FieldColumnBuilder target, string text)
    {
        target.AppendText(text);
        return true;
    }

    private static bool AppendFixed(FieldColumnBuilder target, long bits)
    {
        target.AppendFixed(bits);
        return true;
    }

    private static bool TryInteger(string text, out long whole) =>
        long.TryParse(text, NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out whole);

    private static bool IsNumber(string text) => KindOf(text) is JsonValueKind.Number;

    private static bool IsJson(string text) => KindOf(text) is not JsonValueKind.Undefined;

    private static JsonValueKind KindOf(string text)
    {
        try
        {
            using var parsed = JsonDocument.Parse(text);
            return parsed.RootElement.ValueKind;
        }
        catch (JsonException)
        {
            return JsonValueKind.Undefined;
        }
    }

    private static bool TryBoolean(string text, out bool flag)
    {
        flag = text is "1" || text.Equals("true", StringComparison.OrdinalIgnoreCase);
        return flag || text is "0" || text.Equals("false", StringComparison.OrdinalIgnoreCase);
    }

    private static bool TryInstant(string text, out DateTimeOffset instant) => DateTimeOffset.TryParseExact(
        text, Instants, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out instant);
}
