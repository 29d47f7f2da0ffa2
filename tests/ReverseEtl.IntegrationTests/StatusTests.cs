using System.Text.Json;
using ReverseEtl.IntegrationTests.Harness;

namespace ReverseEtl.IntegrationTests;

/// <summary>What <c>cdp status</c> says of runs that are under way, were interrupted, or left rows behind.</summary>
public sealed class StatusTests
{
    private const int Endless = 90_000;

    [Fact]
    public async Task A_run_under_way_is_running_by_its_process_and_interrupted_once_that_is_killed()
    {
        await using var project = await CdpProject.CreateAsync(""", "batchRows": 1, "concurrency": 1""");
        project.Sandbox.Script.Add(new() { Times = 2, Then = new() });
        project.Sandbox.Script.Add(new() { Then = new() { DelayMs = Endless } });
        await using (var process = project.Start("run"))
        {
            await project.SeenAsync(3);
            var running = await StatusAsync(project);
            Assert.Contains($"process {process.Id} ", running.GetProperty("running_by").GetString());
            Assert.Contains(Environment.UserName, running.GetProperty("running_by").GetString());
            Assert.Equal(("running", false), StandingOf(running));
            Assert.Contains($"running (by {running.GetProperty("running_by").GetString()})", (await project.RunAsync("status")).Exits(0).Out);
            await process.KillAsync();
        }

        var interrupted = await StatusAsync(project);
        Assert.Equal(("running", true), StandingOf(interrupted));
        Assert.Equal(JsonValueKind.Null, interrupted.GetProperty("running_by").ValueKind);
        Assert.Contains("interrupted (the next run finishes it)", (await project.RunAsync("status", "customers_to_crm")).Exits(0).Out);

        project.Sandbox.Script.Clear();
        (await project.RunAsync("run")).Exits(0);
        Assert.Equal(("unchanged", false), StandingOf(await StatusAsync(project)));
        project.AssertConverged();
    }

    [Fact]
    public async Task Rows_that_remain_are_counted_also_after_a_run_that_came_to_no_plan()
    {
        await using var project = await CdpProject.CreateAsync(""", "batchRows": 1, "concurrency": 1, "replaySafe": false""");
        project.Edit(CdpProject.Sync, "mode: mirror", "mode: upsert");
        project.Sql("insert into customers values (5, 'double@shop.example', 'Double', 1)");
        project.Sandbox.Script.Add(new() { Times = 1, Then = new() { RejectKeys = ["1"], Code = "bad_email" } });
        project.Sandbox.Script.Add(new() { Times = 1, Then = new() });
        project.Sandbox.Script.Add(new() { Then = new() { DelayMs = Endless } });
        await using (var process = project.Start("run"))
        {
            await project.SeenAsync(3);
            await process.KillAsync();
        }

        project.Sandbox.Script.Clear();
        project.Sandbox.Script.Add(new() { Then = new() { RejectKeys = ["1"], Code = "bad_email" } });
        (await project.RunAsync("run")).Exits(1);
        var away = project.Warehouse + ".away";
        File.Move(project.Warehouse, away);
        (await project.RunAsync("run")).Exits(4);
        File.Move(away, project.Warehouse);

        var status = await StatusAsync(project);
        Assert.Equal((1, 1, 2, 1), (status.GetProperty("rejected").GetInt32(), status.GetProperty("unknown").GetInt32(),
            status.GetProperty("quarantined").GetInt32(), status.GetProperty("waiting").GetInt32()));
    }

    private static async Task<JsonElement> StatusAsync(CdpProject project) =>
        Assert.Single((await project.RunAsync("status", "--json")).Exits(0).Json.GetProperty("syncs").EnumerateArray());

    private static (string? Status, bool Interrupted) StandingOf(JsonElement sync)
    {
        var run = Assert.Single(sync.GetProperty("runs").EnumerateArray());
        return (run.GetProperty("status").GetString(), run.GetProperty("interrupted").GetBoolean());
    }
}
