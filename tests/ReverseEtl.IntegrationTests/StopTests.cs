using Microsoft.Data.Sqlite;
using ReverseEtl.IntegrationTests.Harness;

namespace ReverseEtl.IntegrationTests;

/// <summary>Ctrl-C and SIGTERM in each phase of a run, and a process that stood still while another one took its lease.</summary>
public sealed class StopTests
{
    private const string Slow = "select id, email, name, total from customers where (select sum(a.range * b.range) from range(1000000) a, range(1000000) b) > 0";

    [Theory]
    [InlineData("INT")]
    [InlineData("TERM")]
    public async Task While_the_model_is_read_nothing_was_sent_and_nothing_is_left(string signal)
    {
        await using var project = await CdpProject.CreateAsync();
        project.Edit(CdpProject.Model, "select id, email, name, total from customers", Slow);
        await using (var process = project.Start("run"))
        {
            await CdpProject.UntilAsync(() => File.Exists(Path.Combine(project.Folder, ".cdp", "syncs", "customers_to_crm.duckdb")));
            await process.SignalAsync(signal);
            (await process.EndAsync()).Fails(130, "customers_to_crm", "stopped");
        }

        Assert.Empty(project.Sandbox.Requests());
        project.Edit(CdpProject.Model, Slow, "select id, email, name, total from customers");
        (await project.RunAsync("run")).Exits(0);
        project.AssertConverged();
    }

    [Theory]
    [InlineData("INT", true)]
    [InlineData("TERM", true)]
    [InlineData("TERM", false)]
    public async Task While_requests_are_under_way_they_are_finished_and_the_rest_waits(string signal, bool replaySafe)
    {
        await using var project = await CdpProject.CreateAsync($""", "batchRows": 1, "concurrency": 2, "replaySafe": {(replaySafe ? "true" : "false")}""");
        project.Sandbox.Script.Add(new() { Times = 2, Then = new() { DelayMs = 3000 } });
        await using (var process = project.Start("run"))
        {
            await project.SeenAsync(2);
            await process.SignalAsync(signal);
            (await process.EndAsync()).Fails(130, "customers_to_crm", "the next run goes on from there");
        }

        Assert.Equal(2, project.Sandbox.Requests().Count);
        await AssertGoesOnAsync(project);
    }

    [Fact]
    public async Task While_the_destination_asks_to_wait_the_batch_is_finished()
    {
        await using var project = await CdpProject.CreateAsync(""", "batchRows": 1, "concurrency": 1, "replaySafe": false""");
        project.Sandbox.Script.Add(new() { Times = 1, Then = new() { Status = 429, RetryAfter = 3 } });
        await using (var process = project.Start("run"))
        {
            await project.SeenAsync(1);
            await process.InterruptAsync();
            (await process.EndAsync()).Fails(130, "customers_to_crm", "the next run goes on from there");
        }

        Assert.Equal([200, 429], project.Sandbox.Requests().Select(request => request.Status));
        await AssertGoesOnAsync(project);
    }

    [Fact]
    public async Task While_an_interrupted_run_is_resumed()
    {
        await using var project = await CdpProject.CreateAsync(""", "batchRows": 1, "concurrency": 1""");
        await project.DieAfterAsync("intend:2");
        var before = project.Sandbox.Requests().Count;
        project.Sandbox.Script.Add(new() { Times = 1, Then = new() { DelayMs = 3000 } });
        await using (var process = project.Start("run"))
        {
            await project.SeenAsync(before + 1);
            await process.InterruptAsync();
            (await process.EndAsync()).Fails(130, "customers_to_crm", "the next run goes on from there");
        }

        Assert.Equal(before + 1, project.Sandbox.Requests().Count);
        await AssertGoesOnAsync(project);
    }

    [Fact]
    public async Task A_process_that_stood_still_while_its_lease_was_taken_sends_and_records_nothing_more()
    {
        await using var project = await CdpProject.CreateAsync(""", "batchRows": 1, "concurrency": 1""");
        project.Sandbox.Script.Add(new() { Times = 1, Then = new() { DelayMs = 2000 } });
        await using (var first = project.Start("run"))
        {
            await project.SeenAsync(1);
            await first.SignalAsync("STOP");
            RunOut(project);
            // The lease is the second one's now. It cannot use the snapshot, which the first one has open as long as it lives.
            (await project.RunAsync("run")).Fails(4, "customers_to_crm", "has its snapshot open");
            await first.SignalAsync("CONT");
            (await first.EndAsync()).Fails(4, "customers_to_crm", "was taken over by another process");
        }

        Assert.Single(project.Sandbox.Requests());
        await AssertGoesOnAsync(project);
    }

    /// <summary>The next run finishes the interrupted one; no row came twice.</summary>
    private static async Task AssertGoesOnAsync(CdpProject project)
    {
        var repeats = project.Sandbox.Paths.Sum(path => path.Repeats);
        var runs = (await project.RunAsync("run", "--json")).Exits(0).Json.GetProperty("runs");
        Assert.Equal(["succeeded", "unchanged"], runs.EnumerateArray().Select(run => run.GetProperty("status").GetString()!));
        project.AssertConverged();
        Assert.InRange(project.Sandbox.Paths.Sum(path => path.Repeats) - repeats, 0, 1);
    }

    /// <summary>A minute passes, as far as the lease is concerned.</summary>
    private static void RunOut(CdpProject project)
    {
        using var connection = new SqliteConnection($"Data Source={Path.Combine(project.Folder, ".cdp", "control.db")};Pooling=false");
        connection.Open();
        using var command = connection.CreateCommand();
        command.CommandText = "update leases set expires_at = '2020-01-01T00:00:00.000000Z'";
        Assert.Equal(1, command.ExecuteNonQuery());
    }
}
