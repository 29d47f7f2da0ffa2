using System.Text.RegularExpressions;
using HandlebarsDotNet;
using ReverseEtl.Core.Config;

namespace ReverseEtl.Core.Mapping;

/// <summary>
/// A Handlebars template over a row's columns. Nothing is escaped: values arrive as they are. NULL renders as nothing, and a row in
/// which all columns are NULL gives NULL.
/// </summary>
public sealed partial class FieldTemplate : IConfigValue<FieldTemplate>
{
    private static readonly HashSet<string> Words = new(StringComparer.Ordinal) { "if", "else", "unless", "with", "each", "this", "true", "false", "null" };

    private readonly Lazy<HandlebarsTemplate<object, object>> _compiled;

    private FieldTemplate(string text, IReadOnlyList<string> columns)
    {
        (Text, Columns) = (text, columns);
        _compiled = new Lazy<HandlebarsTemplate<object, object>>(() => Engine.Value.Compile(text));
    }

    /// <summary>The template as written.</summary>
    public string Text { get; }

    /// <summary>The columns it names.</summary>
    public IReadOnlyList<string> Columns { get; }

    /// <inheritdoc/>
    public static string Schema => """{"type":"string"}""";

    private static Lazy<IHandlebars> Engine { get; } = new(() => Handlebars.Create(new HandlebarsConfiguration { NoEscape = true }));

    /// <inheritdoc/>
    public static FieldTemplate? Parse(ConfigNode node, BindContext context)
    {
        if (node is not ScalarNode { Type: ScalarType.Text } scalar)
        {
            context.Add(node.At, $"a template is text, but this is {node.Kind}");
            return null;
        }

        var columns = Mustache().Matches(scalar.Text)
            .SelectMany(mustache => Name().Matches(Literal().Replace(mustache.Groups[1].Value, " ")))
            .Select(match => match.Value)
            .Where(name => !Words.Contains(name))
            .Distinct(StringComparer.Ordinal)
            .ToList();
        var template = new FieldTemplate(scalar.Text, columns);
        if (columns.Count == 0)
            context.Add(node.At, "the template names no column; write {{column}}, or use const for a fixed text");
        try
        {
            if (scalar.Text.Contains("{{#", StringComparison.Ordinal) || !Balanced(scalar.Text))
                _ = template._compiled.Value;
            return template;
        }
        catch (HandlebarsException error)
        {
            context.Add(node.At, $"the template is not valid Handlebars: {error.Message}");
            return null;
        }
    }

    /// <summary>Renders a row.</summary>
    /// <param name="row">Columns by name; null for NULL.</param>
    public string? Render(IReadOnlyDictionary<string, string?> row) =>
        Columns.All(column => row[column] is null) ? null : _compiled.Value(row);

    private static bool Balanced(string text) => Mustache().Count(text) == Opening().Count(text);

    [GeneratedRegex(@"\{\{\{?([^{}]*)\}?\}\}", RegexOptions.CultureInvariant)]
    private static partial Regex Mustache();

    [GeneratedRegex(@"\{\{", RegexOptions.CultureInvariant)]
    private static partial Regex Opening();

    [GeneratedRegex("\"[^\"]*\"|'[^']*'", RegexOptions.CultureInvariant)]
    private static partial Regex Literal();

    [GeneratedRegex(@"[A-Za-z_]\w*", RegexOptions.CultureInvariant)]
    private static partial Regex Name();
}
