using ReverseEtl.Core.Planning;
using ReverseEtl.Core.Projects;
using ReverseEtl.Warehouses;
using ReverseEtl.Warehouses.DuckDb;
using ReverseEtl.Warehouses.Postgres;
using ReverseEtl.Warehouses.Snowflake;

namespace ReverseEtl.Server.Composition;

/// <summary>Opens the warehouse that a project names.</summary>
internal static class WarehouseOpening
{
    /// <param name="project">The project.</param>
    /// <param name="workFolder">Where its files on this machine lie.</param>
    /// <param name="time">The clock.</param>
    /// <param name="cancellationToken">Stops it.</param>
    public static async Task<IWarehouse> OpenAsync(Project project, string workFolder, TimeProvider time, CancellationToken cancellationToken) => project.Config.Warehouse switch
    {
        DuckDbWarehouseOptions options => await DuckDbWarehouse.OpenAsync(options, project.Folder, workFolder, () => Tell($"the warehouse {options.Path}", options.Bootstrap), cancellationToken),
        PostgresWarehouseOptions options => await PostgresWarehouse.OpenAsync(options, project.Folder, workFolder, () => Tell($"the database {options.Database}", options.Bootstrap), cancellationToken),
        SnowflakeWarehouseOptions options => SnowflakeWarehouse.Open(options, project.Folder, workFolder, time),
        var unknown => throw new InvalidOperationException($"no warehouse for {unknown.GetType().Name}"),
    };

    /// <summary>True where plans are made inside the warehouse, and kept there with all that belongs to them.</summary>
    public static bool PlansInside(Project project) => project.Config.Warehouse
        is PostgresWarehouseOptions { Planner: PlannerPlace.Warehouse } or SnowflakeWarehouseOptions { Planner: PlannerPlace.Warehouse };

    private static void Tell(string what, IReadOnlyList<string> scripts) => Console.Error.WriteLine($"making {what} from {string.Join(", ", scripts)} (once)");
}
