using ReverseEtl.Core.Delivery;

namespace ReverseEtl.Connectors.Files;

/// <summary>A field as it is staged.</summary>
/// <param name="Name">The destination's field. Any text: columns are numbered, as DuckDB takes names that differ in case for one.</param>
/// <param name="Type">The type of its values.</param>
/// <param name="Skip">True where a NULL leaves the value that is there.</param>
internal sealed record StagedField(string Name, FieldType Type, bool Skip)
{
    /// <summary>The type of its column. Text holds every value exactly; the three others are as exact and smaller.</summary>
    public string Storage => StorageOf(Type);

    /// <inheritdoc cref="Storage"/>
    public static string StorageOf(FieldType type) => type switch
    {
        FieldType.Boolean => "BOOLEAN",
        FieldType.Integer => "BIGINT",
        FieldType.Float => "DOUBLE",
        _ => "VARCHAR",
    };

    public static IReadOnlyList<StagedField> Of(ChangeBatch batch) =>
        [.. batch.Fields.Select(column => new StagedField(column.Name, column.Type, column.OmitNull))];
}
