using ReverseEtl.Core.Config;

namespace ReverseEtl.Core.Mapping;

/// <summary>
/// Where a destination's field gets its value: <c>EMAIL: email</c>, <c>{ const: DK }</c>, <c>{ template: "{{first_name}}" }</c>,
/// <c>{ column: email, null: skip }</c>, <c>{ object: { city: town } }</c>, or <c>{ list: [tag_a, tag_b] }</c>. Exactly one of them is set.
/// </summary>
public sealed record FieldMapping : IConfigValue<FieldMapping>
{
    /// <summary>The destination's field; set from the key of the map.</summary>
    public string Field { get; init; } = "";

    /// <summary>The place in the sync's file.</summary>
    public required Position At { get; init; }

    /// <summary>The model's column.</summary>
    public string? Column { get; init; }

    /// <summary>The same value for every row.</summary>
    public ScalarNode? Constant { get; init; }

    /// <summary>A text made of columns.</summary>
    public FieldTemplate? Template { get; init; }

    /// <summary>The members of a nested object, each with its own source.</summary>
    public IReadOnlyList<FieldMapping>? Object { get; init; }

    /// <summary>The items of a list, each with its own source; NULLs are left out.</summary>
    public IReadOnlyList<FieldMapping>? List { get; init; }

    /// <summary>True where the column's values are hashed already, as the destination wants them.</summary>
    public bool Hashed { get; init; }

    /// <summary>What NULL means; null for the sync's own setting.</summary>
    public NullHandling? Null { get; init; }

    /// <summary>The columns that the value is made of.</summary>
    public IReadOnlyList<string> Columns => Column is not null
        ? [Column]
        : Template?.Columns ?? [.. (Object ?? List ?? []).SelectMany(part => part.Columns).Distinct(StringComparer.Ordinal)];

    /// <inheritdoc/>
    public static string Schema => """
        {"anyOf":[{"type":"string"},
          {"type":"object","properties":{"column":{"type":"string"},"hashed":{"type":"boolean"},"null":{"enum":["clear","skip"]}},"required":["column"],"additionalProperties":false},
          {"type":"object","properties":{"const":{"type":["string","number","boolean","null"]}},"required":["const"],"additionalProperties":false},
          {"type":"object","properties":{"template":{"type":"string"},"null":{"enum":["clear","skip"]}},"required":["template"],"additionalProperties":false},
          {"type":"object","properties":{"object":{"type":"object"}},"required":["object"],"additionalProperties":false},
          {"type":"object","properties":{"list":{"type":"array"}},"required":["list"],"additionalProperties":false}]}
        """;

    /// <inheritdoc/>
    public static FieldMapping? Parse(ConfigNode node, BindContext context)
    {
        switch (node)
        {
            case ScalarNode { Type: ScalarType.Text } column:
                return new FieldMapping { At = node.At, Column = column.Text };
            case MapNode map when Binder.Bind<Form>(map, context) is { } form:
                var constant = map["const"] as ScalarNode;
                if (new[] { form.Column is not null, constant is not null, form.Template is not null, form.Object is not null, form.List is not null }.Count(given => given) == 1)
                {
                    return new FieldMapping
                    {
                        At = node.At,
                        Column = form.Column,
                        Constant = constant,
                        Template = form.Template,
                        Object = form.Object?.Select(member => member.Value with { Field = member.Key }).ToList(),
                        List = form.List,
                        Hashed = form.Hashed,
                        Null = form.Null,
                    };
                }

                context.Add(node.At, "give one of column, const, template, object and list");
                return null;
            case MapNode:
                return null;
            default:
                context.Add(node.At, $"this must be a column's name, or {{ const: ... }}, or {{ template: ... }}, but is {node.Kind}");
                return null;
        }
    }

    private sealed record Form
    {
        public string? Column { get; init; }

        public string? Const { get; init; }

        public FieldTemplate? Template { get; init; }

        public IReadOnlyDictionary<string, FieldMapping>? Object { get; init; }

        public IReadOnlyList<FieldMapping>? List { get; init; }

        public bool Hashed { get; init; }

        public NullHandling? Null { get; init; }
    }
}

/// <summary>What a NULL in the model does to the destination's field.</summary>
public enum NullHandling
{
    /// <summary>NULL is a value: it clears the field.</summary>
    Clear,

    /// <summary>The field is left alone.</summary>
    Skip,
}
