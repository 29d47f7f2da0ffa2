using Npgsql;
using ReverseEtl.IntegrationTests.Harness;

namespace ReverseEtl.IntegrationTests.Planner;

/// <summary>The program on a project whose warehouse is a PostgreSQL that plans by itself.</summary>
public sealed class InsideCliTests
{
    private const string Sync = "customers_to_crm";

    [Fact]
    public async Task A_sync_is_planned_run_applied_and_looked_at()
    {
        var database = await PostgresServer.DatabaseAsync();
        await using var project = await ProjectAsync(database);
        await RunAsync(database, """
            create table customers (id integer, email text, name text, total numeric(10, 2));
            insert into customers select i, 'c' || i || '@shop.example', 'Customer ' || i, i * 10.5 from generate_series(1, 5) t(i)
            """);
        Assert.Equal(5, (await project.RunAsync("plan", "--json")).Exits(0).Json.GetProperty("plans")[0].GetProperty("added").GetInt32());
        (await project.RunAsync("run")).Exits(0);
        Assert.Equal("unchanged", (await project.RunAsync("run", "--json")).Exits(0).Run.GetProperty("status").GetString());

        await RunAsync(database, "update customers set name = 'New' where id = 1; delete from customers where id = 2");
        (await project.RunAsync("plan", Sync, "--out", "saved.plan")).Exits(0);
        await RunAsync(database, "update customers set name = 'Newer' where id = 1");
        (await project.RunAsync("apply", "saved.plan")).Exits(0);
        var run = (await project.RunAsync("run", "--json")).Exits(0).Run;
        Assert.Equal((0, 1, 0), (run.GetProperty("added").GetInt32(), run.GetProperty("changed").GetInt32(), run.GetProperty("removed").GetInt32()));

        Assert.Equal(
            ["add", "change", "change"],
            (await project.RunAsync("history", Sync, "--key", "1", "--json")).Exits(0).Json.GetProperty("entries").EnumerateArray().Select(entry => entry.GetProperty("kind").GetString()).Order());
        Assert.Contains("Newer", (await project.RunAsync("explain", Sync, "1")).Exits(0).Out, StringComparison.Ordinal);
        Assert.DoesNotContain("syncs", Directory.GetDirectories(Path.Combine(project.Folder, ".cdp")).Select(Path.GetFileName));
    }

    [Fact]
    public async Task A_snapshot_is_moved_here_and_forgotten()
    {
        var database = await PostgresServer.DatabaseAsync();
        await using var project = await ProjectAsync(database);
        await RunAsync(database, "create table customers (id integer, email text, name text, total numeric(10, 2)); insert into customers values (1, 'a@shop.example', 'Ann', 1), (2, 'b@shop.example', 'Bo', 2)");
        (await project.RunAsync("run")).Exits(0);

        var moved = (await project.RunAsync("state", "move", "--to", "local")).Exits(0);
        Assert.Equal($"{Sync}: 2 rows moved here", moved.Out.Trim());
        Assert.Equal("now say \"planner\": \"local\" of the warehouse in cdp.config.json", moved.Error.Trim());
        var stopped = (await project.RunAsync("run", "--json")).Exits(3).Run;
        Assert.StartsWith("snapshot: run ", stopped.GetProperty("guard").GetString(), StringComparison.Ordinal);
        Assert.StartsWith("snapshot: run ", (await project.RunAsync("plan", "--json")).Exits(0).Json.GetProperty("plans")[0].GetProperty("guard").GetString(), StringComparison.Ordinal);

        project.Edit(CdpProject.Config, "\"planner\": \"warehouse\"", "\"planner\": \"local\"");
        await RunAsync(database, "delete from customers where id = 2");
        var run = (await project.RunAsync("run", "--json")).Exits(0).Run;
        Assert.Equal((0, 0, 1), (run.GetProperty("added").GetInt32(), run.GetProperty("changed").GetInt32(), run.GetProperty("removed").GetInt32()));

        Assert.Equal(1, (await project.RunAsync("state", "reset", Sync, "--json")).Exits(0).Json.GetProperty("syncs")[0].GetProperty("rows").GetInt32());
        Assert.Equal(1, (await project.RunAsync("run", "--json")).Exits(0).Run.GetProperty("added").GetInt32());
        Assert.Equal(["move", "reset"], (await project.RunAsync("audit", "--json")).Exits(0).Json.GetProperty("audit").EnumerateArray().Select(order => order.GetProperty("action").GetString()).Order());
        Assert.Equal($"{Sync}: nothing is kept of it there, so there is nothing to move", (await project.RunAsync("state", "move", "--to", "local")).Exits(0).Out.Trim());
    }

    private static async Task<CdpProject> ProjectAsync(NpgsqlConnectionStringBuilder database)
    {
        var project = await CdpProject.CreateAsync();
        project.Edit(CdpProject.Config, """{ "type": "duckdb", "path": "shop.duckdb" }""", """{ "type": "postgres", "connectionString": "${env:SHOP}", "planner": "warehouse" }""");
        project.Edit(CdpProject.Sync, "mode: mirror", "mode: mirror\nguards: { max_removed: 100% }");
        project.Variables["SHOP"] = database.ConnectionString;
        return project;
    }

    private static async Task RunAsync(NpgsqlConnectionStringBuilder database, string sql)
    {
        await using var connection = new NpgsqlConnection(database.ConnectionString);
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync();
    }
}
