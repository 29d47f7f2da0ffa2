using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using ReverseEtl.IntegrationTests.Harness;
using ReverseEtl.IntegrationTests.Snowflake;
using ReverseEtl.Tests;

namespace ReverseEtl.IntegrationTests.Planner;

/// <summary>The program on the sample project, whose warehouse is an emulated Snowflake account that plans by itself.</summary>
public sealed class SnowflakeCliTests
{
    private const string Sync = "high_value_to_files";

    [Fact]
    public async Task The_sample_project_is_validated_planned_and_run()
    {
        await using var account = await SnowflakeAccount.StartAsync(options => options with { StatusWait = TimeSpan.FromMinutes(1), Database = "WEBSHOP" });
        await account.RunAsync(await File.ReadAllTextAsync(Path.Combine(Repository.Root, "models", "seeds", "shop.snowflake.sql"), SnowflakeAccount.Cancellation), statements: 0);
        await using var project = await SampleAsync(account);
        (await project.RunAsync("validate", "--connect", "--env", "snow")).Exits(0);

        var plan = (await project.RunAsync("plan", Sync, "--env", "snow", "--json")).Exits(0).Json.GetProperty("plans")[0];
        var added = plan.GetProperty("added").GetInt32();
        var key = plan.GetProperty("rows")[0].GetProperty("key").ToString();
        Assert.InRange(added, 10, 1000);
        Assert.Matches("^query [0-9a-f-]{36}, scans about [0-9]+ of [0-9]+ micro-partitions$", plan.GetProperty("warehouse")[0].GetString());
        Assert.Contains("in the warehouse: query ", (await project.RunAsync("plan", Sync, "--env", "snow")).Exits(0).Out, StringComparison.Ordinal);

        var run = await RunAsync(project);
        Assert.Equal(("succeeded", added), (run.GetProperty("status").GetString(), run.GetProperty("accepted").GetInt32()));
        Assert.Equal("unchanged", (await RunAsync(project)).GetProperty("status").GetString());

        await account.RunAsync($"update shop.customers set postal_code = 'new' where customer_id = {key}");
        run = await RunAsync(project);
        Assert.Equal((0, 1, 0), (run.GetProperty("added").GetInt32(), run.GetProperty("changed").GetInt32(), run.GetProperty("removed").GetInt32()));
        await account.RunAsync($"update shop.orders set status = 'cancelled' where customer_id = {key}");
        run = await RunAsync(project);
        Assert.Equal((0, 0, 1), (run.GetProperty("added").GetInt32(), run.GetProperty("changed").GetInt32(), run.GetProperty("removed").GetInt32()));

        Assert.Equal(
            ["add", "change", "remove"],
            (await project.RunAsync("history", Sync, "--env", "snow", "--key", key, "--json")).Exits(0).Json.GetProperty("entries").EnumerateArray().Select(entry => entry.GetProperty("kind").GetString()).Order());
        (await project.RunAsync("run", "newsletter_readers_to_files", "orders_to_files", "--env", "snow")).Exits(0);
        Assert.Equal(
            [(long)added, 0, 0, 0],
            (await account.RowsAsync($"select added from cdp_planner.sync_runs where sync = '{Sync}' order by as_of")).Select(row => Convert.ToInt64(row[0], CultureInfo.InvariantCulture)));
        Assert.Equal(
            ["add", "change", "remove"],
            (await account.RowsAsync($"select kind from cdp_planner.sync_log where sync = '{Sync}' and key = '{key}' and outcome = 'accepted' order by run_id")).Select(row => $"{row[0]}"));
        var tags = account.Emulator.Executions.Where(statement => statement.Sql.StartsWith("create transient table", StringComparison.Ordinal)).Select(statement => statement.QueryTag).ToHashSet();
        Assert.Contains("""{"app":"cdp","sync":"high_value_to_files"}""", tags);
        Assert.Contains(tags, tag => tag!.StartsWith("""{"app":"cdp","sync":"high_value_to_files","run":""", StringComparison.Ordinal));
    }

    private static async Task<JsonElement> RunAsync(CdpProject project) => (await project.RunAsync("run", Sync, "--env", "snow", "--json")).Exits(0).Run;

    private static async Task<CdpProject> SampleAsync(SnowflakeAccount account)
    {
        var project = await CdpProject.CreateAsync();
        Directory.Delete(Path.Combine(project.Folder, "models"), recursive: true);
        var models = Path.Combine(Repository.Root, "models");
        foreach (var file in Directory.GetFiles(models, "*.*", SearchOption.AllDirectories))
            project.Write(Path.Combine("models", Path.GetRelativePath(models, file)), await File.ReadAllTextAsync(file, SnowflakeAccount.Cancellation));
        var config = JsonNode.Parse(await File.ReadAllTextAsync(Path.Combine(Repository.Root, "cdp.config.json"), SnowflakeAccount.Cancellation))!.AsObject();
        config.Remove("$schema");
        config["log"] = new JsonObject { ["warehouse"] = true, ["retention"] = "90d" };
        config["environments"]!["snow"] = new JsonObject
        {
            ["warehouse"] = new JsonObject
            {
                ["type"] = "snowflake", ["account"] = "org-shop", ["user"] = SnowflakeAccount.User, ["privateKey"] = "${env:SNOWFLAKE_KEY}", ["baseUrl"] = account.Emulator.Url.ToString(),
                ["database"] = "WEBSHOP", ["planner"] = "warehouse",
            },
        };
        project.Write(CdpProject.Config, config.ToJsonString());
        project.Variables["SNOWFLAKE_KEY"] = SnowflakeAccount.Key.ExportPkcs8PrivateKeyPem();
        return project;
    }
}
