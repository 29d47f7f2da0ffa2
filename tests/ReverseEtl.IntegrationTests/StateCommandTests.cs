using ReverseEtl.IntegrationTests.Harness;

namespace ReverseEtl.IntegrationTests;

/// <summary><c>cdp state</c>, and what a run does that does not find what was told.</summary>
public sealed class StateCommandTests
{
    private const string Sync = "customers_to_crm";

    [Fact]
    public async Task Events_are_not_sent_again_where_the_snapshot_is_lost()
    {
        await using var project = await CdpProject.CreateAsync();
        project.Edit(CdpProject.Sync, "mode: mirror", "mode: append");
        (await project.RunAsync("run")).Exits(0);
        File.Delete(Path.Combine(project.Folder, ".cdp", "syncs", $"{Sync}.duckdb"));

        Assert.StartsWith("snapshot: ", (await project.RunAsync("plan", "--json")).Exits(0).Json.GetProperty("plans")[0].GetProperty("guard").GetString(), StringComparison.Ordinal);
        var stopped = (await project.RunAsync("run", "--json")).Exits(3).Run;
        Assert.Equal("stopped", stopped.GetProperty("status").GetString());
        Assert.EndsWith($"cdp state reset {Sync}", stopped.GetProperty("guard").GetString(), StringComparison.Ordinal);

        (await project.RunAsync("state", "reset", Sync)).Exits(0);
        Assert.Equal(5, (await project.RunAsync("run", "--json")).Exits(0).Run.GetProperty("accepted").GetInt32());
        Assert.Equal("unchanged", (await project.RunAsync("run", "--json")).Exits(0).Run.GetProperty("status").GetString());
    }

    [Fact]
    public async Task A_reset_forgets_what_was_told_and_the_history_stays()
    {
        await using var project = await CdpProject.CreateAsync();
        (await project.RunAsync("run")).Exits(0);

        var reset = (await project.RunAsync("state", "reset", Sync, "--json")).Exits(0);

        Assert.Equal((Sync, 5), reset.Json.GetProperty("syncs")[0] is var sync ? (sync.GetProperty("sync").GetString(), sync.GetProperty("rows").GetInt32()) : default);
        Assert.NotEmpty((await project.RunAsync("history", Sync, "--json")).Exits(0).Json.GetProperty("entries").EnumerateArray());
        Assert.Equal(5, (await project.RunAsync("run", "--json")).Exits(0).Run.GetProperty("added").GetInt32());
    }

    [Fact]
    public async Task A_snapshot_of_DuckDB_has_nowhere_to_go()
    {
        await using var project = await CdpProject.CreateAsync();

        Assert.Contains("planned on this machine only", (await project.RunAsync("state", "move", "--to", "warehouse")).Exits(2).Error, StringComparison.Ordinal);
        Assert.Contains("--to", (await project.RunAsync("state", "move")).Exits(2).Error, StringComparison.Ordinal);
        Assert.Contains("there is no sync \"customers\"", (await project.RunAsync("state", "reset", "customers")).Exits(2).Error, StringComparison.Ordinal);
    }
}
