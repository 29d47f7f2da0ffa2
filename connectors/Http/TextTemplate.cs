using System.Text;
using System.Text.RegularExpressions;
using ReverseEtl.Core.Config;

namespace ReverseEtl.Connectors.HttpApi;

/// <summary>Text with fields in it: <c>/contacts/{{email}}</c>.</summary>
public sealed partial class TextTemplate : IConfigValue<TextTemplate>
{
    // Text and fields by turns, beginning and ending with text.
    private readonly string[] _pieces;

    private TextTemplate(string[] pieces) => _pieces = pieces;

    /// <inheritdoc/>
    public static string Schema => """{"type":"string"}""";

    /// <summary>The fields that it names.</summary>
    public IEnumerable<string> Fields => _pieces.Where((_, at) => at % 2 == 1);

    /// <summary>The text, where it names none; else what stands before the first.</summary>
    internal string Start => _pieces[0];

    /// <summary>The field that it is nothing but; null where it is more, or less.</summary>
    internal string? Only => _pieces is ["", var name, ""] ? name : null;

    /// <inheritdoc/>
    public static TextTemplate? Parse(ConfigNode node, BindContext context)
    {
        if (node is not ScalarNode { Type: ScalarType.Text } scalar)
        {
            context.Add(node.At, $"this must be text, but is {node.Kind}");
            return null;
        }

        var pieces = Mustache().Split(scalar.Text);
        if (!pieces.Where((_, at) => at % 2 == 0).Any(text => text.Contains("{{", StringComparison.Ordinal)))
            return new TextTemplate(pieces);
        context.Add(node.At, $"\"{scalar.Text}\" has a {{{{ that names no field; write {{{{field}}}}");
        return null;
    }

    /// <summary>The text of a row.</summary>
    internal string Render(Func<string, string?> valueOf)
    {
        var text = new StringBuilder(_pieces[0]);
        for (var at = 1; at < _pieces.Length; at += 2)
            text.Append(valueOf(_pieces[at])).Append(_pieces[at + 1]);
        return text.ToString();
    }

    [GeneratedRegex(@"\{\{\s*([^{}\s](?:[^{}]*[^{}\s])?)\s*\}\}", RegexOptions.CultureInvariant)]
    private static partial Regex Mustache();
}
