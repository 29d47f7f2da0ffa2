using System.Text.Json;
using ReverseEtl.Core.Delivery;

namespace ReverseEtl.Cli.Output;

/// <summary>Writes the one JSON document of a command to standard output.</summary>
internal static class Json
{
    /// <summary>Writes an object.</summary>
    public static void Write(Action<Utf8JsonWriter> properties)
    {
        using var output = Console.OpenStandardOutput();
        using (var writer = new Utf8JsonWriter(output, JsonText.Indented))
        {
            writer.WriteStartObject();
            properties(writer);
            writer.WriteEndObject();
        }

        output.Write("\n"u8);
    }

    /// <summary>Writes a list of objects under a name.</summary>
    public static void WriteList<T>(this Utf8JsonWriter writer, string name, IEnumerable<T> items, Action<T> properties)
    {
        writer.WriteStartArray(name);
        foreach (var item in items)
        {
            writer.WriteStartObject();
            properties(item);
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
    }

    /// <summary>Writes a key: the value of one column, or a list of several.</summary>
    public static void WriteKey(this Utf8JsonWriter writer, string name, IReadOnlyList<FieldColumn> key, int row)
    {
        writer.WritePropertyName(name);
        if (key.Count == 1)
        {
            key[0].WriteValue(writer, row);
            return;
        }

        writer.WriteStartArray();
        foreach (var column in key)
            column.WriteValue(writer, row);
        writer.WriteEndArray();
    }
}
