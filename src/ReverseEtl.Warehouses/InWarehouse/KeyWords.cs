using System.Globalization;
using System.Text.Json;
using ReverseEtl.Core.Delivery;
using ReverseEtl.Core.Planning;

namespace ReverseEtl.Warehouses.InWarehouse;

/// <summary>A row's key between the text that people give and see (<see cref="RowKey"/>) and the values that it is made of.</summary>
internal sealed class KeyWords(IPlannerDialect sql, IReadOnlyList<ColumnInfo> key)
{
    /// <summary>A condition on key columns in their canonical form; nothing has a key that is none.</summary>
    /// <param name="text">The key's text.</param>
    /// <param name="canonical">A key column.</param>
    public string Is(string text, Func<ColumnInfo, int, string> canonical)
    {
        if (Literals(text) is not { } literals)
            return "false";
        // The text of a key that is NULL; a text may also be that word.
        var conditions = key.Select((column, i) => literals[i] is { } literal
            ? key.Count == 1 && text == "null" ? $"({canonical(column, i)} = {literal} or {canonical(column, i)} is null)" : $"{canonical(column, i)} = {literal}"
            : $"{canonical(column, i)} is null");
        return string.Join(" and ", conditions);
    }

    /// <summary>The SQL of a kept key as histories have it: its text, or the texts of its columns.</summary>
    public string Stored(Func<ColumnInfo, int, string> canonical)
    {
        var texts = key.Select((column, i) => sql.AsText(canonical(column, i), column.Type)).ToList();
        return IsPlain ? texts[0] : sql.TextList(texts);
    }

    /// <summary>The same of a key's text; null where it is no key of these columns.</summary>
    public string? StoredOf(string text) => Literals(text) is { } literals && literals.All(literal => literal is not null) ? Stored((_, i) => literals[i]!) : null;

    /// <summary>The text of a key that a history has.</summary>
    public string Text(string stored)
    {
        if (IsPlain)
            return stored;
        var columns = JsonSerializer.Deserialize(stored, TextJson.Default.StringArray)!.Select((text, i) => Column(key[i], text)).ToList();
        var words = RowKey.Text(columns, 0);
        foreach (var column in columns)
            column.Dispose();
        return words;
    }

    /// <summary>A column of one value, by its text.</summary>
    public static FieldColumn Column(ColumnInfo column, string? text)
    {
        using var builder = new FieldColumnBuilder(column.Name, column.Type);
        if (text is null)
            builder.AppendNull();
        else if (column.Type is FieldType.Boolean)
            builder.AppendFixed(text is "true" or "t" ? 1 : 0);
        else if (column.Type is FieldType.Integer)
            builder.AppendFixed(long.Parse(text, CultureInfo.InvariantCulture));
        else if (column.Type is FieldType.Float)
            builder.AppendFixed(BitConverter.DoubleToInt64Bits(double.Parse(text, NumberStyles.Float, CultureInfo.InvariantCulture)));
        else
            builder.AppendText(text);
        return builder.Build();
    }

    // Numbers have several texts, of which people see another one than the warehouse writes.
    private bool IsPlain => key is [{ Type: not FieldType.Float }];

    private string?[]? Literals(string text)
    {
        if (key.Count == 1)
            return Literal(key[0], text);
        try
        {
            using var document = JsonDocument.Parse(text);
            if (document.RootElement.ValueKind is not JsonValueKind.Array || document.RootElement.GetArrayLength() != key.Count)
                return null;
            var literals = new List<string?>();
            foreach (var (value, column) in document.RootElement.EnumerateArray().Zip(key))
            {
                if (value.ValueKind is JsonValueKind.Null)
                    literals.Add(null);
                else if (Literal(column, value.ValueKind is JsonValueKind.String && column.Type is not FieldType.Json ? value.GetString()! : value.GetRawText()) is [var literal])
                    literals.Add(literal);
                else
                    return null;
            }

            return [.. literals];
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private string?[]? Literal(ColumnInfo column, string text) => sql.Literal(column.Type, text) is { } literal ? [literal] : text == "null" ? [null] : null;
}
