using System.Text.Json;
using ReverseEtl.Core.Config;

namespace ReverseEtl.Connectors.HttpApi;

/// <summary>
/// A JSON body as a YAML tree. The text <c>{{field}}</c> is the row's value with its type, <c>{{*}}</c> an object of all fields, other text with
/// fields in it is text; <c>{ each: ... }</c> is a list with an item for each row. Everything else is sent as it stands.
/// </summary>
public sealed class JsonTemplate : IConfigValue<JsonTemplate>
{
    private const string EachKey = "each";

    private readonly List<string> _fields = [];
    private readonly BindContext _context;
    private JsonPart? _root;
    private (Position At, string Field)? _outside;

    private JsonTemplate(BindContext context) => _context = context;

    /// <inheritdoc/>
    public static string Schema => """{"type":["object","array","string"]}""";

    /// <summary>The fields that it names.</summary>
    public IReadOnlyList<string> Fields => _fields;

    /// <summary>True where a part of it is there for each row.</summary>
    public bool Repeats { get; private set; }

    /// <inheritdoc/>
    public static JsonTemplate? Parse(ConfigNode node, BindContext context)
    {
        if (node is ScalarNode { Type: not ScalarType.Text })
        {
            context.Add(node.At, $"a body must be an object or a list, but this is {node.Kind}");
            return null;
        }

        var before = context.Problems.Count;
        var template = new JsonTemplate(context);
        template._root = template.Read(node, inEach: false);
        if (template is { Repeats: true, _outside: var (at, field) })
            context.Add(at, $"{{{{{field}}}}} stands outside of each, where there are many rows");
        return context.Problems.Count == before ? template : null;
    }

    /// <summary>Writes the body of rows.</summary>
    internal void Write(Utf8JsonWriter writer, RowFields rows) => _root!.Write(writer, rows, 0);

    private JsonPart Read(ConfigNode node, bool inEach) => node switch
    {
        MapNode map when map[EachKey] is { } item => Each(map, item, inEach),
        MapNode map => new ObjectPart([.. map.Entries.Select(entry => (entry.Key, Read(entry.Value, inEach)))]),
        ListNode list => new ListPart([.. list.Items.Select(item => Read(item, inEach))]),
        ScalarNode { Type: ScalarType.Text } => Text(node, inEach),
        ScalarNode { Type: ScalarType.Null } => new FixedPart("null"),
        _ => Number((ScalarNode)node),
    };

    private JsonPart Each(MapNode map, ConfigNode item, bool inEach)
    {
        if (map.Entries.Count > 1)
            _context.Add(map.At, "each makes a list of its object, so nothing can stand beside it");
        if (inEach)
            _context.Add(map.At, "each stands within another each; there is one list of rows only");
        Repeats = true;
        return new EachPart(Read(item, inEach: true));
    }

    private JsonPart Text(ConfigNode node, bool inEach)
    {
        if (TextTemplate.Parse(node, _context) is not { } text)
            return new FixedPart("null");
        foreach (var field in text.Fields)
        {
            _fields.Add(field);
            _outside ??= inEach ? null : (node.At, field);
        }

        if (text.Only is RowFields.All)
            return new AllPart();
        if (text.Fields.Contains(RowFields.All))
            _context.Add(node.At, "{{*}} is an object, and must be the whole text");
        return text.Only is { } only ? new ValuePart(only) : new TextPart(text);
    }

    private FixedPart Number(ScalarNode node)
    {
        try
        {
            using var parsed = JsonDocument.Parse(node.Text);
            return new FixedPart(node.Text);
        }
        catch (JsonException)
        {
            _context.Add(node.At, $"{node.Text} is no number in JSON; put it in quotes");
            return new FixedPart("null");
        }
    }
}
