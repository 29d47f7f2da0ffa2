using System.Text.Json.Serialization;
using ReverseEtl.Core.Delivery;
using ReverseEtl.Core.Mapping;
using ReverseEtl.Core.Planning;
using ReverseEtl.Warehouses.DuckDb;

namespace ReverseEtl.Warehouses.Local;

/// <summary>What a snapshot says of itself.</summary>
/// <param name="Shape">The shape that its rows were told in.</param>
/// <param name="Identifiers">What is kept for removals, by the number of its column; what was kept under an earlier mapping stays for the rows that were told under it.</param>
/// <param name="Advanced">The latest run that advanced it, or null.</param>
internal sealed record SnapshotMeta(SyncShape Shape, IReadOnlyList<KeptIdentifier> Identifiers, AdvancedRun? Advanced)
{
    /// <summary>The columns of which each row's hash is kept, by the number of its column; empty where changed rows are sent whole.</summary>
    public IReadOnlyList<KeptColumn> Columns { get; init; } = [];

    /// <summary>A snapshot that was never advanced.</summary>
    public static SnapshotMeta New(SyncQuery query) => new(query.Shape, IdentifiersOf(query), null);

    /// <summary>True where the sync's key is the snapshot's, in name and in type.</summary>
    public bool HasKeyOf(SyncQuery query) => KeyText(Shape.Key) == KeyText(query.Key);

    /// <summary>Identifiers that are to be kept and have no column yet.</summary>
    public IReadOnlyList<KeptIdentifier> Missing(SyncQuery query) => [.. IdentifiersOf(query).Except(Identifiers)];

    /// <summary>Columns whose hashes are to be kept and have no column yet.</summary>
    public IReadOnlyList<KeptColumn> MissingColumns(SyncQuery query) => [.. query.Columns.Select(KeptColumn.Of).Except(Columns)];

    /// <summary>A key in words.</summary>
    public static string KeyText(IReadOnlyList<ColumnInfo> key) => string.Join(", ", key.Select(column => $"{column.Name} {DuckDbTypes.KeyStorageOf(column)}"));

    private static IReadOnlyList<KeptIdentifier> IdentifiersOf(SyncQuery query) =>
        [.. query.Mapper.Identifiers.Select(KeptIdentifier.Of)];
}

/// <summary>A field whose last sent value is kept for removals.</summary>
/// <param name="Field">The destination's field.</param>
/// <param name="Type">The type of its values.</param>
/// <param name="Form">The rule that its values were shaped by; null where they are as the model had them.</param>
internal sealed record KeptIdentifier(string Field, FieldType Type, string? Form = null)
{
    /// <summary>The column that it is kept of as it is; null where the mapping has it no more, or otherwise.</summary>
    public int? ColumnIn(SyncQuery query) => query.Mapper.Identifiers.FirstOrDefault(mapped => Of(mapped) == this)?.Column;

    public static KeptIdentifier Of(MappedIdentifier identifier) => new(identifier.Field, identifier.Type, identifier.Form?.Id);
}

/// <summary>A mapped column whose hash is kept.</summary>
/// <param name="Name">The column.</param>
/// <param name="Type">Its type in the warehouse: values of another one are other values.</param>
internal sealed record KeptColumn(string Name, string Type)
{
    public static KeptColumn Of(ColumnInfo column) => new(column.Name, column.WarehouseType);
}

/// <summary>A run that advanced a snapshot.</summary>
internal sealed record AdvancedRun(string RunId, PlanSummary Summary, AdvanceResult Result);

/// <summary>What a plan says of itself.</summary>
/// <param name="RunId">The run it belongs to.</param>
/// <param name="Shape">The shape that it was made in.</param>
/// <param name="Summary">Its counts.</param>
/// <param name="ResentFields">The fields of rows that are only sent again; null for all.</param>
internal sealed record PlanMeta(string RunId, SyncShape Shape, PlanSummary Summary, IReadOnlyList<string>? ResentFields)
{
    /// <summary>True where each row says which of its columns have changed.</summary>
    public bool HasFlags { get; init; }

    /// <summary>True where the plan's rows are what a sync would send now; also where they are removed under the key that they were told by.</summary>
    public bool IsCurrentFor(SyncQuery query) => Summary.IsRetirement
        || (Shape.Fingerprint == query.Shape.Fingerprint && SnapshotMeta.KeyText(Shape.Key) == SnapshotMeta.KeyText(query.Shape.Key));
}

/// <summary>The model that the snapshot is equal to, row by row; there is none where it is not known to be.</summary>
/// <param name="Digests">See <see cref="ModelVectors"/>.</param>
internal sealed record SnapshotVectors(string Digests);

/// <summary>The model that the snapshot will be equal to, once it has advanced by the whole plan.</summary>
/// <param name="Digests">See <see cref="ModelVectors"/>.</param>
internal sealed record PlanVectors(string Digests);

[JsonSerializable(typeof(SnapshotMeta))]
[JsonSerializable(typeof(SnapshotVectors))]
[JsonSerializable(typeof(PlanVectors))]
[JsonSerializable(typeof(PlanMeta))]
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, UseStringEnumConverter = true)]
internal sealed partial class SnapshotJson : JsonSerializerContext;
