using ReverseEtl.IntegrationTests.Harness;

namespace ReverseEtl.IntegrationTests;

/// <summary>kill -9, Ctrl-C, and two processes at once.</summary>
public sealed class InterruptionTests
{
    private const int Endless = 90_000;

    [Fact]
    public async Task After_a_kill_the_next_run_finishes_the_interrupted_one_first()
    {
        await using var project = await CdpProject.CreateAsync(""", "batchRows": 1, "concurrency": 2""");
        project.Sandbox.Script.Add(new() { Times = 2, Then = new() });
        project.Sandbox.Script.Add(new() { Then = new() { DelayMs = Endless } });
        await using (var process = project.Start("run"))
        {
            await project.SeenAsync(4);
            await process.KillAsync();
        }

        project.Sandbox.Script.Clear();
        project.Sql("update customers set name = 'Moved on' where id in (1, 5); delete from customers where id = 2");
        var open = (await project.RunAsync("plan", "--json")).Exits(0).Plan.GetProperty("open_run").GetString();
        Assert.NotNull(open);

        // At once: the lease of a dead process is not waited for.
        var runs = (await project.RunAsync("run", "--json")).Exits(0).Json.GetProperty("runs");
        Assert.Equal(
            [(open, 5, 5, "succeeded"), (runs[1].GetProperty("run_id").GetString()!, 0, 3, "succeeded")],
            runs.EnumerateArray().Select(run => (run.GetProperty("run_id").GetString()!, run.GetProperty("added").GetInt32(),
                run.GetProperty("accepted").GetInt32(), run.GetProperty("status").GetString())));
        project.AssertConverged();
        Assert.Contains("unchanged", (await project.RunAsync("run")).Exits(0).Out);
    }

    [Fact]
    public async Task After_a_kill_nothing_is_sent_twice_to_a_receiver_that_cannot_stand_it()
    {
        await using var project = await CdpProject.CreateAsync(""", "batchRows": 1, "concurrency": 1, "replaySafe": false""");
        project.Edit(CdpProject.Sync, "mode: mirror", "mode: append");
        project.Sandbox.Script.Add(new() { Times = 1, Then = new() });
        project.Sandbox.Script.Add(new() { Then = new() { DelayMs = Endless } });
        await using (var process = project.Start("run"))
        {
            await project.SeenAsync(2);
            await process.KillAsync();
        }

        project.Sandbox.Script.Clear();
        var runs = (await project.RunAsync("run", "--json")).Exits(1).Json.GetProperty("runs");
        Assert.Equal((1, 4), (runs[0].GetProperty("unknown").GetInt32(), runs[0].GetProperty("accepted").GetInt32()));
        Assert.All(project.Sandbox.Webhook(CdpProject.Target)!.Events, sent => Assert.Equal(1, sent.Count));
    }

    [Fact]
    public async Task After_Ctrl_C_what_is_in_flight_is_finished_and_the_rest_waits()
    {
        await using var project = await CdpProject.CreateAsync(""", "batchRows": 1, "concurrency": 1""");
        project.Sandbox.Script.Add(new() { Times = 1, Then = new() });
        project.Sandbox.Script.Add(new() { Times = 1, Then = new() { DelayMs = 4000 } });
        await using (var process = project.Start("run", "--json"))
        {
            await project.SeenAsync(2);
            await process.InterruptAsync();
            var run = (await process.EndAsync()).Fails(130, "customers_to_crm", "the next run goes on from there").Run;
            Assert.Equal("failed", run.GetProperty("status").GetString());
        }

        Assert.Equal(2, project.Sandbox.Requests().Count);
        var runs = (await project.RunAsync("run", "--json")).Exits(0).Json.GetProperty("runs");
        Assert.Equal(["succeeded", "unchanged"], runs.EnumerateArray().Select(run => run.GetProperty("status").GetString()!));
        project.AssertConverged();
        Assert.Equal((5L, 0L), (Assert.Single(project.Sandbox.Paths).Requests, Assert.Single(project.Sandbox.Paths).Repeats));
    }

    [Fact]
    public async Task While_one_process_runs_a_sync_another_says_who_does()
    {
        await using var project = await CdpProject.CreateAsync();
        project.Sandbox.Script.Add(new() { Times = 1, Then = new() { DelayMs = 8000 } });
        await using var first = project.Start("run");
        await project.SeenAsync(1);
        (await project.RunAsync("run")).Fails(4, "customers_to_crm is being run by", Environment.MachineName, $"process {first.Id} ");
        (await first.EndAsync()).Exits(0);
        Assert.Single(project.Sandbox.Requests());
        project.AssertConverged();
        Assert.Contains("unchanged", (await project.RunAsync("run")).Exits(0).Out);
    }

    [Fact]
    public async Task Of_processes_that_start_together_one_delivers()
    {
        await using var project = await CdpProject.CreateAsync();
        var processes = Enumerable.Range(0, 3).Select(_ => project.Start("run")).ToList();
        foreach (var process in processes)
        {
            await using (process)
            {
                var result = await process.EndAsync();
                if (result.ExitCode != 0)
                    result.Fails(4, "customers_to_crm");
            }
        }

        Assert.Single(project.Sandbox.Requests());
        project.AssertConverged();
    }
}
