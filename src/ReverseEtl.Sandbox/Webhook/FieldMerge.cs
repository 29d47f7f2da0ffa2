using System.Buffers;
using System.Text.Json;

namespace ReverseEtl.Sandbox.Webhook;

/// <summary>Sets the fields of one JSON object in another; fields that are not named stay.</summary>
internal static class FieldMerge
{
    public static RawJson Merge(RawJson current, RawJson changes)
    {
        // A sync sends the same fields every time: then nothing is left of the old object.
        if (SameNames(current.Span, changes.Span))
            return changes;

        var buffer = new ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(buffer, new JsonWriterOptions { SkipValidation = true }))
        {
            writer.WriteStartObject();
            using var now = JsonDocument.Parse(current.ToString());
            using var then = JsonDocument.Parse(changes.ToString());
            foreach (var field in now.RootElement.EnumerateObject())
                Write(writer, field.Name, then.RootElement.TryGetProperty(field.Name, out var changed) ? changed : field.Value);
            foreach (var field in then.RootElement.EnumerateObject())
            {
                if (!now.RootElement.TryGetProperty(field.Name, out _))
                    Write(writer, field.Name, field.Value);
            }

            writer.WriteEndObject();
        }

        return new RawJson(buffer.WrittenSpan.ToArray());
    }

    // The values' own bytes: numbers keep their digits and text its escapes.
    private static void Write(Utf8JsonWriter writer, string name, JsonElement value)
    {
        writer.WritePropertyName(name);
        writer.WriteRawValue(value.GetRawText(), skipInputValidation: true);
    }

    private static bool SameNames(ReadOnlySpan<byte> a, ReadOnlySpan<byte> b)
    {
        var left = new Utf8JsonReader(a);
        var right = new Utf8JsonReader(b);
        left.Read();
        right.Read();
        while (true)
        {
            left.Read();
            right.Read();
            if (left.TokenType is not JsonTokenType.PropertyName || right.TokenType is not JsonTokenType.PropertyName)
                return left.TokenType == right.TokenType;
            if (!left.ValueSpan.SequenceEqual(right.ValueSpan))
                return false;
            left.Skip();
            right.Skip();
        }
    }
}
