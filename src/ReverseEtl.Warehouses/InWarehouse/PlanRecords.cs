using System.Text.Json.Serialization;

namespace ReverseEtl.Warehouses.InWarehouse;

/// <summary>The table of the plan that there is, or that is being made; it is dropped before the next one is.</summary>
internal sealed record PlanTable(string Name);

/// <summary>The hash functions that the snapshot's hashes were made with.</summary>
internal sealed record HashFunctions(string Probe);

/// <summary>The hash functions that the plan's hashes were made with; they become the snapshot's when it advances.</summary>
internal sealed record PlanHashFunctions(string Probe);

/// <summary>The latest plan found the model as it was told, so that the next one first looks whether it still is.</summary>
internal sealed record QuietModel(long Rows);

[JsonSerializable(typeof(PlanTable))]
[JsonSerializable(typeof(HashFunctions))]
[JsonSerializable(typeof(PlanHashFunctions))]
[JsonSerializable(typeof(QuietModel))]
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
internal sealed partial class PlanJson : JsonSerializerContext;
