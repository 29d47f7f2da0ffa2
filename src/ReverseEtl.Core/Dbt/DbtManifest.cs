using System.Text.Json.Serialization;

namespace ReverseEtl.Core.Dbt;

/// <summary>
/// What is read of dbt's <c>target/manifest.json</c>, schema v12: dbt 1.8 and later. Names are dbt's; what is not named here is left out.
/// </summary>
internal sealed record DbtManifest
{
    public DbtMetadata? Metadata { get; init; }

    /// <summary>Models, seeds, snapshots, tests and operations, by their unique id.</summary>
    public IReadOnlyDictionary<string, DbtNode>? Nodes { get; init; }

    public IReadOnlyDictionary<string, DbtSource>? Sources { get; init; }

    /// <summary>What is switched off, by its unique id; the same id may stand for several files.</summary>
    public IReadOnlyDictionary<string, IReadOnlyList<DbtNode>>? Disabled { get; init; }
}

internal sealed record DbtMetadata
{
    [JsonPropertyName("dbt_schema_version")]
    public string? SchemaVersion { get; init; }

    [JsonPropertyName("generated_at")]
    public DateTimeOffset? GeneratedAt { get; init; }

    [JsonPropertyName("project_name")]
    public string? ProjectName { get; init; }
}

/// <summary>What nodes and sources have in common.</summary>
internal abstract record DbtResource
{
    public string Name { get; init; } = "";

    public string? Schema { get; init; }

    /// <summary>The relation as dbt quotes it; null for a model that has none, as ephemeral ones.</summary>
    [JsonPropertyName("relation_name")]
    public string? RelationName { get; init; }

    public string? Description { get; init; }

    public IReadOnlyDictionary<string, DbtColumn>? Columns { get; init; }

    [JsonPropertyName("original_file_path")]
    public string OriginalFilePath { get; init; } = "";
}

internal sealed record DbtNode : DbtResource
{
    [JsonPropertyName("resource_type")]
    public string ResourceType { get; init; } = "";

    [JsonPropertyName("package_name")]
    public string Package { get; init; } = "";

    public string? Alias { get; init; }

    public DbtChecksum? Checksum { get; init; }

    public DbtConfig? Config { get; init; }

    [JsonConverter(typeof(DbtVersionConverter))]
    public string? Version { get; init; }

    [JsonPropertyName("latest_version")]
    [JsonConverter(typeof(DbtVersionConverter))]
    public string? LatestVersion { get; init; }
}

internal sealed record DbtSource : DbtResource
{
    [JsonPropertyName("source_name")]
    public string SourceName { get; init; } = "";

    public string? Identifier { get; init; }
}

internal sealed record DbtColumn
{
    public string Name { get; init; } = "";

    public string? Description { get; init; }
}

/// <summary>The hash of a file's text without the white space around it.</summary>
internal sealed record DbtChecksum
{
    public string? Name { get; init; }

    public string? Checksum { get; init; }
}

internal sealed record DbtConfig
{
    public string? Materialized { get; init; }
}

[JsonSerializable(typeof(DbtManifest))]
[JsonSourceGenerationOptions(PropertyNameCaseInsensitive = true)]
internal sealed partial class DbtJson : JsonSerializerContext;
