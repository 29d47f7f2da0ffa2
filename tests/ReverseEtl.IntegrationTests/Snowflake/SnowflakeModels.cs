using ReverseEtl.Core.Config;
using ReverseEtl.Core.Models;
using ReverseEtl.Core.Projects;
using ReverseEtl.Warehouses.Snowflake;

namespace ReverseEtl.IntegrationTests.Snowflake;

/// <summary>Models that exist in the test only, compiled for Snowflake.</summary>
internal sealed class SnowflakeModels(params IReadOnlyList<(string Name, string Sql)> models) : IProjectFiles, ISecretSource
{
    public static readonly DateTimeOffset AsOf = new(2026, 11, 22, 7, 37, 1, 250, TimeSpan.Zero);

    public string Folder => "/project";

    /// <summary>The entry of the warehouse in cdp.config.json.</summary>
    public string Warehouse { get; init; } = """{ "type": "snowflake", "account": "org-shop" }""";

    /// <summary>Everything from the last of the models; its SQL begins on the fifth line of its file.</summary>
    public CompiledQuery Compile()
    {
        var graph = Load().Models;
        return new ModelCompiler(graph, new SnowflakeDialect(), new Dictionary<string, string>(), AsOf).Compile(graph.Find(models[^1].Name)!);
    }

    public Project Load()
    {
        var types = new ProjectTypes([], new Dictionary<string, Type> { [SnowflakeWarehouseOptions.TypeName] = typeof(SnowflakeWarehouseOptions) }, new Dictionary<string, Type>());
        return new ProjectLoader(this, this, types).Load(null);
    }

    public string? Read(string path) => path == ProjectLoader.ConfigFile
        ? $$"""{ "project": "shop", "warehouse": {{Warehouse}}, "destinations": {} }"""
        : models.Where(model => PathOf(model.Name) == path).Select(model => $"/* ---\nkind: table\nkey: id\n--- */\n{model.Sql}").FirstOrDefault();

    public IReadOnlyList<string>? List(string folder, string extension) =>
        folder == "models" && extension == ".sql" ? [.. models.Select(model => PathOf(model.Name)).Order(StringComparer.Ordinal)] : null;

    public string? Environment(string name) => null;

    public string? File(string path) => null;

    private static string PathOf(string name) => $"models/{name}.sql";
}
