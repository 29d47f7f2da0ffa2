using System.Text;
using ReverseEtl.Core.Config;
using ReverseEtl.Core.Delivery;
using ReverseEtl.Core.Delivery.Objects;
using ReverseEtl.Core.Planning;

namespace ReverseEtl.Core.Mapping;

/// <summary>Makes a destination's fields of a model's columns.</summary>
public sealed class FieldMapper(IReadOnlyList<FieldMapping> mappings, NullHandling nullHandling, IReadOnlyList<ColumnInfo> columns,
    IReadOnlyList<string> identifiers, ObjectSpec? spec = null, bool keepsSentForms = true)
{
    /// <summary>The mapped fields that the snapshot keeps; constants and templates cannot be kept.</summary>
    public IReadOnlyList<MappedIdentifier> Identifiers { get; } =
    [
        .. from mapping in mappings
           where mapping.Column is not null && identifiers.Contains(mapping.Field)
           let column = IndexOf(columns, mapping.Column!)
           let form = keepsSentForms ? SentForm.Of(mapping, mappings, columns, spec) : null
           select new MappedIdentifier(mapping.Field, column, form?.Rule.Type ?? columns[column].Type, form),
    ];

    /// <summary>How each field is made, in words.</summary>
    public IReadOnlyList<FieldShape> Fields => [.. mappings.Select(mapping => new FieldShape(mapping.Field, Describe(mapping)))];

    /// <summary>The fields of some rows. Takes over the columns: they must not be used or disposed afterwards.</summary>
    /// <param name="sources">The columns, in the order given to the constructor.</param>
    /// <param name="count">Rows.</param>
    /// <param name="only">The fields to make besides those without which the others say nothing, or null for all.</param>
    /// <param name="cells">Which columns of which rows have changed; null where every field of every row is sent.</param>
    public IReadOnlyList<FieldColumn> Map(IReadOnlyList<FieldColumn> sources, int count, IReadOnlyList<string>? only = null, ChangedCells? cells = null)
    {
        var fields = mappings
            .Where(mapping => only is null || only.Contains(mapping.Field) || IsAlwaysSent(mapping.Field))
            .Select(mapping => Map(mapping, sources, count).Knowing(Known(mapping, cells))).ToList();
        foreach (var source in sources)
            source.Dispose();
        return fields;
    }

    private bool IsAlwaysSent(string field) => identifiers.Contains(field) || spec?.IsAlwaysSent(field) is true;

    private bool[]? Known(FieldMapping mapping, ChangedCells? cells) =>
        cells is null || IsAlwaysSent(mapping.Field) ? null : cells.Known([.. mapping.Columns.Select(column => IndexOf(columns, column))]);

    private FieldColumn Map(FieldMapping mapping, IReadOnlyList<FieldColumn> sources, int count)
    {
        var omitNull = (mapping.Null ?? nullHandling) is NullHandling.Skip;
        if (mapping.Column is not null)
            return sources[IndexOf(columns, mapping.Column)].Become(mapping.Field, omitNull);
        if (mapping.Constant is not null)
            return Constant(mapping.Field, mapping.Constant, count);
        if ((mapping.Object ?? mapping.List) is { } parts)
            return Nest(mapping, [.. parts.Select(part => Part(part, sources, count))], count);
        return Render(mapping.Field, mapping.Template!, sources, count, omitNull);
    }

    // A part only looks at its source, which other fields may own.
    private FieldColumn Part(FieldMapping part, IReadOnlyList<FieldColumn> sources, int count) => part.Column is { } column
        ? sources[IndexOf(columns, column)].View(part.Field, (part.Null ?? nullHandling) is NullHandling.Skip)
        : Map(part, sources, count);

    private static FieldColumn Nest(FieldMapping mapping, IReadOnlyList<FieldColumn> parts, int count)
    {
        using var builder = new FieldColumnBuilder(mapping.Field, FieldType.Json);
        for (var row = 0; row < count; row++)
            builder.AppendUtf8(mapping.Object is null ? JsonBuffer.List(parts, row) : JsonBuffer.Object(parts, row));
        foreach (var part in parts)
            part.Dispose();
        return builder.Build();
    }

    private FieldColumn Render(string field, FieldTemplate template, IReadOnlyList<FieldColumn> sources, int count, bool omitNull)
    {
        using var builder = new FieldColumnBuilder(field, FieldType.Text);
        var named = template.Columns.Select(name => (name, source: sources[IndexOf(columns, name)])).ToList();
        var values = new Dictionary<string, string?>(StringComparer.Ordinal);
        for (var row = 0; row < count; row++)
        {
            foreach (var (name, source) in named)
                values[name] = source.Text(row);
            builder.AppendText(template.Render(values));
        }

        return builder.Build(omitNull);
    }

    private static FieldColumn Constant(string field, ScalarNode value, int count)
    {
        var text = Encoding.UTF8.GetBytes(value.Text);
        return value.Type switch
        {
            ScalarType.Null => FieldColumn.Constant(field, FieldType.Text, default, 0, isNull: true, count),
            ScalarType.Boolean => FieldColumn.Constant(field, FieldType.Boolean, default, value.Text == "true" ? 1 : 0, isNull: false, count),
            ScalarType.Number => FieldColumn.Constant(field, FieldType.Decimal, text, 0, isNull: false, count),
            _ => FieldColumn.Constant(field, FieldType.Text, text, 0, isNull: false, count),
        };
    }

    private string Describe(FieldMapping mapping)
    {
        var handling = mapping.Null ?? nullHandling;
        if (mapping.Column is not null)
            return $"column {mapping.Column}{(mapping.Hashed ? ", hashed" : "")}, null {handling}{Rule(mapping.Field)}";
        if (mapping.Constant is { } constant)
            return $"{constant.Type} {constant.Text}";
        if (mapping.Object is { } members)
            return $"object of {string.Join("; ", members.Select(member => $"{member.Field}: {Describe(member)}"))}";
        if (mapping.List is { } items)
            return $"list of {string.Join("; ", items.Select(Describe))}";
        return $"template {mapping.Template!.Text}, null {handling}{Rule(mapping.Field)}";
    }

    // With its version, so that another way to shape a value is seen as the change of a mapping that it is.
    private string Rule(string field) => spec?.Field(field)?.Rule is { } rule ? $", as {rule.Id}" : "";

    internal static int IndexOf(IReadOnlyList<ColumnInfo> columns, string name)
    {
        for (var i = 0; i < columns.Count; i++)
        {
            if (columns[i].Name == name)
                return i;
        }

        throw new InvalidOperationException($"the column {name} was not resolved");
    }
}
