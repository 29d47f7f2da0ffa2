using System.Text.Json;
using ReverseEtl.Core.Alerts;
using ReverseEtl.Core.State;
using ReverseEtl.Server.Alerts;

namespace ReverseEtl.Tests.Alerts;

public sealed class AlertServiceTests
{
    [Fact]
    public async Task An_incident_is_told_once_however_many_runs_show_it_and_once_when_it_is_over()
    {
        await using var bench = await AlertBench.StartAsync();
        await bench.SucceedAsync();
        Assert.Empty(bench.Told());

        for (var run = 0; run < 4; run++)
        {
            await bench.FailAsync();
            await bench.TickAsync();
        }

        Assert.Equal(["open failed"], bench.Told());
        var incident = Assert.Single(await bench.IncidentsAsync());
        Assert.Equal((4, "run005", null), (incident.Runs, incident.RunId, incident.ClosedAt));

        for (var run = 0; run < 3; run++)
        {
            await bench.SucceedAsync();
            await bench.TickAsync();
        }

        Assert.Equal(["open failed", "recovered failed"], bench.Told());
        Assert.Empty(await bench.IncidentsAsync());

        await bench.FailAsync();
        Assert.Equal(["open failed", "recovered failed", "open failed"], bench.Told());
    }

    [Fact]
    public async Task A_message_says_sync_what_numbers_since_when_run_and_what_to_do_and_no_values()
    {
        await using var bench = await AlertBench.StartAsync();
        await bench.RunAsync(run => run with { Status = RunStatus.Failed, Error = "cannot convert 'anna@shop.example'", DurationMs = 65_000, Added = 1234 });

        var body = Assert.Single(bench.Documents());
        Assert.Equal("shop: vips_to_hook failed", body.GetProperty("title").GetString());
        Assert.Equal("the run failed after 1 min 5 s; 1,234 added, 0 changed, 0 removed, 10 accepted, 0 rejected", body.GetProperty("text").GetString());
        Assert.Equal(bench.Time.GetUtcNow().UtcDateTime, body.GetProperty("since").GetDateTime());
        Assert.Equal("run001", body.GetProperty("run_id").GetString());
        Assert.Equal("cdp status vips_to_hook", body.GetProperty("next").GetString());
        Assert.DoesNotContain("anna", bench.Receiver.Received[0].Body);
    }

    [Fact]
    public async Task A_run_that_a_guard_stopped_is_told_with_the_guards_numbers()
    {
        await using var bench = await AlertBench.StartAsync();
        await bench.RunAsync(run => run with { Status = RunStatus.Stopped, Guard = "max_removed: 60 of 100 rows (60%), 20% allowed" });
        await bench.FailAsync();
        await bench.SucceedAsync();

        Assert.Equal(["open stopped", "open failed", "recovered failed", "recovered stopped"], bench.Told());
        Assert.StartsWith("max_removed: 60 of 100 rows (60%), 20% allowed; ", bench.Documents()[0].GetProperty("text").GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Rejected_rows_are_told_above_the_limit_and_are_over_when_few_of_the_models_rows_wait()
    {
        await using var bench = await AlertBench.StartAsync("\"rejected\": \"5%\"");
        await bench.RunAsync(run => run with { Status = RunStatus.Partial, Added = 100, Rejected = 5 });
        Assert.Empty(bench.Told());

        await bench.RunAsync(run => run with { Status = RunStatus.Partial, Added = 100, Rejected = 6 });
        Assert.Equal("6 of 100 rows were rejected (6%), 5% allowed", Assert.Single(bench.Documents()).GetProperty("text").GetString());
        // They wait for their next attempt, and are as rejected as before.
        await bench.RunAsync(run => run with { Status = RunStatus.Partial, Added = 0, Waiting = 6 });
        Assert.Single(bench.Told());
        await bench.RunAsync(run => run with { Status = RunStatus.Partial, Added = 1, Waiting = 5 });
        Assert.Equal(["open rejected", "recovered rejected"], bench.Told());
    }

    [Fact]
    public async Task A_number_of_rows_that_is_far_from_the_usual_one_is_told()
    {
        await using var bench = await AlertBench.StartAsync("\"rows\": \"50%\"");
        foreach (var rows in new[] { 90, 100, 110, 1000, 100 })
            await bench.SucceedAsync(rows);
        Assert.Equal(["open rows", "recovered rows"], bench.Told());
        Assert.Equal("the model has 1,000 rows, 900% more than usual (100), 50% allowed", bench.Documents()[0].GetProperty("text").GetString());

        await bench.SucceedAsync(50);
        Assert.Equal(2, bench.Told().Count);
        await bench.SucceedAsync(49);
        Assert.Contains("51% fewer than usual", bench.Documents()[^1].GetProperty("text").GetString());
        // What is so for long is usual.
        for (var run = 0; run < 10; run++)
            await bench.SucceedAsync(49);
        Assert.Equal(["open rows", "recovered rows", "open rows", "recovered rows"], bench.Told());
    }

    [Fact]
    public async Task A_sync_that_delivers_no_more_is_told_whatever_its_runs_do()
    {
        await using var bench = await AlertBench.StartAsync("\"notFresh\": \"2h\", \"failed\": false", "schedule: { every: 5m }");
        await bench.SucceedAsync();
        await bench.TickAsync(TimeSpan.FromHours(2));
        Assert.Empty(bench.Told());

        await bench.TickAsync();
        await bench.FailAsync();
        await bench.TickAsync();
        Assert.Equal(["open not_fresh"], bench.Told());
        Assert.Equal("no run has delivered for 2 h 1 min, 2 h allowed", bench.Documents()[0].GetProperty("text").GetString());

        await bench.RunAsync(run => run with { Status = RunStatus.Unchanged });
        Assert.Equal(["open not_fresh", "recovered not_fresh"], bench.Told());
    }

    [Fact]
    public async Task A_scheduled_sync_that_never_ran_is_stale_too_and_a_paused_one_is_not()
    {
        await using var bench = await AlertBench.StartAsync("\"notFresh\": \"2h\"", "schedule: { every: 5m }");
        await bench.TickAsync();
        bench.Paused.Add(AlertBench.Sync);
        await bench.TickAsync(TimeSpan.FromHours(3));
        Assert.Empty(bench.Told());

        bench.Paused.Clear();
        await bench.TickAsync();
        Assert.StartsWith("no run has delivered yet", Assert.Single(bench.Documents()).GetProperty("text").GetString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("", 0)]
    [InlineData("alerts: { not_fresh: 1h }", 1)]
    [InlineData("schedule: manual\nalerts: { not_fresh: off }", 0)]
    [InlineData("schedule: { every: 5m }\nalerts: { not_fresh: off }", 0)]
    [InlineData("schedule: { every: 5m }\nalerts: off", 0)]
    [InlineData("schedule: { every: 5m }", 1)]
    public async Task A_sync_that_is_run_by_hand_is_stale_only_where_it_says_so_itself(string sync, int told)
    {
        await using var bench = await AlertBench.StartAsync("\"notFresh\": \"2h\"", sync);
        await bench.TickAsync();
        await bench.TickAsync(TimeSpan.FromDays(1));
        Assert.Equal(told, bench.Told().Count);
    }

    [Theory]
    [InlineData("alerts: off")]
    [InlineData("alerts: false")]
    [InlineData("alerts: { failed: false }")]
    public async Task A_sync_may_say_that_nobody_is_told(string sync)
    {
        await using var bench = await AlertBench.StartAsync("", sync);
        await bench.FailAsync();
        Assert.Empty(bench.Told());
        Assert.Empty(await bench.IncidentsAsync());
    }

    [Fact]
    public async Task A_channel_that_is_down_is_told_later_and_the_others_are_not_told_again()
    {
        const string channels = "\"ops\": { \"type\": \"webhook\", \"url\": \"HOST/ops\" }, \"crm\": { \"type\": \"webhook\", \"url\": \"HOST/crm\" }";
        await using var bench = await AlertBench.StartAsync(channels: channels);
        bench.Answer = sent => sent.Address == "/crm" ? 503 : 200;
        await bench.FailAsync();
        Assert.Equal((1, 1), (bench.Told().Count, bench.Told("crm").Count));
        Assert.Contains("answered 503", Assert.Single(await bench.IncidentsAsync()).Channels["crm"].Error);

        // Each wait is longer than the one before.
        for (var minute = 0; minute < 8; minute++)
            await bench.TickAsync();
        Assert.Equal((1, 4), (bench.Told().Count, bench.Told("crm").Count));

        bench.Answer = _ => 200;
        await bench.TickAsync(TimeSpan.FromHours(1));
        await bench.TickAsync(TimeSpan.FromHours(1));
        Assert.Equal((1, 5), (bench.Told().Count, bench.Told("crm").Count));
        await bench.SucceedAsync();
        Assert.Equal("recovered failed", bench.Told()[^1]);
        Assert.Equal("recovered failed", bench.Told("crm")[^1]);
    }

    [Fact]
    public async Task Who_was_never_told_does_not_hear_that_it_is_over()
    {
        await using var bench = await AlertBench.StartAsync();
        bench.Answer = _ => 500;
        await bench.FailAsync();
        await bench.SucceedAsync();
        await bench.TickAsync(TimeSpan.FromHours(2));

        Assert.Equal(["open failed"], bench.Told());
        Assert.Empty(await bench.IncidentsAsync());
    }

    [Fact]
    public async Task That_it_is_over_is_told_later_where_the_channel_is_down_then()
    {
        await using var bench = await AlertBench.StartAsync();
        await bench.FailAsync();
        bench.Answer = _ => 500;
        await bench.SucceedAsync();
        await bench.SucceedAsync();
        Assert.Equal(["open failed", "recovered failed"], bench.Told());

        bench.Answer = _ => 200;
        await bench.TickAsync();
        await bench.TickAsync();
        Assert.Equal(["open failed", "recovered failed", "recovered failed"], bench.Told());
        Assert.Empty(await bench.IncidentsAsync());
    }

    [Fact]
    public async Task What_was_written_down_before_a_crash_is_told_after_it()
    {
        await using var bench = await AlertBench.StartAsync();
        var run = await bench.RunAsync(run => run with { Status = RunStatus.Failed }, isTold: false);
        var (alerts, log) = (SyncAlerts.Of(bench.Project.Syncs[0], bench.Project.Config.Alerts), new IncidentLog(bench.Store));
        await log.SaveAsync(Incident.Open(alerts, Finding.OfRun(alerts, run, [])[0], run.RunId, bench.Time.GetUtcNow()), bench.Time.GetUtcNow(), AlertBench.Stop);

        // Whoever wrote it may still be at it.
        await bench.TickAsync(TimeSpan.FromSeconds(30));
        Assert.Empty(bench.Told());
        await bench.TickAsync(TimeSpan.FromSeconds(30));
        await bench.TickAsync();
        Assert.Equal(["open failed"], bench.Told());
    }

    [Fact]
    public async Task A_process_that_ends_while_it_tells_leaves_it_to_the_next_one()
    {
        await using var bench = await AlertBench.StartAsync();
        using var dying = new CancellationTokenSource();
        bench.Answer = _ =>
        {
            dying.Cancel();
            Thread.Sleep(100);
            return 500;
        };
        var run = await bench.RunAsync(run => run with { Status = RunStatus.Failed }, isTold: false);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() =>
            bench.Service.AfterRunAsync(SyncAlerts.Of(bench.Project.Syncs[0], bench.Project.Config.Alerts), run, dying.Token));

        bench.Answer = _ => 200;
        await bench.TickAsync();
        Assert.Equal(["open failed", "open failed"], bench.Told());
        Assert.NotNull(Assert.Single(await bench.IncidentsAsync()).Channels["ops"].Told);
    }

    [Fact]
    public async Task A_sync_that_recovers_while_a_slow_channel_is_being_told_is_told_to_have_recovered()
    {
        await using var bench = await AlertBench.StartAsync();
        bench.Pause = TimeSpan.FromSeconds(10);
        using var slow = new SemaphoreSlim(0);
        bench.Answer = _ =>
        {
            slow.Wait(AlertBench.Stop);
            return 200;
        };
        var failing = bench.FailAsync();
        await Http.Eventually.IsTrue(() => bench.Told().Count == 1);
        // Another worker runs it next, and nobody is told yet that it is over: who is being told is not to hear it before.
        await bench.SucceedAsync();
        Assert.Single(bench.Told());

        slow.Release(10);
        await failing;
        await bench.TickAsync();
        Assert.Equal(["open failed", "recovered failed"], bench.Told());
        Assert.Empty(await bench.IncidentsAsync());
    }

    [Fact]
    public async Task Only_channels_that_keep_incidents_hear_the_end_where_nobody_wants_to()
    {
        const string channels = "\"ops\": { \"type\": \"webhook\", \"url\": \"HOST/ops\" }, \"pager\": { \"type\": \"pagerduty\", \"routingKey\": \"K\", \"baseUrl\": \"HOST\" }";
        await using var bench = await AlertBench.StartAsync("\"recovered\": false", channels: channels);
        await bench.FailAsync();
        await bench.SucceedAsync();

        Assert.Equal(["open failed"], bench.Told());
        Assert.Equal(["trigger", "resolve"], bench.Documents("v2/enqueue").Select(document => document.GetProperty("event_action").GetString()));
        Assert.Empty(await bench.IncidentsAsync());
    }

    [Fact]
    public async Task An_incident_ends_with_its_sync_or_its_rule()
    {
        await using var bench = await AlertBench.StartAsync();
        await bench.FailAsync();
        bench.Files.With("models/syncs/vips_to_hook.yml", text => text + "\nalerts: off\n");
        await bench.TickAsync();
        await bench.TickAsync();

        Assert.Equal(["open failed", "recovered failed"], bench.Told());
        Assert.Equal("it is not watched any more; it lasted 1 min", bench.Documents()[1].GetProperty("text").GetString());
        Assert.Equal(JsonValueKind.Null, bench.Documents()[1].GetProperty("next").ValueKind);
        Assert.Empty(await bench.IncidentsAsync());
    }

    [Fact]
    public async Task A_channel_whose_secret_is_missing_or_that_is_gone_keeps_nobody_else_from_being_told()
    {
        const string channels = "\"ops\": { \"type\": \"webhook\", \"url\": \"HOST/ops\" }, \"pager\": { \"type\": \"pagerduty\", \"routingKey\": \"${env:PAGER_KEY}\", \"baseUrl\": \"HOST\" }";
        await using var bench = await AlertBench.StartAsync("\"to\": [\"ops\", \"pager\"]", channels: channels);
        await bench.FailAsync();
        Assert.Single(bench.Told());
        Assert.Contains("PAGER_KEY is not set", Assert.Single(await bench.IncidentsAsync()).Channels["pager"].Error);

        bench.Files.Secrets["PAGER_KEY"] = "K";
        await bench.TickAsync();
        Assert.Single(bench.Documents("v2/enqueue"));
    }

    [Fact]
    public async Task Without_channels_incidents_are_kept_all_the_same()
    {
        await using var bench = await AlertBench.StartAsync(channels: "");
        await bench.FailAsync();
        await bench.TickAsync();
        Assert.Equal(AlertTrigger.Failed, Assert.Single(await bench.IncidentsAsync()).Trigger);
        await bench.SucceedAsync();
        Assert.Empty(await bench.IncidentsAsync());
    }
}
