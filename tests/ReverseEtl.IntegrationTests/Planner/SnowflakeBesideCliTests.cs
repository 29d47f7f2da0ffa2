using System.Security.Cryptography;
using ReverseEtl.IntegrationTests.Harness;
using ReverseEtl.IntegrationTests.Snowflake;
using ReverseEtl.Warehouses.Snowflake;

namespace ReverseEtl.IntegrationTests.Planner;

/// <summary>The program on a project whose warehouse is Snowflake, planned beside it.</summary>
public sealed class SnowflakeBesideCliTests
{
    private const string Sync = "customers_to_crm";

    [Fact]
    public async Task A_sync_is_planned_run_applied_and_looked_at()
    {
        await using var account = await SnowflakeAccount.StartAsync();
        await using var project = await ProjectAsync(account);
        await account.RunAsync("create table customers (id number(38, 0), email varchar, name varchar, total number(10, 2))");
        await account.RunAsync("insert into customers select seq4() + 1, 'c' || (seq4() + 1) || '@shop.example', 'Customer ' || (seq4() + 1), (seq4() + 1) * 10.5 from table(generator(rowcount => 5))");
        Assert.Equal(5, (await project.RunAsync("plan", "--json")).Exits(0).Json.GetProperty("plans")[0].GetProperty("added").GetInt32());
        (await project.RunAsync("run")).Exits(0);
        // The same rows lie in the project's DuckDB.
        project.AssertConverged();
        Assert.Equal("unchanged", (await project.RunAsync("run", "--json")).Exits(0).Run.GetProperty("status").GetString());

        await account.RunAsync("update customers set name = 'New' where id = 1; delete from customers where id = 2", 2);
        (await project.RunAsync("plan", Sync, "--out", "saved.plan")).Exits(0);
        await account.RunAsync("update customers set name = 'Newer' where id = 1");
        (await project.RunAsync("apply", "saved.plan")).Exits(0);
        var run = (await project.RunAsync("run", "--json")).Exits(0).Run;
        Assert.Equal((0, 1, 0), (run.GetProperty("added").GetInt32(), run.GetProperty("changed").GetInt32(), run.GetProperty("removed").GetInt32()));

        Assert.Equal(
            ["add", "change", "change"],
            (await project.RunAsync("history", Sync, "--key", "1", "--json")).Exits(0).Json.GetProperty("entries").EnumerateArray().Select(entry => entry.GetProperty("kind").GetString()).Order());
        Assert.Contains("Newer", (await project.RunAsync("explain", Sync, "1")).Exits(0).Out, StringComparison.Ordinal);
        Assert.All(account.Emulator.Executions.Where(execution => execution.Sql.Contains(" as c0", StringComparison.Ordinal)), execution => Assert.StartsWith($$"""{"app":"cdp","sync":"{{Sync}}""", execution.QueryTag, StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_key_that_the_account_does_not_know_is_said_so()
    {
        await using var account = await SnowflakeAccount.StartAsync();
        await using var project = await ProjectAsync(account);
        using var other = RSA.Create(2048);
        project.Variables["SHOP_KEY"] = other.ExportPkcs8PrivateKeyPem();
        (await project.RunAsync("run")).Fails(4, "Snowflake: ", "(390144)", "Correct account, user and credentials");
    }

    private static async Task<CdpProject> ProjectAsync(SnowflakeAccount account)
    {
        var options = account.Options();
        var project = await CdpProject.CreateAsync();
        project.Edit(
            CdpProject.Config,
            """{ "type": "duckdb", "path": "shop.duckdb" }""",
            $$"""{ "type": "{{SnowflakeWarehouseOptions.TypeName}}", "account": "{{options.Account}}", "user": "{{options.User}}", "privateKey": "${env:SHOP_KEY}", "baseUrl": "{{options.BaseUrl}}" }""");
        project.Edit(CdpProject.Sync, "mode: mirror", "mode: mirror\nguards: { max_removed: 100% }");
        project.Variables["SHOP_KEY"] = SnowflakeAccount.Key.ExportPkcs8PrivateKeyPem();
        return project;
    }
}
