using ReverseEtl.Core.Alerts;
using ReverseEtl.Core.Syncs;
using ReverseEtl.Tests.Projects;

namespace ReverseEtl.Tests.Alerts;

public sealed class AlertConfigTests
{
    private const string Sync = "models/syncs/vips_to_hook.yml";

    [Fact]
    public void A_syncs_rules_override_the_projects_one_by_one()
    {
        var project = Project("""{ "channels": { "ops": {SLACK}, "crm": {SLACK} }, "default": { "to": "ops", "rejected": "5%", "rows": 100, "failed": false } }""")
            .With(Sync, text => text + "\nalerts: { to: [crm], rejected: off, not_fresh: 3h }\n").Load();

        var alerts = SyncAlerts.Of(project.Syncs[0], project.Config.Alerts);

        Assert.Equal(["crm"], alerts.To);
        Assert.Equal((false, true, true), (alerts.Failed, alerts.Stopped, alerts.Recovered));
        Assert.Equal((null, TimeSpan.FromHours(3), Limit.Rows(100)), (alerts.Rejected, alerts.NotFresh, alerts.Rows));
    }

    [Fact]
    public void Names_of_channels_that_are_not_there_are_reported_with_the_nearest()
    {
        var problems = Project("""{ "channels": { "ops": {SLACK} }, "default": { "to": ["ops", "opps"] } }""")
            .With(Sync, text => text + "\nalerts: { to: osp }\n").Problems();

        Assert.Equal(2, problems.Count);
        Assert.Contains(problems, problem => problem.StartsWith("cdp.config.json:", StringComparison.Ordinal) && problem.EndsWith("there is no channel \"opps\" in alerts.channels of cdp.config.json; did you mean \"ops\"?", StringComparison.Ordinal));
        Assert.Contains(problems, problem => problem.StartsWith("models/syncs/vips_to_hook.yml:7:15 ", StringComparison.Ordinal) && problem.Contains("\"osp\""));
    }

    [Theory]
    [InlineData("""{ "channels": { "ops": { "type": "slak", "url": "https://x.example" } } }""", "unknown type \"slak\"; did you mean \"slack\"?")]
    [InlineData("""{ "channels": { "ops": { "type": "slack" } } }""", "\"url\" is missing")]
    [InlineData("""{ "channels": { "ops": { "type": "slack", "url": "hooks.slack.com/secret" } } }""", "url must be an http or https address")]
    [InlineData("""{ "channels": { "ops": { "type": "webhook", "url": "https://x.example", "secret": "abc" } } }""", "whsec_")]
    [InlineData("""{ "channels": { "ops": { "type": "email", "host": "mail", "from": "cdp@x.example", "to": ["not-an-address"] } } }""", "\"not-an-address\" is no mail address")]
    [InlineData("""{ "channels": { "ops": { "type": "email", "host": "mail", "from": "cdp@x.example", "to": "a@x.example", "user": "u" } } }""", "user and password belong together")]
    [InlineData("""{ "channels": { "ops": { "type": "email", "host": "mail", "from": "cdp@x.example", "to": "a@x.example", "tls": "none", "user": "u", "password": "p" } } }""", "not sent without TLS")]
    [InlineData("""{ "default": { "rejected": "many" } }""", "a share such as 20%")]
    [InlineData("""{ "default": { "notFresh": "soon" } }""", "a duration such as 30m")]
    [InlineData("""{ "default": { "not_fresh": "2h" } }""", "did you mean \"notFresh\"?")]
    public void What_is_wrong_is_said_where_it_stands(string alerts, string expected)
    {
        var problem = Assert.Single(Project(alerts).Problems());
        Assert.StartsWith("cdp.config.json:", problem, StringComparison.Ordinal);
        Assert.Contains(expected, problem);
        Assert.DoesNotContain("secret\"", problem);
    }

    [Fact]
    public void A_missing_secret_breaks_its_channel_and_nothing_else()
    {
        var project = Project("""{ "channels": { "ops": { "type": "slack", "url": "${env:NOT_SET}" }, "crm": {SLACK} } }""").Load();

        Assert.Equal("ops", Assert.Single(project.Problems).Channel);
        Assert.Equal(["crm"], project.Config.Alerts!.Channels.Keys);
        Assert.NotNull(project.Syncs[0].Options);
    }

    [Fact]
    public void Without_alerts_nothing_is_watched()
    {
        var project = new MemoryProject().Load();
        Assert.All(Enum.GetValues<AlertTrigger>(), trigger => Assert.False(SyncAlerts.Of(project.Syncs[0], project.Config.Alerts).Watches(trigger)));
    }

    private static MemoryProject Project(string alerts) => new MemoryProject().With("cdp.config.json", text => text.Replace(
        "\"project\": \"shop\",",
        $"\"project\": \"shop\", \"alerts\": {alerts.Replace("{SLACK}", "{ \"type\": \"slack\", \"url\": \"https://hooks.example/x\" }", StringComparison.Ordinal)},"));
}
