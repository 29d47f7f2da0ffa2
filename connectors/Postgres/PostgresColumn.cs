using System.Globalization;
using System.Text;
using System.Text.Json;
using ReverseEtl.Core.Delivery;
using ReverseEtl.Core.Delivery.Objects;

namespace ReverseEtl.Connectors.Postgres;

/// <summary>A column of the target: brings values to the text that the server reads, and refuses what it surely would not take.</summary>
/// <param name="Name">Its name.</param>
/// <param name="TypeName">Its type, or the type below its domain, as the catalog names it.</param>
/// <param name="IsArray">True for arrays.</param>
/// <param name="Default">The expression of its default, or null.</param>
/// <param name="IsGenerated">True where the server alone writes it.</param>
/// <param name="Rights">The rights that the role has on it.</param>
internal sealed record PostgresColumn(string Name, string TypeName, bool IsArray, string? Default, bool IsGenerated, IReadOnlySet<string> Rights) : IFieldRule
{
    private const int QuotedLetters = 40;

    public string Id => $"postgres.{TypeName}/1";

    public string Summary => TypeName;

    public FieldType Type => FieldType.Text;

    public string? Shape(FieldColumn source, int row, in ShapeContext context, FieldColumnBuilder target)
    {
        if (!source.Type.IsFixed() && source.Utf8(row).Contains((byte)0))
            return $"{context.Field} has the character U+0000, which PostgreSQL cannot store: take it out in the model";
        if (TypeName is "bytea")
        {
            target.AppendText(@"\x" + Convert.ToHexStringLower(source.Type is FieldType.Bytes ? Convert.FromBase64String(source.Text(row)!) : Encoding.UTF8.GetBytes(source.Text(row)!)));
        }
        else if (!source.Type.IsFixed() && TypeName is "text" or "varchar" or "bpchar")
        {
            target.AppendUtf8(source.Utf8(row));
        }
        else
        {
            var text = source.Text(row)!;
            if (Read(source.Type, text) is not { } read)
                return $"{context.Field} must be {TypeName.TrimStart('_')}{(IsArray ? "[]" : "")}, but is {source.Type.ToString().ToLowerInvariant()} '{(text.Length > QuotedLetters ? $"{text[..QuotedLetters]}…" : text)}'";
            target.AppendText(read);
        }

        return null;
    }

    /// <summary>The value as the server reads it, or null. What is not decided here the server decides.</summary>
    private string? Read(FieldType from, string text)
    {
        switch (TypeName)
        {
            case "int2" or "int4" or "int8":
                const NumberStyles Whole = NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint | NumberStyles.AllowExponent;
                return long.TryParse(text, Whole, CultureInfo.InvariantCulture, out var whole) && (TypeName is "int8" || (int)whole == whole)
                    ? whole.ToString(CultureInfo.InvariantCulture) : null;
            case "numeric" or "float4" or "float8":
                return double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out _) ? text : null;
            case "uuid":
                return Guid.TryParse(text, out _) ? text : null;
            case "json" or "jsonb":
                return from is FieldType.Json || Parsed(text) is not null ? text : null;
            default:
                if (!IsArray || (from is not FieldType.Json && !text.StartsWith('[')))
                    return text;
                return Parsed(text) is { ValueKind: JsonValueKind.Array } list ? Literal(list) : null;
        }
    }

    private static JsonElement? Parsed(string text)
    {
        try
        {
            using var parsed = JsonDocument.Parse(text);
            return parsed.RootElement.Clone();
        }
        catch (JsonException)
        {
            return null;
        }
    }

    // [["a", null], [1.50]] as {{"a",NULL},{"1.50"}}.
    private static string Literal(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.Array => $"{{{string.Join(',', value.EnumerateArray().Select(Literal))}}}",
        JsonValueKind.Null => "NULL",
        _ => $"\"{(value.ValueKind is JsonValueKind.String ? value.GetString()! : value.GetRawText()).Replace(@"\", @"\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal)}\"",
    };
}
