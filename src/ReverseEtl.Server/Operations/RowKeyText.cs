using System.Text;
using System.Text.Json;
using ReverseEtl.Core.Config;
using ReverseEtl.Core.Delivery;
using ReverseEtl.Core.Projects;

namespace ReverseEtl.Server.Operations;

/// <summary>A key as people type it: spaces in a list do not matter.</summary>
internal static class RowKeyText
{
    /// <exception cref="ProjectException">The sync's key has several columns, and the text is no list of as many values.</exception>
    public static string Read(Sync sync, string text, Position asked)
    {
        var columns = sync.Model.Key;
        if (columns.Count == 1)
            return text;
        try
        {
            using var document = JsonDocument.Parse(text);
            if (document.RootElement is { ValueKind: JsonValueKind.Array } list && list.GetArrayLength() == columns.Count)
                return Write(list);
        }
        catch (JsonException)
        {
            // It is said below what a key looks like.
        }

        throw new ProjectException(asked, $"the key of {sync.Model.Name} is ({string.Join(", ", columns)}), so a row's key is a JSON list of {columns.Count} values such as [\"DK\",1], not {text}");
    }

    private static string Write(JsonElement list)
    {
        using var stream = new MemoryStream();
        using (var writer = new Utf8JsonWriter(stream, new JsonWriterOptions { Encoder = JsonText.Encoder }))
        {
            writer.WriteStartArray();
            foreach (var value in list.EnumerateArray())
            {
                if (value.ValueKind is JsonValueKind.String)
                    writer.WriteStringValue(value.GetString());
                else
                    writer.WriteRawValue(value.GetRawText());
            }

            writer.WriteEndArray();
        }

        return Encoding.UTF8.GetString(stream.ToArray());
    }
}
