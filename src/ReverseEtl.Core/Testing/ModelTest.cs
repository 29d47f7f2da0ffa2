using System.ComponentModel;
using ReverseEtl.Core.Config;

namespace ReverseEtl.Core.Testing;

/// <summary>A unit test of a model: what its inputs hold, and what must come out. One or a list of them stands in a YAML file.</summary>
public sealed record ModelTest
{
    [Description("The test's name.")]
    public required string Test { get; init; }

    [Description("The model under test.")]
    public required string Model { get; init; }

    [Description("What {{ as_of }} stands for; needed where the model uses it.")]
    public string? AsOf { get; init; }

    [Description("Values for {{ var() }}, over those of cdp.config.json.")]
    public IReadOnlyDictionary<string, string> Vars { get; init; } = new Dictionary<string, string>();

    [Description("What stands in for a source (schema.table) or for another model (its name).")]
    public IReadOnlyDictionary<string, Fixture> Given { get; init; } = new Dictionary<string, Fixture>();

    [Description("The rows that must come out, in any order; columns that are not named are not compared.")]
    public required Fixture Expect { get; init; }

    /// <summary>Where it stands; set by the reader.</summary>
    public Position At { get; init; } = new("");
}

/// <summary>
/// Rows of a table: a list of maps, or <c>{ rows: [...], types: { column: TYPE } }</c>, or <c>{ csv: FILE }</c>. Types that are not
/// named are inferred from the values.
/// </summary>
public sealed record Fixture : IConfigValue<Fixture>
{
    /// <summary>Where it stands.</summary>
    public required Position At { get; init; }

    /// <summary>The rows, where they are written in place.</summary>
    public IReadOnlyList<MapNode> Rows { get; init; } = [];

    /// <summary>A CSV file with a header, from the project's folder.</summary>
    public string? Csv { get; init; }

    /// <summary>SQL types by column.</summary>
    public IReadOnlyDictionary<string, string> Types { get; init; } = new Dictionary<string, string>();

    /// <inheritdoc/>
    public static string Schema => """
        {"anyOf":[{"type":"array","items":{"type":"object"}},
          {"type":"object","additionalProperties":false,"properties":{"rows":{"type":"array","items":{"type":"object"}},"csv":{"type":"string"},
            "types":{"type":"object","additionalProperties":{"type":"string"}}}}]}
        """;

    /// <inheritdoc/>
    public static Fixture? Parse(ConfigNode node, BindContext context)
    {
        if (node is ListNode list)
            return Binder.Bind<IReadOnlyList<MapNode>>(list, context) is { } rows ? new Fixture { At = node.At, Rows = rows } : null;
        if (node is not MapNode)
        {
            context.Add(node.At, $"rows are a list of objects, or an object with rows or csv, but this is {node.Kind}");
            return null;
        }

        if (Binder.Bind<Form>(node, context) is not { } form)
            return null;
        if (form.Rows is null == form.Csv is null)
            context.Add(node.At, "give one of rows and csv");
        return new Fixture { At = node.At, Rows = form.Rows ?? [], Csv = form.Csv, Types = form.Types };
    }

    private sealed record Form
    {
        public IReadOnlyList<MapNode>? Rows { get; init; }

        public string? Csv { get; init; }

        public IReadOnlyDictionary<string, string> Types { get; init; } = new Dictionary<string, string>();
    }
}
