using System.Net;
using System.Net.Sockets;
using ReverseEtl.IntegrationTests.Harness;
using ReverseEtl.Sandbox.Scripting;

namespace ReverseEtl.IntegrationTests;

/// <summary>Destinations that are down, refuse, or do not answer.</summary>
public sealed class DestinationTests
{
    [Fact]
    public async Task Down_and_up_again()
    {
        await using var project = await CdpProject.CreateAsync();
        var nowhere = $"http://127.0.0.1:{FreePort()}/";
        project.Edit(CdpProject.Config, project.Url.ToString(), nowhere);
        (await project.RunAsync("run")).Fails(4, "customers_to_crm", "no connection to 127.0.0.1", "nothing was sent");
        var failed = (await project.RunAsync("run", "--json")).Exits(4).Run;
        Assert.Equal("failed", failed.GetProperty("status").GetString());
        Assert.Contains("no connection", failed.GetProperty("error").GetString());
        Assert.Contains("no connection", (await project.RunAsync("status")).Exits(0).Out);
        (await project.RunAsync("validate", "--connect")).Fails(2, "customers_to_crm.yml", "no connection");

        project.Edit(CdpProject.Config, nowhere, project.Url.ToString());
        (await project.RunAsync("run")).Exits(0);
        project.AssertConverged();
    }

    [Fact]
    public async Task Refused_credentials_cost_one_request_and_lose_nothing()
    {
        await using var project = await CdpProject.CreateAsync(""", "batchRows": 1, "concurrency": 1""");
        project.Sandbox.Script.Add(new() { Then = new() { Status = 401, Message = "token expired" } });
        (await project.RunAsync("run")).Fails(4, "401", "token expired", "credentials");
        Assert.Single(project.Sandbox.Requests());
        (await project.RunAsync("run", "--json")).Fails(4, "401");
        Assert.Equal(2, project.Sandbox.Requests().Count);

        project.Sql("delete from customers where id = 1; update customers set total = 7 where id = 2");
        project.Sandbox.Script.Clear();
        (await project.RunAsync("run")).Exits(0);
        project.AssertConverged();
    }

    [Fact]
    public async Task What_was_refused_with_the_credentials_is_known_not_to_have_arrived()
    {
        await using var project = await CdpProject.CreateAsync(""", "replaySafe": false""");
        project.Sandbox.Script.Add(new() { Times = 3, Then = new() { Status = 401 } });
        for (var run = 0; run < 3; run++)
            (await project.RunAsync("run")).Fails(4, "401");
        (await project.RunAsync("run")).Exits(0);
        var runs = (await project.RunAsync("status", "customers_to_crm", "--json")).Exits(0).Json.GetProperty("syncs")[0].GetProperty("runs");
        Assert.All(runs.EnumerateArray(), run => Assert.Equal(0, run.GetProperty("unknown").GetInt32()));
        project.AssertConverged();
    }

    [Fact]
    public async Task A_moment_of_weakness_is_waited_for()
    {
        await using var project = await CdpProject.CreateAsync();
        project.Sandbox.Script.Add(new() { Times = 1, Then = new() { Status = 503 } });
        project.Sandbox.Script.Add(new() { Times = 1, Then = new() { Status = 429, RetryAfter = 1 } });
        (await project.RunAsync("run")).Exits(0);
        project.AssertConverged();
        Assert.Equal([200, 429, 503], project.Sandbox.Requests().Select(request => request.Status));
    }

    [Fact]
    public async Task A_lost_answer_is_repeated_under_the_same_id()
    {
        await using var project = await CdpProject.CreateAsync();
        project.Sandbox.Script.Add(new() { Times = 1, Then = new() { Disconnect = Disconnect.After } });
        (await project.RunAsync("run")).Exits(0);
        project.AssertConverged();
        Assert.Single(project.Sandbox.Requests().Select(request => request.Id).Distinct());
        Assert.Equal(1, Assert.Single(project.Sandbox.Paths).Repeats);
    }

    [Fact]
    public async Task A_lost_answer_of_a_receiver_that_cannot_stand_repeats_is_told_as_unknown()
    {
        await using var project = await CdpProject.CreateAsync(""", "replaySafe": false""");
        project.Sandbox.Script.Add(new() { Times = 1, Then = new() { Disconnect = Disconnect.After } });
        var run = (await project.RunAsync("run", "--json")).Exits(1).Run;
        Assert.Equal(("partial", 5, 0), (run.GetProperty("status").GetString(), run.GetProperty("unknown").GetInt32(), run.GetProperty("accepted").GetInt32()));
        Assert.Single(project.Sandbox.Requests());
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
