using System.Globalization;
using YamlDotNet.Core;
using YamlDotNet.RepresentationModel;

namespace ReverseEtl.Core.Config;

/// <summary>Reads YAML into the same nodes as JSON, with the core schema: a plain <c>20</c> is a number, <c>"20"</c> is text.</summary>
internal static class YamlConfigReader
{
    // Far deeper than any project file. An alias that names what it stands in has no end.
    private const int MaxDepth = 50;

    /// <param name="file">The file's name in positions.</param>
    /// <param name="text">The YAML text.</param>
    /// <param name="lineOffset">Lines before the text in the file, for a header inside a model.</param>
    /// <exception cref="ProjectException">The text is not YAML.</exception>
    public static ConfigNode Read(string file, string text, int lineOffset = 0)
    {
        try
        {
            var stream = new YamlStream();
            stream.Load(new StringReader(text));
            if (stream.Documents.Count == 0)
                return new MapNode(new Position(file, lineOffset + 1, 1), []);
            return Convert(file, lineOffset, stream.Documents[0].RootNode, "");
        }
        catch (YamlException error)
        {
            var where = new Position(file, (int)error.Start.Line + lineOffset, (int)error.Start.Column);
            throw new ProjectException(where, $"not valid YAML: {(error.InnerException ?? error).Message}");
        }
    }

    private static ConfigNode Convert(string file, int lineOffset, YamlNode node, string path, int depth = 0)
    {
        var at = new Position(file, (int)node.Start.Line + lineOffset, (int)node.Start.Column, path);
        if (depth > MaxDepth)
            throw new ProjectException(at with { Path = "" }, "this is nested too deeply; does an alias (*name) stand inside its own anchor (&name)?");
        switch (node)
        {
            case YamlMappingNode map:
                var entries = new List<MapEntry>();
                foreach (var (keyNode, value) in map.Children)
                {
                    var key = (keyNode as YamlScalarNode)?.Value ?? "";
                    var keyAt = new Position(file, (int)keyNode.Start.Line + lineOffset, (int)keyNode.Start.Column, at.Child(key));
                    entries.Add(new MapEntry(key, keyAt, Convert(file, lineOffset, value, keyAt.Path, depth + 1)));
                }

                return new MapNode(at, entries);
            case YamlSequenceNode list:
                return new ListNode(at, [.. list.Children.Select((item, index) => Convert(file, lineOffset, item, $"{path}[{index}]", depth + 1))]);
            default:
                return Scalar(at, (YamlScalarNode)node);
        }
    }

    private static ScalarNode Scalar(Position at, YamlScalarNode node)
    {
        var text = node.Value ?? "";
        if (node.Style is not ScalarStyle.Plain)
            return new ScalarNode(at, ScalarType.Text, text);
        return text switch
        {
            "" or "~" or "null" or "Null" or "NULL" => new ScalarNode(at, ScalarType.Null, ""),
            "true" or "True" or "TRUE" => new ScalarNode(at, ScalarType.Boolean, "true"),
            "false" or "False" or "FALSE" => new ScalarNode(at, ScalarType.Boolean, "false"),
            _ when double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out _) && char.IsAsciiDigit(text[^1]) =>
                new ScalarNode(at, ScalarType.Number, text),
            _ => new ScalarNode(at, ScalarType.Text, text),
        };
    }
}
