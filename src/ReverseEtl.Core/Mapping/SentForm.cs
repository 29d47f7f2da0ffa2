using ReverseEtl.Core.Delivery;
using ReverseEtl.Core.Delivery.Objects;
using ReverseEtl.Core.Planning;

namespace ReverseEtl.Core.Mapping;

/// <summary>A mapped field that the snapshot keeps, so that a removal can name it.</summary>
/// <param name="Field">The destination's field.</param>
/// <param name="Column">The index of its column.</param>
/// <param name="Type">The type of what is kept.</param>
/// <param name="Form">How it is shaped before it is kept; null where it is sent as it is.</param>
public sealed record MappedIdentifier(string Field, int Column, FieldType Type, SentForm? Form);

/// <summary>
/// How an identifier is sent: normalised, and hashed where the vendor wants that. The snapshot keeps this and not the value, so that it
/// holds no plain personal data, and a removal names exactly what was told, whatever the rule says by then.
/// </summary>
/// <param name="Field">The destination's field.</param>
/// <param name="Rule">The field's rule; its values are text.</param>
/// <param name="IsHashed">True where the column is hashed already.</param>
/// <param name="CountryColumn">The index of the column with the row's country, or null.</param>
/// <param name="Country">The country of rows without one, or null.</param>
public sealed record SentForm(string Field, IFieldRule Rule, bool IsHashed, int? CountryColumn, string? Country)
{
    /// <summary>The rule with its version, as snapshots keep it.</summary>
    public string Id => IsHashed ? $"{Rule.Id}, hashed" : Rule.Id;

    /// <summary>Shapes the values of some rows. A value that is no good is kept as NULL, as it was not sent.</summary>
    /// <param name="values">The column's values.</param>
    /// <param name="countries">The values of <see cref="CountryColumn"/>, or null.</param>
    public FieldColumn Shape(FieldColumn values, FieldColumn? countries)
    {
        using var shaped = new FieldColumnBuilder(Field, Rule.Type);
        for (var row = 0; row < values.Count; row++)
        {
            if (values.IsNull(row) || Rule.Shape(values, row, new ShapeContext(Field, countries?.Text(row) ?? Country, IsHashed), shaped) is not null)
                shaped.AppendNull();
        }

        return shaped.Build();
    }

    internal static SentForm? Of(FieldMapping mapping, IReadOnlyList<FieldMapping> mappings, IReadOnlyList<ColumnInfo> columns, ObjectSpec? spec)
    {
        if (spec?.Field(mapping.Field)?.Rule is not { } rule || rule.Type.IsFixed())
            return null;
        var country = mappings.FirstOrDefault(candidate => candidate.Field == spec.CountryField);
        // A country that is made of several columns is known when the row is sent, not here: the identifier is kept as the model has it.
        if (country is { Column: null, Constant: null })
            return null;
        return new SentForm(mapping.Field, rule, mapping.Hashed, country?.Column is { } column ? FieldMapper.IndexOf(columns, column) : null,
            spec.Country ?? country?.Constant?.Text);
    }
}
