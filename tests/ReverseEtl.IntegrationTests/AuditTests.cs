using System.Text.Json;
using ReverseEtl.IntegrationTests.Harness;

namespace ReverseEtl.IntegrationTests;

/// <summary>What people order beyond the ordinary run is kept, with who, when and how far.</summary>
public sealed class AuditTests
{
    [Fact]
    public async Task A_guard_that_is_overridden_is_recorded_for_the_run_and_only_then()
    {
        await using var project = await CdpProject.CreateAsync();
        project.Fill(100);
        (await project.RunAsync("run")).Exits(0);
        project.Sql("delete from customers where id > 60");
        (await project.RunAsync("run")).Exits(3);
        Assert.Contains("nobody has overridden anything", (await project.RunAsync("audit")).Exits(0).Out);
        Assert.Empty(await AuditAsync(project));

        var run = (await project.RunAsync("run", "--allow-removed", "60%", "--json")).Exits(0).Run;

        var entry = Assert.Single(await AuditAsync(project, "customers_to_crm"));
        Assert.Equal(["at", "sync", "run_id", "who", "action", "detail"], entry.EnumerateObject().Select(property => property.Name));
        Assert.Equal(("customers_to_crm", run.GetProperty("run_id").GetString(), "allow-removed", "--allow-removed 60%"),
            (entry.GetProperty("sync").GetString(), entry.GetProperty("run_id").GetString(), entry.GetProperty("action").GetString(),
                entry.GetProperty("detail").GetString()));
        Assert.StartsWith($"{Environment.UserName}@{Environment.MachineName} process ", entry.GetProperty("who").GetString());
        var table = (await project.RunAsync("audit")).Exits(0).Out;
        Assert.Contains("--allow-removed 60%", table);
        Assert.Contains(Environment.UserName, table);
    }

    [Fact]
    public async Task An_override_that_did_not_suffice_is_recorded_too()
    {
        await using var project = await CdpProject.CreateAsync();
        (await project.RunAsync("run")).Exits(0);
        project.Sql("delete from customers where id > 1");
        (await project.RunAsync("run", "--allow-removed", "2")).Exits(3);
        Assert.Equal("--allow-removed 2", Assert.Single(await AuditAsync(project)).GetProperty("detail").GetString());
    }

    [Fact]
    public async Task Rows_in_doubt_that_are_settled_are_recorded_by_their_keys()
    {
        await using var project = await CdpProject.CreateAsync(""", "batchRows": 2, "concurrency": 1, "replaySafe": false""");
        project.Edit(CdpProject.Sync, "mode: mirror", "mode: append");
        project.Sandbox.Script.Add(new() { Then = new() { DelayMs = 90_000 } });
        await using (var process = project.Start("run"))
        {
            await project.SeenAsync(1);
            await process.KillAsync();
        }

        project.Sandbox.Script.Clear();
        (await project.RunAsync("run")).Exits(1);
        (await project.RunAsync("resolve", "customers_to_crm")).Exits(0);
        (await project.RunAsync("resolve", "customers_to_crm", "--arrived", "--key", "no such key")).Exits(0);
        Assert.Empty(await AuditAsync(project));

        (await project.RunAsync("resolve", "customers_to_crm", "--arrived", "--key", "2")).Exits(0);
        (await project.RunAsync("resolve", "customers_to_crm", "--not-arrived")).Exits(0);

        Assert.Equal(["resolve --not-arrived, 1 rows: 1", "resolve --arrived, 1 rows: 2"],
            (await AuditAsync(project)).Select(entry => $"{entry.GetProperty("action").GetString()} {entry.GetProperty("detail").GetString()}"));
        Assert.Equal("resolve --not-arrived, 1 rows: 1", Assert.Single(
            (await AuditAsync(project, "--limit", "1")).Select(entry => $"{entry.GetProperty("action").GetString()} {entry.GetProperty("detail").GetString()}")));
    }

    private static async Task<IReadOnlyList<JsonElement>> AuditAsync(CdpProject project, params string[] arguments) =>
        [.. (await project.RunAsync(["audit", .. arguments, "--json"])).Exits(0).Json.GetProperty("audit").EnumerateArray()];
}
