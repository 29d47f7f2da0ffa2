using System.Globalization;
using System.Text;
using System.Text.Json;
using ReverseEtl.Core.Config;
using ReverseEtl.Core.Delivery;

namespace ReverseEtl.Warehouses.Testing;

/// <summary>Rows that are written in a test, as a JSON array.</summary>
internal static class FixtureJson
{
    public static string Write(IReadOnlyList<MapNode> rows)
    {
        using var stream = new MemoryStream();
        using (var writer = new Utf8JsonWriter(stream, JsonText.Body))
            WriteList(writer, rows);
        return Encoding.UTF8.GetString(stream.ToArray());
    }

    private static void WriteList(Utf8JsonWriter writer, IReadOnlyList<ConfigNode> items)
    {
        writer.WriteStartArray();
        foreach (var item in items)
            Write(writer, item);
        writer.WriteEndArray();
    }

    private static void Write(Utf8JsonWriter writer, ConfigNode node)
    {
        switch (node)
        {
            case MapNode map:
                writer.WriteStartObject();
                foreach (var entry in map.Entries)
                {
                    writer.WritePropertyName(entry.Key);
                    Write(writer, entry.Value);
                }

                writer.WriteEndObject();
                break;
            case ListNode list:
                WriteList(writer, list.Items);
                break;
            case ScalarNode { Type: ScalarType.Null }:
                writer.WriteNullValue();
                break;
            case ScalarNode { Type: ScalarType.Boolean } scalar:
                writer.WriteBooleanValue(scalar.Text == "true");
                break;
            case ScalarNode { Type: ScalarType.Number } scalar:
                writer.WriteNumberValue(decimal.Parse(scalar.Text, NumberStyles.Float, CultureInfo.InvariantCulture));
                break;
            case ScalarNode scalar:
                writer.WriteStringValue(scalar.Text);
                break;
        }
    }
}
