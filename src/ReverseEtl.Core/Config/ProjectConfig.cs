using System.ComponentModel;
using ReverseEtl.Core.Alerts;
using ReverseEtl.Core.Dbt;

namespace ReverseEtl.Core.Config;

/// <summary>cdp.config.json: the environment a project runs in. What is synced stands in the models' folder.</summary>
public sealed record ProjectConfig
{
    [ConfigKey("$schema")]
    [Description("The JSON Schema of this file, for completion in editors.")]
    public string? SchemaFile { get; init; }

    [Description("The project's name.")]
    public required string Project { get; init; }

    [Description("The folder of models and syncs.")]
    public string Models { get; init; } = "models";

    [Description("Values for {{ var('name') }} in models.")]
    public IReadOnlyDictionary<string, string> Vars { get; init; } = new Dictionary<string, string>();

    [Description("The warehouse that the models run in.")]
    public required WarehouseOptions Warehouse { get; init; }

    [Description("A dbt project whose models and sources {{ ref }} and {{ source }} may name.")]
    public DbtOptions? Dbt { get; init; }

    [Description("Where runs, leases and the journal are kept; a SQLite file when left out.")]
    public StateOptions? State { get; init; }

    [Description("Where syncs send to, by name.")]
    public IReadOnlyDictionary<string, DestinationOptions> Destinations { get; init; } =
        new Dictionary<string, DestinationOptions>();

    [Description("How cdp serve runs the project.")]
    public ServeOptions Serve { get; init; } = new();

    [Description("What is written down of deliveries for analysts; nothing when left out.")]
    public LogOptions? Log { get; init; }

    [Description("Who is told when a sync is not as it should be, while cdp serve runs the project; nobody when left out.")]
    public AlertOptions? Alerts { get; init; }

    [Description("Differences by environment, chosen with --env: each is laid over the rest of this file.")]
    public IReadOnlyDictionary<string, MapNode>? Environments { get; init; }
}

/// <summary>What every warehouse's entry has.</summary>
public abstract record WarehouseOptions
{
    [Description("The kind of warehouse.")]
    public required string Type { get; init; }
}

/// <summary>What every control store's entry has.</summary>
public abstract record StateOptions
{
    [Description("The kind of control store.")]
    public required string Type { get; init; }
}
