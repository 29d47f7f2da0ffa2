using Npgsql;

namespace ReverseEtl.Warehouses.Postgres;

/// <summary>The SQL that gives a role what a project needs, and no more.</summary>
public static class PostgresGrants
{
    private const string PlannerSchema = "cdp_planner";

    /// <param name="options">The warehouse; it need not be reachable.</param>
    /// <param name="sources">The tables that models name as sources.</param>
    /// <param name="logs">Whether the log of deliveries is written there.</param>
    public static string For(PostgresWarehouseOptions options, IEnumerable<(string Schema, string Table)> sources, bool logs = false)
    {
        var connection = new NpgsqlConnectionStringBuilder(options.ConnectionString?.Reveal());
        var (role, database) = (PostgresDialect.Name(options.User ?? connection.Username ?? "cdp"), PostgresDialect.Name(options.Database ?? connection.Database ?? "warehouse"));
        var tables = sources.Distinct().Order().GroupBy(source => source.Schema).ToList();
        List<string> lines =
        [
            "-- Run by the owner of the tables, connected to the database. The role must be there: CREATE ROLE ... LOGIN PASSWORD ...",
            $"GRANT CONNECT ON DATABASE {database} TO {role};",
            .. from schema in tables
               from line in new[]
               {
                   $"GRANT USAGE ON SCHEMA {PostgresDialect.Name(schema.Key)} TO {role};",
                   $"GRANT SELECT ON {string.Join(", ", schema.Select(source => $"{PostgresDialect.Name(schema.Key)}.{PostgresDialect.Name(source.Table)}"))} TO {role};",
               }
               select line,
            .. options.Planner is PlannerPlace.Warehouse || logs
                ? [$"CREATE SCHEMA IF NOT EXISTS {PlannerSchema};", $"GRANT ALL ON SCHEMA {PlannerSchema} TO {role};"]
                : Array.Empty<string>(),
        ];
        return string.Join('\n', lines) + "\n";
    }
}
