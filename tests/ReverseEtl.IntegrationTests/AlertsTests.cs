using System.Text.Json;
using ReverseEtl.Core.Alerts;
using ReverseEtl.IntegrationTests.Harness;
using ReverseEtl.Server.Alerts;
using ReverseEtl.Server.Composition;
using ReverseEtl.Tests.Connectors;

namespace ReverseEtl.IntegrationTests;

/// <summary><c>cdp alerts</c>, and alerts after runs of the program.</summary>
public sealed class AlertsTests
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_test_message_goes_through_each_channel_and_one_that_does_not_work_is_named()
    {
        await using var receiver = await SmallServer.StartAsync(_ => (200, ""));
        await using var project = await ProjectAsync(receiver);
        var result = (await project.RunAsync("alerts", "test", "--json")).Exits(4);
        var channels = result.Json.GetProperty("channels").EnumerateArray().ToDictionary(channel => channel.GetProperty("channel").GetString()!, channel => channel);
        Assert.True(channels["ops"].GetProperty("ok").GetBoolean());
        Assert.Equal("no answer from 127.0.0.1: ConnectionRefused", channels["chat"].GetProperty("problem").GetString());
        Assert.Contains("CHAT_KEY is not set", channels["pager"].GetProperty("problem").GetString());
        Assert.DoesNotContain("T0PSECRET", result.ToString());
        Assert.Contains("a test of this channel", Assert.Single(receiver.Received).Body);

        (await project.RunAsync("alerts", "test", "ops")).Exits(0);
        (await project.RunAsync("alerts", "test", "osp")).Fails(2, "there is no channel \"osp\"; did you mean \"ops\"?");
    }

    [Fact]
    public async Task Open_incidents_are_listed_with_who_was_told()
    {
        await using var receiver = await SmallServer.StartAsync(_ => (200, ""));
        await using var project = await ProjectAsync(receiver);
        Assert.Contains("nothing is known to be wrong", (await project.RunAsync("alerts")).Exits(0).Out);
        project.Sql("delete from customers");
        (await project.RunAsync("run")).Exits(0);
        project.Sql("insert into customers select i, 'e', 'n', 1 from range(1, 101) r(i)");
        (await project.RunAsync("run")).Exits(0);
        project.Sql("delete from customers where id > 10");
        (await project.RunAsync("run")).Exits(3);
        await AfterLastRunAsync(project);

        var alert = Assert.Single((await project.RunAsync("alerts", "--json")).Exits(0).Json.GetProperty("alerts").EnumerateArray());
        Assert.Equal(("customers_to_crm", "stopped"), (alert.GetProperty("sync").GetString(), alert.GetProperty("trigger").GetString()));
        Assert.StartsWith("max_removed: 90 of 100 rows (90%)", alert.GetProperty("text").GetString(), StringComparison.Ordinal);
        Assert.Equal(["ops"], alert.GetProperty("channels").EnumerateArray().Where(channel => channel.GetProperty("told_at").ValueKind is JsonValueKind.String).Select(channel => channel.GetProperty("channel").GetString()));
        Assert.Contains("stopped", (await project.RunAsync("alerts")).Exits(0).Out);
    }

    /// <summary>As the worker that ran the sync does.</summary>
    private static async Task AfterLastRunAsync(CdpProject project)
    {
        await using var session = Session.Open(project.Folder, null, TimeProvider.System);
        var store = await session.StoreAsync(Stop);
        var service = new AlertService(() => session.Project, session.StoreAsync, TimeProvider.System);
        await service.AfterRunAsync(SyncAlerts.Of(session.Project.Syncs[0], session.Project.Config.Alerts), (await store.ListRunsAsync("customers_to_crm", 1, Stop))[0], Stop);
    }

    private static async Task<CdpProject> ProjectAsync(SmallServer receiver)
    {
        var project = await CdpProject.CreateAsync();
        project.Edit(CdpProject.Config, "\"project\": \"shop\",", $$"""
            "project": "shop",
              "alerts": { "channels": {
                "ops": { "type": "webhook", "url": "{{receiver.Url}}" },
                "chat": { "type": "slack", "url": "http://127.0.0.1:1/services/T0PSECRET" },
                "pager": { "type": "pagerduty", "routingKey": "${env:CHAT_KEY}" } } },
            """);
        return project;
    }
}
