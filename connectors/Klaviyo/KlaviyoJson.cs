using System.Text.Json;
using ReverseEtl.Core.Delivery;
using ReverseEtl.Core.Delivery.Objects;
using ReverseEtl.Http.Personal;
using ReverseEtl.Http.Personal.Rules;
using ReverseEtl.Http.Requests;
using ReverseEtl.Http.Shaping;

namespace ReverseEtl.Connectors.Klaviyo;

/// <summary>Bodies in the JSON:API manner.</summary>
internal static class KlaviyoJson
{
    public const string MediaType = "application/vnd.api+json";

    /// <summary>What Klaviyo can know profiles by.</summary>
    public static readonly FieldSpec[] Identities =
    [
        new("email", "E-mail address.") { Rule = PersonalRule.Plain(new Normaliser("klaviyo.email", 1, TextRules.Trim, EmailRules.Check), "checked, trimmed"), Aliases = ["mail", "email_address"] },
        new("phone_number", "Phone number with its calling code.") { Rule = PersonalRule.Plain(new Normaliser("klaviyo.phone", 1, PhoneRules.E164), "E.164"), Aliases = ["phone", "mobile"] },
        new("external_id", "The id that you know the person by.") { Rule = TypeRule.Text, Aliases = ["customer_id", "user_id"] },
    ];

    /// <summary>The one that says whose a row is.</summary>
    public static FieldSpec IdField(KlaviyoObject @object) => Identities.First(field => field.Name == @object.IdField) with { Required = true, Identifies = true };

    /// <summary>A body of a few values; those that are null are left out.</summary>
    public static ColumnarContent Body(object data) => ColumnarContent.Json(new { data }, MediaType);

    /// <summary>A job with an item for each row.</summary>
    /// <param name="type">What it is called.</param>
    /// <param name="items">Where the items stand.</param>
    /// <param name="item">What an item is called.</param>
    /// <param name="rows">How many.</param>
    /// <param name="write">Writes the attributes of one.</param>
    public static ColumnarContent Job(string type, string items, string item, int rows, Action<Utf8JsonWriter, int> write) => ColumnarContent.Json(writer =>
    {
        writer.WriteStartObject();
        writer.WriteStartObject("data");
        writer.WriteString("type", type);
        writer.WriteStartObject("attributes");
        writer.WriteStartObject(items);
        writer.WriteStartArray("data");
        for (var row = 0; row < rows; row++)
            Resource(writer, item, attributes => write(attributes, row));
        writer.WriteEndArray();
        for (var depth = 0; depth < 4; depth++)
            writer.WriteEndObject();
    }, MediaType);

    /// <summary>Writes one resource.</summary>
    public static void Resource(Utf8JsonWriter writer, string type, Action<Utf8JsonWriter> attributes)
    {
        writer.WriteStartObject();
        writer.WriteString("type", type);
        Nest(writer, "attributes", attributes);
        writer.WriteEndObject();
    }

    /// <summary>Writes an object within another one.</summary>
    public static void Nest(Utf8JsonWriter writer, string name, Action<Utf8JsonWriter> members)
    {
        writer.WriteStartObject(name);
        members(writer);
        writer.WriteEndObject();
    }

    /// <summary>Writes some fields of a row, under their names without the beginning that they share.</summary>
    public static void Fields(Utf8JsonWriter writer, IEnumerable<FieldColumn> columns, int row, int shared = 0)
    {
        foreach (var column in columns.Where(column => !column.IsLeftOut(row)))
        {
            writer.WritePropertyName(column.Name[shared..]);
            column.WriteValue(writer, row);
        }
    }
}
