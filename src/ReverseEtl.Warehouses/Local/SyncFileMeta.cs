using System.Text.Json.Serialization;
using ReverseEtl.Core.Planning;
using ReverseEtl.Warehouses.DuckDb;

namespace ReverseEtl.Warehouses.Local;

/// <summary>What a snapshot says of itself.</summary>
/// <param name="Key">Key columns and the types they are kept as.</param>
/// <param name="Identifiers">Fields that are kept for removals.</param>
/// <param name="AdvancedBy">The latest run that advanced it, or null.</param>
internal sealed record SnapshotMeta(IReadOnlyList<string> Key, IReadOnlyList<string> Identifiers, string? AdvancedBy)
{
    public static SnapshotMeta Of(PlanRequest request) => new(
        [.. request.Query.Key.Select(column => $"{column.Name} {DuckDbTypes.KeyStorageOf(column)}")],
        [.. request.Query.Mapper.Identifiers.Select(identifier => identifier.Field)],
        null);
}

/// <summary>What a plan says of itself.</summary>
/// <param name="RunId">The run it belongs to.</param>
/// <param name="Fingerprint">The mapping that it was made with.</param>
/// <param name="Summary">Its counts.</param>
internal sealed record PlanMeta(string RunId, string Fingerprint, PlanSummary Summary);

[JsonSerializable(typeof(SnapshotMeta))]
[JsonSerializable(typeof(PlanMeta))]
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
internal sealed partial class SyncFileJson : JsonSerializerContext;
