using ReverseEtl.IntegrationTests.Harness;

namespace ReverseEtl.IntegrationTests;

/// <summary>Guards stop a run before the first request.</summary>
public sealed class GuardTests
{
    [Fact]
    public async Task Too_many_removals_stop_the_run_until_they_are_allowed()
    {
        await using var project = await CdpProject.CreateAsync();
        project.Fill(100);
        (await project.RunAsync("run")).Exits(0);
        project.Sql("delete from customers where id > 60");

        Assert.Contains("max_removed", (await project.RunAsync("plan", "--json")).Exits(0).Plan.GetProperty("guard").GetString());
        var stopped = (await project.RunAsync("run", "--json")).Exits(3).Run;
        Assert.Equal(("stopped", 40), (stopped.GetProperty("status").GetString(), stopped.GetProperty("removed").GetInt32()));
        Assert.Contains("40 of 100", stopped.GetProperty("guard").GetString());
        var text = (await project.RunAsync("run")).Exits(3).Out;
        Assert.Contains("nothing was sent", text);
        Assert.Contains("--allow-removed", text);
        Assert.Contains("max_removed", (await project.RunAsync("status")).Exits(0).Out);
        (await project.RunAsync("run", "--allow-removed", "39")).Exits(3);
        Assert.Single(project.Sandbox.Requests());
        Assert.Equal(100, project.Delivered().Count);

        (await project.RunAsync("run", "--allow-removed", "100%")).Exits(0);
        project.AssertConverged();
    }

    [Fact]
    public async Task A_model_without_rows_never_empties_the_destination()
    {
        await using var project = await CdpProject.CreateAsync();
        (await project.RunAsync("run")).Exits(0);
        project.Sql("delete from customers");
        foreach (var arguments in new string[][] { ["run"], ["run", "--allow-removed", "100%"] })
        {
            var result = (await project.RunAsync(arguments)).Exits(3);
            Assert.Contains("min_rows", result.Out);
            // It would not help.
            Assert.DoesNotContain("--allow-removed", result.Out);
        }

        Assert.Single(project.Sandbox.Requests());
        Assert.Equal(5, project.Delivered().Count);

        project.Edit(CdpProject.Sync, "mode: mirror", "mode: mirror\nguards: { min_rows: 0 }");
        (await project.RunAsync("run")).Exits(0);
        Assert.Empty(project.Delivered());
    }

    [Fact]
    public async Task Too_many_changes_stop_the_run()
    {
        await using var project = await CdpProject.CreateAsync();
        project.Edit(CdpProject.Sync, "mode: mirror", "mode: mirror\nguards: { max_changed: 50% }");
        (await project.RunAsync("run")).Exits(0);
        project.Sql("update customers set total = 0 where id <= 3");
        Assert.Contains("max_changed: 3 of 5", (await project.RunAsync("run", "--json")).Exits(3).Run.GetProperty("guard").GetString());
        Assert.Single(project.Sandbox.Requests());
    }
}
