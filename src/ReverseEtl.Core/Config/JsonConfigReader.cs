using System.Text;
using System.Text.Json;

namespace ReverseEtl.Core.Config;

/// <summary>Reads JSON into nodes that know their line. Comments and trailing commas are allowed, as people edit these files.</summary>
internal static class JsonConfigReader
{
    /// <exception cref="ProjectException">The text is not JSON.</exception>
    public static ConfigNode Read(string file, string text)
    {
        var bytes = Encoding.UTF8.GetBytes(text);
        var reader = new Utf8JsonReader(bytes, new JsonReaderOptions
        {
            AllowTrailingCommas = true,
            CommentHandling = JsonCommentHandling.Skip,
        });
        try
        {
            reader.Read();
            var root = ReadValue(ref reader, new Places(file, bytes), "");
            reader.Read();
            return root;
        }
        catch (InvalidOperationException error)
        {
            // Half of a surrogate pair is a string to JSON's grammar and to nobody else.
            throw new ProjectException(new Places(file, bytes).At(reader.TokenStartIndex, ""), $"not valid JSON: {error.Message}");
        }
        catch (JsonException error)
        {
            var where = new Position(file, (int)(error.LineNumber ?? 0) + 1, (int)(error.BytePositionInLine ?? 0) + 1);
            throw new ProjectException(where, $"not valid JSON: {FirstSentence(error.Message)}");
        }
    }

    private static ConfigNode ReadValue(ref Utf8JsonReader reader, Places places, string path)
    {
        var at = places.At(reader.TokenStartIndex, path);
        switch (reader.TokenType)
        {
            case JsonTokenType.StartObject:
                return ReadMap(ref reader, places, at);
            case JsonTokenType.StartArray:
                var items = new List<ConfigNode>();
                while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
                    items.Add(ReadValue(ref reader, places, $"{path}[{items.Count}]"));
                return new ListNode(at, items);
            case JsonTokenType.String:
                return new ScalarNode(at, ScalarType.Text, reader.GetString()!);
            case JsonTokenType.Number:
                return new ScalarNode(at, ScalarType.Number, Encoding.UTF8.GetString(reader.ValueSpan));
            case JsonTokenType.True or JsonTokenType.False:
                return new ScalarNode(at, ScalarType.Boolean, reader.TokenType == JsonTokenType.True ? "true" : "false");
            default:
                return new ScalarNode(at, ScalarType.Null, "");
        }
    }

    private static MapNode ReadMap(ref Utf8JsonReader reader, Places places, Position at)
    {
        var entries = new List<MapEntry>();
        while (reader.Read() && reader.TokenType != JsonTokenType.EndObject)
        {
            var key = reader.GetString()!;
            var keyAt = places.At(reader.TokenStartIndex, at.Child(key));
            if (entries.Any(entry => entry.Key == key))
                throw new ProjectException(keyAt, $"\"{key}\" stands here twice; keep one");
            reader.Read();
            entries.Add(new MapEntry(key, keyAt, ReadValue(ref reader, places, keyAt.Path)));
        }

        return new MapNode(at, entries);
    }

    private static string FirstSentence(string message)
    {
        var end = message.IndexOf(" LineNumber:", StringComparison.Ordinal);
        return end < 0 ? message : message[..end].TrimEnd('.', ' ');
    }

    private sealed class Places(string file, byte[] bytes)
    {
        public Position At(long offset, string path)
        {
            var before = bytes.AsSpan(0, (int)offset);
            var column = before.Length - before.LastIndexOf((byte)'\n');
            return new Position(file, before.Count((byte)'\n') + 1, column, path);
        }
    }
}
