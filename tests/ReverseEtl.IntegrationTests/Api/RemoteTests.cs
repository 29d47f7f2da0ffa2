using ReverseEtl.IntegrationTests.Harness;
using ReverseEtl.Server.Access;

namespace ReverseEtl.IntegrationTests.Api;

/// <summary>The program with --remote prints what it prints beside the project.</summary>
public sealed class RemoteTests
{
    private const string Sync = "customers_to_crm";

    [Fact]
    public async Task Looks_print_the_same_from_afar()
    {
        await using var server = await ApiServer.StartAsync();
        server.Project.Sandbox.Script.Add(new() { Then = new() { RejectKeys = ["3"], Code = "bad_email", Message = "no such domain" } });
        await server.RunAsync();
        server.Project.Sandbox.Script.Clear();
        await server.SqlAsync("update customers set name = 'Æ \"quoted\" 😀', email = 'new@shop.example' where id = 1; delete from customers where id = 5");

        foreach (var command in new string[][]
                 {
                     ["models"], ["preview", "customers", "--where", "id > 1"], ["plan"], ["plan", Sync, "--full"], ["plan", "--markdown"], ["status"], ["status", Sync],
                     ["rejected", Sync], ["history", Sync], ["history", Sync, "--as-of", "2100-01-01"], ["explain", Sync, "1"], ["explain", Sync, "nobody"], ["resolve", Sync], ["audit"],
                 })
        {
            foreach (var arguments in command is [_, "--markdown"] ? [command] : new[] { command, [.. command, "--json"] })
            {
                var here = (await server.Project.RunAsync(arguments)).Exits(0);
                var there = (await server.CdpAsync(TokenRole.Viewer, arguments)).Exits(0);
                Assert.Equal(here.Out, there.Out);
                Assert.Equal(here.Error, there.Error);
            }
        }
    }

    [Fact]
    public async Task A_run_is_waited_for_and_ends_as_one_here_does()
    {
        await using var server = await ApiServer.StartAsync();
        await server.SqlAsync(CdpProject.Customers(100));
        server.Project.Sandbox.Script.Add(new() { Then = new() { RejectKeys = ["3"], Code = "bad_email", Message = "no such domain" } });

        var partial = (await server.CdpAsync(TokenRole.Operator, "run", "--wait", "--json")).Exits(1);

        Assert.Equal(
            ["sync", "run_id", "status", "added", "changed", "removed", "resent", "accepted", "rejected", "unknown", "quarantined", "waiting", "duration_ms", "guard", "error"],
            partial.Run.EnumerateObject().Select(property => property.Name));
        Assert.Equal(("partial", 99, 1), (partial.Run.GetProperty("status").GetString(), partial.Run.GetProperty("accepted").GetInt32(), partial.Run.GetProperty("rejected").GetInt32()));
        server.Project.Sandbox.Script.Clear();
        Assert.Contains("succeeded", (await server.CdpAsync(TokenRole.Operator, "run", Sync, "--wait", "--retry-rejected")).Exits(0).Out);
        await server.AssertConvergedAsync();
        await server.SqlAsync("delete from customers where id > 10");
        Assert.Contains("--allow-removed", (await server.CdpAsync(TokenRole.Operator, "run", "--wait")).Exits(3).Out);
        await server.SqlAsync("drop table customers");
        (await server.CdpAsync(TokenRole.Operator, "run", "--wait")).Fails(4, Sync, "customers");
        (await server.CdpAsync(TokenRole.Operator, "run", "--replace", "--wait")).Fails(2, "--replace is for syncs that are named");
    }

    [Fact]
    public async Task A_run_that_nobody_waits_for_is_told_by_its_id()
    {
        await using var server = await ApiServer.StartAsync();
        var asked = (await server.CdpAsync(TokenRole.Operator, "run", "--json")).Exits(0).Run;
        Assert.Equal(["sync", "run_id", "status"], asked.EnumerateObject().Select(property => property.Name));
        await server.EndAsync(asked.GetProperty("run_id").GetString()!);
        await server.AssertConvergedAsync();
        Assert.Contains($"{Sync}: asked for run 2", (await server.CdpAsync(TokenRole.Operator, "run")).Exits(0).Out);
    }

    [Fact]
    public async Task Ctrl_C_ends_the_waiting_and_not_the_run()
    {
        await using var server = await ApiServer.StartAsync();
        var gate = new TaskCompletionSource();
        server.Schedule.Gate = gate.Task;
        await using var process = server.Start(TokenRole.Operator, "run", "--wait");
        while ((await server.AuditAsync()).Count == 0)
            await Task.Delay(20, TestContext.Current.CancellationToken);
        // It has asked; the answer may still be on its way.
        await Task.Delay(TimeSpan.FromSeconds(2), TestContext.Current.CancellationToken);

        await process.InterruptAsync();

        var ended = (await process.EndAsync()).Exits(130);
        Assert.Contains("goes on", ended.Error);
        gate.SetResult();
        await CdpProject.UntilAsync(() => server.Project.Delivered().Count == 5);
    }

    [Fact]
    public async Task A_run_that_is_cancelled_ends_the_waiting()
    {
        await using var server = await ApiServer.StartAsync(""", "batchRows": 1, "concurrency": 1""");
        server.Schedule.Gate = new TaskCompletionSource().Task;
        await using (var process = server.Start(TokenRole.Operator, "run", "--wait"))
        {
            await CancelAsync(server);
            (await process.EndAsync()).Fails(130, "taken back");
        }

        server.Schedule.Gate = Task.CompletedTask;
        server.Project.Sandbox.Script.Add(new() { Times = 1, Then = new() });
        server.Project.Sandbox.Script.Add(new() { Then = new() { DelayMs = 6000 } });
        await using (var process = server.Start(TokenRole.Operator, "run", "--wait", "--json"))
        {
            await server.Project.SeenAsync(2);
            await CancelAsync(server);
            var ended = (await process.EndAsync()).Fails(130, "was interrupted");
            Assert.Equal("running", ended.Run.GetProperty("status").GetString());
        }
    }

    [Fact]
    public async Task Orders_reach_the_service()
    {
        await using var server = await ApiServer.StartAsync();
        Assert.Contains("is paused", (await server.CdpAsync(TokenRole.Operator, "pause", Sync, "--reason", "a fair")).Exits(0).Out);
        Assert.Equal("a fair", (await server.GetAsync($"syncs/{Sync}")).Json.GetProperty("paused").GetProperty("reason").GetString());
        (await server.CdpAsync(TokenRole.Operator, "resume", Sync, "--json")).Exits(0);
        (await server.CdpAsync(TokenRole.Operator, "resume", Sync)).Fails(2, "is not paused");
        (await server.CdpAsync(TokenRole.Operator, "cancel", Sync)).Fails(2, "nothing to cancel");
        (await server.CdpAsync(TokenRole.Operator, "pause", "customer_to_crm")).Fails(2, "did you mean");
        (await server.CdpAsync(TokenRole.Viewer, "pause", Sync)).Fails(2, "role operator");
    }

    [Fact]
    public async Task What_is_for_this_machine_alone_says_so()
    {
        await using var server = await ApiServer.StartAsync();
        foreach (var command in new string[][]
                 {
                     ["validate"], ["test"], ["apply", "plan.cdp"], ["state", "reset", Sync], ["init", "x"], ["doctor"], ["token", "list"], ["sandbox"],
                     ["plan", "--out", "x"], ["preview", "customers", "--local"],
                 })
        {
            (await server.CdpAsync(TokenRole.Admin, command)).Fails(2, "works on the files of this machine", "CDP_REMOTE");
        }

        (await server.CdpAsync(TokenRole.Viewer, "models", "--project", ".")).Fails(2, "--project");
        (await server.CdpAsync(TokenRole.Viewer, "models", "--remote", "nowhere")).Fails(2, "--remote takes the address");
        (await server.Project.RunAsync("pause", Sync)).Fails(2, "order to a service", "--remote");
        (await server.Project.RunAsync("run", "--wait")).Exits(0);
    }

    [Fact]
    public async Task A_service_that_does_not_answer_or_does_not_know_the_token_is_told()
    {
        await using var server = await ApiServer.StartAsync();
        (await server.CdpAsync(null, "models")).Fails(2, "CDP_TOKEN");
        (await server.CdpAsync(TokenRole.Viewer, "run")).Fails(2, "role operator");
        (await server.CdpAsync(TokenRole.Viewer, "models", "--remote", "http://127.0.0.1:9")).Fails(4, "cannot be reached", "cdp serve");
        (await server.CdpAsync(TokenRole.Viewer, "models", "--remote", server.Project.Sandbox.Url.ToString())).Fails(2, "no service of cdp");
        (await server.CdpAsync(TokenRole.Viewer, "preview", "customer")).Fails(2, "did you mean \"customers\"");
        File.WriteAllText(server.Project.Warehouse, new string('x', 20_000));
        (await server.CdpAsync(TokenRole.Viewer, "preview", "customers")).Fails(4, "shop.duckdb");
    }

    private static async Task CancelAsync(ApiServer server)
    {
        while ((await server.CdpAsync(TokenRole.Operator, "cancel", Sync)).ExitCode != 0)
            await Task.Delay(100, TestContext.Current.CancellationToken);
    }
}
