using ReverseEtl.IntegrationTests.Harness;
using ReverseEtl.Tests.Connectors;

namespace ReverseEtl.IntegrationTests.Serve;

/// <summary><c>cdp serve</c> on one machine, as a person or a service manager starts and stops it.</summary>
public sealed class ServeTests
{
    private const string Sync = "customers_to_crm";
    private const string Often = "mode: mirror\nguards: { max_removed: 100% }\nschedule: { every: 1s }";

    [Fact]
    public async Task A_scheduled_sync_runs_at_once_and_then_follows_the_model()
    {
        await using var project = await ScheduledAsync(Often);
        await using var served = await ServedProject.StartAsync(project);
        await CdpProject.UntilAsync(() => project.Delivered().SequenceEqual(project.Expected()));
        Assert.Equal("succeeded", (await served.RunsAsync(Sync))[^1].GetProperty("status").GetString());

        await ChangeAsync(project, "delete from customers where id = 2; update customers set name = 'New' where id = 3");
        await CdpProject.UntilAsync(() => project.Delivered().SequenceEqual(project.Expected()));
        await ServedProject.UntilAsync(async () => (await served.GetAsync("metrics")).Contains(
            "cdp_runs_total{otel_scope_name=\"ReverseEtl\",status=\"succeeded\",sync=\"customers_to_crm\"} 2", StringComparison.Ordinal));

        var said = (await served.StopAsync()).Exits(0);
        Assert.Contains("shop is served at http://127.0.0.1:", said.Error, StringComparison.Ordinal);
        Assert.Contains("\"RunId\":\"", said.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("c1@shop.example", said.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_sync_after_others_runs_when_all_have_delivered()
    {
        await using var project = await ScheduledAsync("mode: mirror\nschedule: { every: 1h }");
        project.Write("models/syncs/second.yml", Copy("second", "{ every: 1h }"));
        project.Write("models/syncs/last.yml", Copy("last", "{ after: [customers_to_crm, second] }"));
        await using var served = await ServedProject.StartAsync(project);
        await CdpProject.UntilAsync(() => project.Delivered("crm/last").Count == 5);

        var (first, second, last) = ((await served.RunsAsync(Sync))[0], (await served.RunsAsync("second"))[0], Assert.Single(await served.RunsAsync("last")));
        Assert.True(last.GetProperty("as_of").GetDateTimeOffset() >= first.GetProperty("finished_at").GetDateTimeOffset());
        Assert.True(last.GetProperty("as_of").GetDateTimeOffset() >= second.GetProperty("finished_at").GetDateTimeOffset());
    }

    [Fact]
    public async Task Changed_files_are_taken_up_and_wrong_ones_are_not()
    {
        await using var project = await ScheduledAsync("mode: mirror\nschedule: manual");
        await using var served = await ServedProject.StartAsync(project);
        project.Edit(CdpProject.Sync, "schedule: manual", "schedule: { every: 1 fortnight }");
        await ServedProject.UntilAsync(async () => (await served.GetAsync("metrics")).Contains("cdp_project_problems{otel_scope_name=\"ReverseEtl\"} 1", StringComparison.Ordinal));
        Assert.Empty(project.Delivered());

        project.Edit(CdpProject.Sync, "{ every: 1 fortnight }", "{ every: 1h }");
        await CdpProject.UntilAsync(() => project.Delivered().Count == 5);
        Assert.Contains("cdp_project_problems{otel_scope_name=\"ReverseEtl\"} 0", await served.GetAsync("metrics"), StringComparison.Ordinal);
        Assert.Contains("fortnight", (await served.StopAsync()).Exits(0).Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_restart_runs_what_was_missed_and_nothing_else()
    {
        await using var project = await ScheduledAsync("mode: mirror\nschedule: { every: 1d }");
        project.Write("models/syncs/yearly.yml", Copy("yearly", "{ cron: \"0 0 1 1 *\" }"));
        await using (var served = await ServedProject.StartAsync(project))
        {
            await ServedProject.UntilAsync(async () => (await served.RunsAsync(Sync)) is [var run] && run.GetProperty("status").GetString() == "succeeded");
            (await served.StopAsync()).Exits(0);
        }

        await using (var served = await ServedProject.StartAsync(project))
        {
            (await served.StopAsync()).Exits(0);
            Assert.Single(await served.RunsAsync(Sync));
        }

        // By what the schedule says now it was due a while ago.
        project.Edit(CdpProject.Sync, "{ every: 1d }", "{ every: 1s }");
        await using (var served = await ServedProject.StartAsync(project))
            await ServedProject.UntilAsync(async () => (await served.RunsAsync(Sync)).Count > 1);
        Assert.Empty(project.Delivered("crm/yearly"));
    }

    [Fact]
    public async Task A_killed_service_resumes_what_it_left()
    {
        await using var project = await ScheduledAsync("mode: mirror\nschedule: { every: 1d }", """, "batchRows": 1, "concurrency": 1""");
        project.Sandbox.Script.Add(new() { Times = 2, Then = new() });
        project.Sandbox.Script.Add(new() { Then = new() { DelayMs = 60_000 } });
        await using (var served = await ServedProject.StartAsync(project))
        {
            await project.SeenAsync(3);
            await served.Process.KillAsync();
        }

        project.Sandbox.Script.Clear();
        await using var again = await ServedProject.StartAsync(project);
        await CdpProject.UntilAsync(() => project.Delivered().Count == 5);
        project.AssertConverged();
    }

    [Fact]
    public async Task A_signal_ends_a_run_between_batches_and_the_next_service_resumes_it()
    {
        await using var project = await ScheduledAsync("mode: mirror\nschedule: { every: 1d }", """, "batchRows": 1, "concurrency": 1""");
        project.Sandbox.Script.Add(new() { Times = 5, Then = new() { DelayMs = 1_000 } });
        await using (var served = await ServedProject.StartAsync(project))
        {
            await CdpProject.UntilAsync(() => project.Delivered().Count == 1);
            (await served.StopAsync()).Exits(0);
        }

        Assert.InRange(project.Delivered().Count, 1, 4);
        var requests = project.Sandbox.Requests().Count;
        Assert.Equal(project.Delivered().Count, requests);
        await using var again = await ServedProject.StartAsync(project);
        await CdpProject.UntilAsync(() => project.Delivered().Count == 5);
        project.AssertConverged();
        // What was answered before the end was not sent again.
        Assert.Equal(5, project.Sandbox.Requests().Count);
    }

    [Fact]
    public async Task A_failure_before_the_run_is_recorded_and_kept_from_nobody()
    {
        await using var project = await ScheduledAsync(Often);
        project.Edit(CdpProject.Model, "from customers", "from nobody");
        await using var served = await ServedProject.StartAsync(project);
        await ServedProject.UntilAsync(async () => (await served.RunsAsync(Sync)).Count > 0);
        var run = (await served.RunsAsync(Sync))[0];
        Assert.Equal("failed", run.GetProperty("status").GetString());
        Assert.Contains("nobody", run.GetProperty("error").GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Workers_that_could_not_take_over_from_each_other_are_refused()
    {
        await using var project = await ScheduledAsync(Often);
        await project.UsePostgresStateAsync();
        var refused = (await project.RunAsync("serve")).Exits(2);
        Assert.Contains("cdp.config.json (warehouse.planner)", refused.Error, StringComparison.Ordinal);
        Assert.Contains("\"singleWorker\": true", refused.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("{ cron: \"0 25 * * *\" }", "cron expression")]
    [InlineData("{ cron: \"0 6 * * *\", time_zone: Europe/Atlantis }", "Europe/Atlantis")]
    [InlineData("{ every: 1s, on: dbt }", "one of every, cron, after and on")]
    [InlineData("{ every: 500ms }", "whole seconds")]
    [InlineData("{ every: 1m, priority: 11 }", "1 to 10")]
    [InlineData("{ after: [customers_to_crm] }", "waits, by way of others, for itself")]
    public async Task A_wrong_schedule_is_said_before_anything_runs(string schedule, string said)
    {
        await using var project = await ScheduledAsync($"mode: mirror\nschedule: {schedule}");
        Assert.Contains(said, (await project.RunAsync("validate")).Exits(2).Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_is_asked_over_the_API_runs()
    {
        await using var project = await ScheduledAsync("mode: mirror\nschedule: { on: dbt }");
        await using var served = await ServedProject.StartAsync(project);
        var token = (await project.RunAsync("token", "create", "ci", "--role", "operator", "--json")).Exits(0).Json.GetProperty("token").GetString();
        using var client = new HttpClient { BaseAddress = served.Url, DefaultRequestHeaders = { { "Authorization", $"Bearer {token}" } } };
        using (var raised = await client.PostAsync("api/v1/events/dbt", null, TestContext.Current.CancellationToken))
            Assert.True(raised.IsSuccessStatusCode, await raised.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
        await CdpProject.UntilAsync(() => project.Delivered().Count == 5);
        await ServedProject.UntilAsync(async () => (await served.RunsAsync(Sync)) is [var run] && run.GetProperty("status").GetString() == "succeeded");

        (project.Variables["CDP_REMOTE"], project.Variables["CDP_TOKEN"]) = (served.Url.ToString(), token);
        var asked = (await project.RunAsync("run", Sync, "--wait", "--json")).Exits(0).Run;
        Assert.Equal("unchanged", asked.GetProperty("status").GetString());

        project.Sandbox.Script.Add(new() { Then = new() { DelayMs = 60_000 } });
        (await project.RunAsync("run", Sync, "--full")).Exits(0);
        await project.SeenAsync(2);
        // It waits behind the one that is under way, and is taken back with it.
        await using var waiting = project.Start("run", Sync, "--wait");
        await ServedProject.UntilAsync(async () => (await project.RunAsync("audit", "--json")).Exits(0).Json.GetProperty("audit").GetArrayLength() >= 4);
        await Task.Delay(TimeSpan.FromSeconds(1), TestContext.Current.CancellationToken);
        (await project.RunAsync("cancel", Sync)).Exits(0);
        (await waiting.EndAsync()).Fails(130, "taken back");
        Assert.Contains(
            (await project.RunAsync("audit", "--json")).Exits(0).Json.GetProperty("audit").EnumerateArray(),
            order => order.GetProperty("action").GetString() == "full" && order.GetProperty("who").GetString()!.StartsWith("ci (token)", StringComparison.Ordinal));
    }

    [Fact]
    public async Task An_address_in_use_is_one_clear_error()
    {
        await using var project = await ScheduledAsync("mode: mirror\nschedule: manual");
        await using var served = await ServedProject.StartAsync(project);
        var refused = (await project.RunAsync("serve", "--url", served.Url.ToString())).Exits(4);
        Assert.Equal($"error {served.Url} is in use: another cdp serve may run there; --url names another address", Assert.Single(refused.Error.Trim().Split('\n')));
    }

    [Fact]
    public async Task Traces_and_metrics_go_where_the_project_says()
    {
        await using var collector = await SmallServer.StartAsync(_ => (200, ""));
        await using var project = await ScheduledAsync(Often);
        project.Edit(CdpProject.Config, "\"project\": \"shop\",", $$"""
            "project": "shop", "serve": { "otlp": "{{collector.Url}}" },
            """);
        (project.Variables["OTEL_EXPORTER_OTLP_PROTOCOL"], project.Variables["OTEL_METRIC_EXPORT_INTERVAL"]) = ("http/protobuf", "300");
        await using var served = await ServedProject.StartAsync(project);
        await CdpProject.UntilAsync(() => Has("/v1/traces", "cdp.sync", Sync) && Has("/v1/metrics", "cdp.runs", "succeeded"));

        bool Has(string path, params string[] words) =>
            collector.Received.Any(sent => sent.Address == path && words.All(word => sent.Body.Contains(word, StringComparison.Ordinal)));
    }

    internal static async Task<CdpProject> ScheduledAsync(string mode, string destinationOptions = "")
    {
        var project = await CdpProject.CreateAsync(destinationOptions);
        project.Edit(CdpProject.Sync, "mode: mirror", mode);
        return project;
    }

    // The service reads the warehouse meanwhile, and one process at a time may write to a DuckDB file.
    private static Task ChangeAsync(CdpProject project, string sql) => ServedProject.UntilAsync(() =>
    {
        try
        {
            project.Sql(sql);
            return Task.FromResult(true);
        }
        catch (DuckDb.DuckDBException)
        {
            return Task.FromResult(false);
        }
    });

    private static string Copy(string name, string schedule) => $"""
        sync: {name}
        model: customers
        destination: crm
        object: {"{"} path: /{name}, identifiers: [email] {"}"}
        mode: mirror
        schedule: {schedule}
        map: {"{"} email: email, name: name, total: total {"}"}
        """;
}
