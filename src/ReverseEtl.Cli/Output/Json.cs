using System.Text.Json;
using ReverseEtl.Core.Delivery;
using ReverseEtl.Server.Operations.Json;

namespace ReverseEtl.Cli.Output;

/// <summary>Writes the one JSON document of a command to standard output.</summary>
internal static class Json
{
    /// <summary>Writes a result.</summary>
    public static void Write<T>(T result)
        where T : class
    {
        using var output = Console.OpenStandardOutput();
        JsonSerializer.Serialize(output, result, OperationJson.Printed);
        output.Write("\n"u8);
    }

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
}
