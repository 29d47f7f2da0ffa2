using System.Text.Json;
using ReverseEtl.IntegrationTests.Harness;
using ReverseEtl.Server.Access;

namespace ReverseEtl.IntegrationTests.Api;

/// <summary>Every endpoint does what the command does, and answers with what the command prints.</summary>
public sealed class ApiTests
{
    private const string Sync = "syncs/customers_to_crm";

    [Fact]
    public async Task Looks_answer_with_what_commands_print()
    {
        await using var server = await ApiServer.StartAsync();
        server.Project.Sandbox.Script.Add(new() { Then = new() { RejectKeys = ["3"], Code = "bad_email", Message = "no such domain" } });
        Assert.Equal("partial", (await server.RunAsync()).GetProperty("status").GetString());
        server.Project.Sandbox.Script.Clear();
        await server.SqlAsync("update customers set name = 'Æ \"quoted\" 😀', total = 10.50 where id = 1");

        await SameAsync(server, await server.GetAsync("models"), "models");
        await SameAsync(server, await server.GetAsync("models/customers/preview?limit=3&where=id%20%3E%201"), "preview", "customers", "--limit", "3", "--where", "id > 1");
        await SameAsync(server, await server.GetAsync($"{Sync}/rejected"), "rejected", "customers_to_crm");
        await SameAsync(server, await server.GetAsync($"{Sync}/history?key=3"), "history", "customers_to_crm", "--key", "3");
        await SameAsync(server, await server.GetAsync($"{Sync}/members?as_of=2100-01-01T00:00:00Z"), "history", "customers_to_crm", "--as-of", "2100-01-01");
        await SameAsync(server, await server.GetAsync($"{Sync}/explain?key=1"), "explain", "customers_to_crm", "1");
        await SameAsync(server, await server.GetAsync($"{Sync}/unknown"), "resolve", "customers_to_crm");
        await SameAsync(server, await server.GetAsync("audit"), "audit");
        var plan = (await server.PostAsync($"{Sync}/plan?rows=1000", null, TokenRole.Viewer)).Is(200).Json;
        AssertSame((await server.Project.RunAsync("plan", "--json")).Exits(0).Plan, plan);
        var status = (await server.Project.RunAsync("status", "customers_to_crm", "--json")).Exits(0).Json.GetProperty("syncs")[0];
        AssertSame(status, (await server.GetAsync(Sync)).Is(200).Json);
    }

    [Fact]
    public async Task A_run_is_asked_for_and_then_known()
    {
        await using var server = await ApiServer.StartAsync();
        server.Project.Sandbox.Script.Add(new() { Then = new() { RejectKeys = ["3"], Code = "bad_email", Message = "no such domain" } });
        var gate = new TaskCompletionSource();
        server.Schedule.Gate = gate.Task;

        var asked = (await server.PostAsync($"{Sync}/runs")).Is(202);
        var runId = asked.Json.GetProperty("run_id").GetString()!;
        Assert.Equal($"/api/v1/runs/{runId}", asked.Location!.ToString());
        Assert.Equal("queued", asked.Json.GetProperty("status").GetString());
        Assert.Equal("the-operator (token)", (await server.GetAsync($"runs/{runId}")).Is(200).Json.GetProperty("request").GetProperty("by").GetString());
        (await server.GetAsync($"runs/{runId}/outcomes")).IsProblem(404, runId);
        gate.SetResult();

        var run = await server.EndAsync(runId);
        Assert.Equal(("partial", 4, 1), (run.GetProperty("status").GetString(), run.GetProperty("run").GetProperty("accepted").GetInt32(), run.GetProperty("run").GetProperty("rejected").GetInt32()));
        var outcomes = (await server.GetAsync($"runs/{runId}/outcomes")).Is(200).Json;
        Assert.Equal(1, outcomes.GetProperty("count").GetInt32());
        var outcome = Assert.Single(outcomes.GetProperty("outcomes").EnumerateArray());
        Assert.Equal(("3", "rejected", "bad_email"), (outcome.GetProperty("key").GetString(), outcome.GetProperty("outcome").GetString(), outcome.GetProperty("code").GetString()));
        Assert.Equal(runId, Assert.Single((await server.GetAsync("runs?sync=customers_to_crm")).Is(200).Json.GetProperty("runs").EnumerateArray()).GetProperty("run_id").GetString());
        Assert.Empty((await server.GetAsync("runs?limit=0")).Is(200).Json.GetProperty("runs").EnumerateArray());
        (await server.PostAsync($"runs/{runId}/cancel")).IsProblem(409, "partial");
    }

    [Fact]
    public async Task What_is_asked_of_a_run_reaches_it()
    {
        await using var server = await ApiServer.StartAsync();
        await server.SqlAsync(CdpProject.Customers(100));
        await server.RunAsync();
        await server.SqlAsync("delete from customers where id > 60");
        var stopped = await server.RunAsync();
        Assert.Equal("stopped", stopped.GetProperty("status").GetString());
        Assert.StartsWith("max_removed", stopped.GetProperty("run").GetProperty("guard").GetString());

        var run = await server.RunAsync("""{"allow_removed":"60%","full":true}""");

        Assert.Equal(("succeeded", 40, 60), (run.GetProperty("status").GetString(), run.GetProperty("run").GetProperty("removed").GetInt32(), run.GetProperty("run").GetProperty("resent").GetInt32()));
        await server.AssertConvergedAsync();
    }

    [Fact]
    public async Task A_run_that_cannot_begin_says_why()
    {
        await using var server = await ApiServer.StartAsync();
        await server.SqlAsync("drop table customers");
        var run = await server.RunAsync();
        Assert.Equal("failed", run.GetProperty("status").GetString());
        Assert.Contains("customers", run.GetProperty("request").GetProperty("error").GetString());
    }

    [Fact]
    public async Task A_run_under_way_is_cancelled_and_the_next_one_finishes_it()
    {
        await using var server = await ApiServer.StartAsync(""", "batchRows": 1, "concurrency": 1""");
        server.Project.Sandbox.Script.Add(new() { Times = 1, Then = new() });
        server.Project.Sandbox.Script.Add(new() { Then = new() { DelayMs = 6000 } });
        var runId = (await server.PostAsync($"{Sync}/runs")).Is(202).Json.GetProperty("run_id").GetString()!;
        await server.Project.SeenAsync(2);
        Assert.Equal("running", (await server.GetAsync($"runs/{runId}")).Is(200).Json.GetProperty("status").GetString());

        // The run has the sync's snapshot open: what needs it says so, and what does not goes on.
        (await server.PostAsync($"{Sync}/plan", null, TokenRole.Viewer)).IsProblem(503);
        Assert.NotNull((await server.GetAsync($"{Sync}/explain?key=1")).Is(200).Json.GetProperty("unavailable").GetString());
        (await server.PostAsync($"{Sync}/unknown", """{"arrived":true}""")).IsProblem(409, "is being run by");
        Assert.Equal("running", (await server.GetAsync(Sync)).Is(200).Json.GetProperty("runs")[0].GetProperty("status").GetString());

        (await server.PostAsync($"runs/{runId}/cancel")).Is(200);

        Assert.Equal("interrupted", (await server.EndAsync(runId)).GetProperty("status").GetString());
        server.Project.Sandbox.Script.Clear();
        await server.RunAsync();
        Assert.Equal("succeeded", (await server.EndAsync(runId)).GetProperty("status").GetString());
        await server.AssertConvergedAsync();
        (await server.PostAsync($"{Sync}/cancel")).IsProblem(409, "nothing to cancel");
    }

    [Fact]
    public async Task A_sync_is_paused_and_resumed()
    {
        await using var server = await ApiServer.StartAsync();
        var paused = (await server.PostAsync($"{Sync}/pause", """{"reason":"audience is being cleaned"}""")).Is(200).Json.GetProperty("paused");
        Assert.Equal(("the-operator (token)", "audience is being cleaned"), (paused.GetProperty("by").GetString(), paused.GetProperty("reason").GetString()));
        var sync = Assert.Single((await server.GetAsync("syncs")).Is(200).Json.GetProperty("syncs").EnumerateArray());
        AssertSame(paused, sync.GetProperty("paused"));
        Assert.Equal("manual", sync.GetProperty("schedule").GetString());
        Assert.Equal(JsonValueKind.Null, (await server.PostAsync($"{Sync}/resume")).Is(200).Json.GetProperty("paused").ValueKind);
        (await server.PostAsync($"{Sync}/resume")).IsProblem(409, "not paused");
        (await server.PostAsync($"{Sync}/pause")).Is(200);
    }

    [Fact]
    public async Task An_event_runs_the_syncs_that_wait_for_it()
    {
        await using var server = await ApiServer.StartAsync();
        server.Schedule.On["dbt"] = "customers_to_crm";
        var run = Assert.Single((await server.PostAsync("events/dbt")).Is(200).Json.GetProperty("runs").EnumerateArray());
        Assert.Equal("succeeded", (await server.EndAsync(run.GetProperty("run_id").GetString()!)).GetProperty("status").GetString());
        Assert.Empty((await server.PostAsync("events/other")).Is(200).Json.GetProperty("runs").EnumerateArray());
    }

    [Fact]
    public async Task Rows_in_doubt_are_listed_and_settled()
    {
        await using var server = await ApiServer.StartAsync(""", "batchRows": 1, "concurrency": 1, "replaySafe": false""");
        server.Project.Edit(CdpProject.Sync, "mode: mirror", "mode: append");
        server.Project.Sandbox.Script.Add(new() { Then = new() { DelayMs = 90_000 } });
        await using (var process = server.Project.Start("run"))
        {
            await server.Project.SeenAsync(1);
            await process.KillAsync();
        }

        server.Project.Sandbox.Script.Clear();
        (await server.Project.RunAsync("run")).Exits(1);
        var unknown = Assert.Single((await server.GetAsync($"{Sync}/unknown")).Is(200).Json.GetProperty("unknown").EnumerateArray());
        Assert.Equal("add", unknown.GetProperty("kind").GetString());
        Assert.Equal(0, (await server.PostAsync($"{Sync}/unknown", """{"arrived":true,"keys":["no such key"]}""")).Is(200).Json.GetProperty("resolved").GetInt32());
        Assert.Equal(1, (await server.PostAsync($"{Sync}/unknown", """{"arrived":true}""")).Is(200).Json.GetProperty("resolved").GetInt32());
        Assert.Empty((await server.GetAsync($"{Sync}/unknown")).Is(200).Json.GetProperty("unknown").EnumerateArray());
        var (who, action, _) = (await server.AuditAsync())[0];
        Assert.Equal(("the-operator (token)", "resolve"), (who, action));
    }

    [Fact]
    public async Task The_project_tells_what_it_is()
    {
        await using var server = await ApiServer.StartAsync();
        var project = (await server.GetAsync("project")).Is(200).Json;
        Assert.Equal(["project", "environment", "loaded_at", "problems"], project.EnumerateObject().Select(property => property.Name));
        Assert.Equal("shop", project.GetProperty("project").GetString());
    }

    [Fact]
    public async Task Many_ask_at_once()
    {
        await using var server = await ApiServer.StartAsync();
        var answers = await Task.WhenAll(Enumerable.Range(0, 24).Select(at => (at % 3) switch
        {
            0 => server.GetAsync("models/customers/preview"),
            1 => server.GetAsync("syncs"),
            _ => server.GetAsync($"{Sync}/rejected"),
        }));
        Assert.All(answers, answer => answer.Is(200));
    }

    [Fact]
    public async Task The_first_who_ask_make_the_warehouse_once()
    {
        await using var server = await ApiServer.StartAsync(prepare: project =>
        {
            project.Edit(CdpProject.Config, "\"path\": \"shop.duckdb\"", "\"path\": \"shop.duckdb\", \"bootstrap\": [\"shop.sql\"]");
            project.Write("shop.sql", "create table customers as select i as id, 'c' as email, 'n' as name, 1.5 as total from range(200000) r(i);");
            File.Delete(project.Warehouse);
        });
        var answers = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => server.GetAsync("models/customers/preview?limit=1")));
        Assert.All(answers, answer => Assert.Equal(200_000, answer.Is(200).Json.GetProperty("count").GetInt32()));
    }

    private static async Task SameAsync(ApiServer server, ApiAnswer answer, params string[] command) =>
        AssertSame((await server.Project.RunAsync([.. command, "--json"])).Exits(0).Json, answer.Is(200).Json);

    /// <summary>Everything that a command prints is in the answer, which may tell more.</summary>
    private static void AssertSame(JsonElement printed, JsonElement answered)
    {
        Assert.Equal(printed.ValueKind, answered.ValueKind);
        switch (printed.ValueKind)
        {
            case JsonValueKind.Object:
                foreach (var property in printed.EnumerateObject())
                    AssertSame(property.Value, answered.GetProperty(property.Name));
                break;
            case JsonValueKind.Array:
                Assert.Equal(printed.GetArrayLength(), answered.GetArrayLength());
                foreach (var (first, second) in printed.EnumerateArray().Zip(answered.EnumerateArray()))
                    AssertSame(first, second);
                break;
            default:
                Assert.Equal(printed.GetRawText(), answered.GetRawText());
                break;
        }
    }
}
