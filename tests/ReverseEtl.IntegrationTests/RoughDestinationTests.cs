using ReverseEtl.IntegrationTests.Harness;
using ReverseEtl.Sandbox.Scripting;

namespace ReverseEtl.IntegrationTests;

/// <summary>Destinations that answer late, half, wrongly or not at all, and come back.</summary>
public sealed class RoughDestinationTests
{
    private static readonly ScriptAction Throttled = new() { Status = 429, RetryAfter = 1 };
    private static readonly ScriptAction Broken = new() { Status = 500, Body = "<html>Internal Server Error</html>" };
    private static readonly ScriptAction Late = new() { DelayMs = 3000 };
    private static readonly ScriptAction LostBefore = new() { Disconnect = Disconnect.Before };
    private static readonly ScriptAction LostAfter = new() { Disconnect = Disconnect.After };
    private static readonly ScriptAction Half = new() { Body = "{\"results\": [", Headers = new Dictionary<string, string> { ["Content-Length"] = "1000" } };

    [Fact]
    public async Task A_storm_of_429_is_waited_out()
    {
        await using var project = await CdpProject.CreateAsync(""", "batchRows": 1, "concurrency": 4""");
        project.Fill(8);
        project.Sandbox.Script.Add(new() { Times = 12, Then = Throttled });
        (await project.RunAsync("run")).Exits(0);
        project.AssertConverged();
        Assert.Equal(20, project.Sandbox.Requests().Count);
    }

    [Fact]
    public async Task Every_way_to_fail_at_once_is_repeated_until_it_arrives()
    {
        await using var project = await CdpProject.CreateAsync(""", "batchRows": 1, "concurrency": 2, "timeout": "1s" """);
        project.Fill(12);
        // No more of them than a batch is tried again, as all may come to the same one.
        foreach (var mishap in new[] { Broken, Late, LostBefore, LostAfter, Half })
            project.Sandbox.Script.Add(new() { Times = 1, Then = mishap });
        (await project.RunAsync("run")).Exits(0);
        project.AssertConverged();
        // What was applied and not answered for came again under its id.
        Assert.Equal(3, Assert.Single(project.Sandbox.Paths).Repeats);
    }

    [Fact]
    public async Task Every_way_to_fail_at_once_is_told_where_repeats_do_harm()
    {
        await using var project = await CdpProject.CreateAsync(""", "batchRows": 1, "concurrency": 2, "timeout": "1s", "replaySafe": false""");
        project.Edit(CdpProject.Sync, "mode: mirror", "mode: append");
        project.Fill(12);
        foreach (var mishap in new[] { Late, LostBefore, LostAfter, Half })
            project.Sandbox.Script.Add(new() { Times = 2, Then = mishap });
        var run = (await project.RunAsync("run", "--json")).Exits(1).Run;
        Assert.Equal(("partial", 4, 8), (run.GetProperty("status").GetString(), run.GetProperty("accepted").GetInt32(), run.GetProperty("unknown").GetInt32()));
        Assert.All(project.Sandbox.Webhook(CdpProject.Target)!.Events, sent => Assert.Equal(1, sent.Count));
        Assert.Equal(0, Assert.Single(project.Sandbox.Paths).Repeats);
    }

    [Fact]
    public async Task An_answer_that_cannot_be_read_is_told_as_unknown_where_repeats_do_harm()
    {
        await using var project = await CdpProject.CreateAsync(""", "replaySafe": false""");
        project.Edit(CdpProject.Sync, "mode: mirror", "mode: append");
        project.Sandbox.Script.Add(new() { Times = 1, Then = new() { Status = 207, Body = "{\"results\": [" } });
        Assert.Equal(5, (await project.RunAsync("run", "--json")).Exits(1).Run.GetProperty("unknown").GetInt32());
        (await project.RunAsync("run", "--retry-rejected")).Exits(1);
        Assert.All(project.Sandbox.Webhook(CdpProject.Target)!.Events, sent => Assert.Equal(1, sent.Count));
        Assert.Single(project.Sandbox.Requests());
    }

    [Fact]
    public async Task Down_for_longer_than_a_run_waits()
    {
        await using var project = await CdpProject.CreateAsync(""", "batchRows": 1, "concurrency": 2""");
        (await project.RunAsync("run")).Exits(0);
        project.Sql("update customers set name = 'Renamed'; delete from customers where id = 4");
        project.Sandbox.Script.Add(new() { Times = 1, Then = new() });
        project.Sandbox.Script.Add(new() { Then = new() { Status = 503, RetryAfter = 3600 } });
        (await project.RunAsync("run")).Fails(4, "asks to wait");
        project.Sandbox.Script.Clear();
        (await project.RunAsync("run", "--retry-rejected")).Exits(0);
        project.AssertConverged();
    }
}
