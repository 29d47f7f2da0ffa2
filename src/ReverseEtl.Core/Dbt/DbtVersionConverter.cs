using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace ReverseEtl.Core.Dbt;

/// <summary>A model's version, which dbt writes as a number or as text.</summary>
internal sealed class DbtVersionConverter : JsonConverter<string?>
{
    public override string? Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) => reader.TokenType switch
    {
        JsonTokenType.Number => reader.GetDecimal().ToString(CultureInfo.InvariantCulture),
        JsonTokenType.String => reader.GetString(),
        _ => null,
    };

    public override void Write(Utf8JsonWriter writer, string? value, JsonSerializerOptions options) => writer.WriteStringValue(value);
}
