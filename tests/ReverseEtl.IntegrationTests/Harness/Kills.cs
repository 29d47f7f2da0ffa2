using ReverseEtl.Sandbox.Scripting;

namespace ReverseEtl.IntegrationTests.Harness;

/// <summary>Where a run of five requests is killed, and what happens to the warehouse before the next one.</summary>
internal static class Kills
{
    private const int Endless = 90_000;

    /// <summary>Behind every step; those of a batch behind the first, one in the middle, and the last.</summary>
    public static TheoryData<string> Failpoints { get; } =
    [
        "capture", "diff",
        "intend:1", "intend:3", "intend:5",
        "answer:1", "answer:3", "answer:5",
        "done:1", "done:3", "done:5",
        "complete", "history", "advance", "finish",
    ];

    /// <summary>While a request is under way: the how-manieth, and whether it was applied.</summary>
    public static TheoryData<int, bool> Requests { get; } = new() { { 1, true }, { 3, false }, { 5, true } };

    /// <summary>Customers 1 to 8 are known; the next run has two requests of removals and three of the rest.</summary>
    public static async Task<CdpProject> ProjectAsync(bool postgresState = false)
    {
        var project = await CdpProject.CreateAsync(""", "batchRows": 2, "concurrency": 2""");
        if (postgresState)
            await project.UsePostgresStateAsync();
        project.Fill(8);
        (await project.RunAsync("run")).Exits(0);
        project.Sql("""
            update customers set email = 'moved1@shop.example' where id = 1;
            update customers set name = 'Renamed' where id in (2, 3);
            delete from customers where id in (4, 5);
            insert into customers values (9, 'c9@shop.example', 'Nine', 9), (10, 'c10@shop.example', 'Ten', 10), (11, 'c11@shop.example', 'Eleven', 11);
            """);
        return project;
    }

    /// <summary>Whatever was interrupted, the next run brings the destination to what the model has, and the one after it has nothing to do.</summary>
    public static async Task AssertConvergesAsync(CdpProject project)
    {
        EditMeanwhile(project);
        (await project.RunAsync("run")).Exits(0);
        project.AssertConverged();
        var requests = project.Sandbox.Requests().Count;
        Assert.Equal("unchanged", (await project.RunAsync("run", "--json")).Exits(0).Run.GetProperty("status").GetString());
        Assert.Equal(requests, project.Sandbox.Requests().Count);
        await AssertSettledAsync(project);
    }

    /// <summary>Kills a run while a request waits for its answer.</summary>
    public static async Task DuringAsync(CdpProject project, int request, bool applied)
    {
        var before = project.Sandbox.Requests().Count;
        if (request > 1)
            project.Sandbox.Script.Add(new() { Times = request - 1, Then = new() });
        project.Sandbox.Script.Add(new() { Then = new() { DelayMs = Endless, Disconnect = applied ? null : Disconnect.Before } });
        await using (var process = project.Start("run"))
        {
            await project.SeenAsync(before + request);
            await process.KillAsync();
            (await process.EndAsync()).Exits(CdpProcess.Killed);
        }

        project.Sandbox.Script.Clear();
    }

    /// <summary>Rows come, go, change and come back, another identifier among them.</summary>
    public static void EditMeanwhile(CdpProject project) => project.Sql("""
        update customers set email = 'moved2@shop.example' where id = 2;
        update customers set name = 'Renamed again' where id = 9;
        delete from customers where id in (3, 10);
        insert into customers values (12, 'c12@shop.example', 'Twelve', 12), (13, 'c13@shop.example', 'Thirteen', 13);
        insert into customers select 4, 'back4@shop.example', 'Back', 4 where not exists (select 1 from customers where id = 4);
        """);

    /// <summary>No run is open, and the latest one left nothing behind.</summary>
    public static async Task AssertSettledAsync(CdpProject project)
    {
        var sync = Assert.Single((await project.RunAsync("status", "customers_to_crm", "--json")).Exits(0).Json.GetProperty("syncs").EnumerateArray());
        Assert.Equal(0, sync.GetProperty("rejected").GetInt32());
        var runs = sync.GetProperty("runs").EnumerateArray().ToList();
        Assert.DoesNotContain("running", runs.Select(run => run.GetProperty("status").GetString()));
        Assert.Equal(0, runs[0].GetProperty("unknown").GetInt32());
    }
}
