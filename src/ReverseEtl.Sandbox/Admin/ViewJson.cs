using System.Buffers;
using System.Text.Json;
using ReverseEtl.Sandbox.Webhook;

namespace ReverseEtl.Sandbox.Admin;

/// <summary>The rows of a path as JSON, with keys and fields byte for byte as received.</summary>
internal static class ViewJson
{
    public static byte[] Write(WebhookView view)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(buffer))
        {
            writer.WriteStartObject();
            writer.WritePropertyName("summary");
            JsonSerializer.Serialize(writer, view.Summary, JsonSerializerOptions.Web);
            WriteRows(writer, "rows", "fields", view.Rows);
            WriteRows(writer, "removed", "identifiers", view.Removed);
            WriteEvents(writer, view.Events);
            writer.WriteEndObject();
        }

        return buffer.WrittenSpan.ToArray();
    }

    private static void WriteRows(Utf8JsonWriter writer, string name, string content, IReadOnlyList<WebhookRow> rows)
    {
        writer.WriteStartArray(name);
        foreach (var row in rows)
        {
            writer.WriteStartObject();
            WriteRaw(writer, "key", row.Key);
            WriteRaw(writer, content, row.Content);
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
    }

    private static void WriteEvents(Utf8JsonWriter writer, IReadOnlyList<WebhookEvent> events)
    {
        writer.WriteStartArray("events");
        foreach (var received in events)
        {
            writer.WriteStartObject();
            WriteRaw(writer, "key", received.Key);
            writer.WriteNumber("count", received.Count);
            WriteRaw(writer, "fields", received.Fields);
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
    }

    private static void WriteRaw(Utf8JsonWriter writer, string name, string json)
    {
        writer.WritePropertyName(name);
        writer.WriteRawValue(json, skipInputValidation: true);
    }
}
