using System.Text;
using System.Text.Json;

namespace ReverseEtl.Core.Delivery;

/// <summary>The text form of a row's key: the value itself for one column, a compact JSON array for several.</summary>
public static class RowKey
{
    /// <summary>The key of a row.</summary>
    public static string Text(IReadOnlyList<FieldColumn> key, int row)
    {
        if (key.Count == 1)
            return key[0].Text(row) ?? "null";
        using var stream = new MemoryStream();
        using (var writer = new Utf8JsonWriter(stream, new JsonWriterOptions { Encoder = JsonText.Encoder }))
        {
            writer.WriteStartArray();
            foreach (var column in key)
                column.WriteValue(writer, row);
            writer.WriteEndArray();
        }

        return Encoding.UTF8.GetString(stream.GetBuffer(), 0, (int)stream.Length);
    }
}
