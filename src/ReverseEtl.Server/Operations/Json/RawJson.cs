using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;
using ReverseEtl.Core.Delivery;

namespace ReverseEtl.Server.Operations.Json;

/// <summary>A value of a row as JSON, to the letter: a number keeps its digits, wherever it travels.</summary>
/// <param name="Text">The JSON; null is JSON's null.</param>
[JsonConverter(typeof(RawJsonConverter))]
internal readonly record struct RawJson(string? Text)
{
    /// <summary>True for JSON's null.</summary>
    public bool IsNull => Text is null or "null";

    /// <summary>The value of a column.</summary>
    public static RawJson Of(FieldColumn column, int row) => Write(writer => column.WriteValue(writer, row));

    /// <summary>A row's fields as an object.</summary>
    public static RawJson Of(IReadOnlyList<FieldColumn> fields, int row) => Write(writer => ChangeBatch.WriteObject(writer, fields, row));

    /// <summary>A row's key: the value of one column, or a list of several.</summary>
    public static RawJson OfKey(IReadOnlyList<FieldColumn> key, int row) =>
        key.Count == 1 ? Of(key[0], row) : new RawJson(RowKey.Text(key, row));

    /// <summary>The value for people: text without quotes, anything else as it stands; null for null.</summary>
    public string? ForPeople() => Text switch
    {
        _ when IsNull => null,
        ['"', ..] => JsonSerializer.Deserialize<string>(Text!),
        _ => Text,
    };

    /// <summary>The fields of an object, in their order.</summary>
    public IReadOnlyList<KeyValuePair<string, RawJson>> Fields()
    {
        if (Text is not ['{', ..])
            return [];
        using var document = JsonDocument.Parse(Text);
        return [.. document.RootElement.EnumerateObject().Select(field => KeyValuePair.Create(field.Name, new RawJson(field.Value.GetRawText())))];
    }

    private static RawJson Write(Action<Utf8JsonWriter> value)
    {
        using var stream = new MemoryStream();
        using (var writer = new Utf8JsonWriter(stream, JsonText.Body))
            value(writer);
        return new RawJson(Encoding.UTF8.GetString(stream.GetBuffer(), 0, (int)stream.Length));
    }
}

/// <summary>Reads and writes it.</summary>
internal sealed class RawJsonConverter : JsonConverter<RawJson>
{
    /// <inheritdoc/>
    public override bool HandleNull => true;

    /// <inheritdoc/>
    public override RawJson Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        using var document = JsonDocument.ParseValue(ref reader);
        return new RawJson(document.RootElement.GetRawText());
    }

    /// <inheritdoc/>
    public override void Write(Utf8JsonWriter writer, RawJson value, JsonSerializerOptions options) =>
        writer.WriteRawValue(value.Text ?? "null", skipInputValidation: true);
}
