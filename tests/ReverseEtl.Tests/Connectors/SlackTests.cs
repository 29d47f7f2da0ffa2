using System.Text.Json;
using ReverseEtl.Conformance;
using ReverseEtl.Connectors.Slack;
using ReverseEtl.Core.Config;
using ReverseEtl.Core.Delivery;
using ReverseEtl.Http;
using ReverseEtl.Http.Resilience;
using ReverseEtl.Sandbox;
using ReverseEtl.Sandbox.Scripting;
using Batches = ReverseEtl.Tests.Files.Batches;

namespace ReverseEtl.Tests.Connectors;

/// <summary>What is special about Slack.</summary>
public sealed class SlackTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_value_cannot_mention_everybody_or_bring_a_link()
    {
        await using var harness = await StartAsync(SlackHarness.Of("*{{name}}* of {{firm}}"));
        await using var destination = harness.Open(SyncMode.Append, "name", "firm");
        using var batch = Batches.Append("b", ["1"], Batches.Text("name", "<!channel> & <https://x.example|click>"), Batches.Text("firm", [null]));

        Assert.True((await destination.DeliverAsync(batch, Cancellation)).AllAccepted);

        Assert.Equal("""{"channel":"#vip","text":"*&lt;!channel&gt; &amp; &lt;https://x.example|click&gt;* of "}""", Assert.Single(harness.Bodies));
        Assert.Equal("application/json; charset=utf-8", harness.Received[0].Headers["Content-Type"]);
    }

    [Fact]
    public async Task A_digest_has_a_header_with_the_number_of_its_rows_and_leaves_out_those_without_text()
    {
        await using var harness = await StartAsync(SlackHarness.Of("• {{name}}") with { Digest = true, Header = "*{{count}} new VIPs*" });
        await using var destination = harness.Open(SyncMode.Append, "name");
        using var batch = Batches.Append("b", ["1", "2", "3"], Batches.Text("name", "Ann", null, "Bo"));

        var report = await destination.DeliverAsync(batch, Cancellation);

        Assert.Equal("*2 new VIPs*\n• Ann\n• Bo", Assert.Single(harness.Messages));
        Assert.Equal([null, OutcomeCodes.InvalidValue, null], Enumerable.Range(0, 3).Select(row => report[row].Code));
    }

    [Fact]
    public async Task A_digest_that_is_too_long_becomes_several_and_a_row_that_is_too_long_is_rejected_alone()
    {
        await using var harness = await StartAsync(SlackHarness.Of("{{name}}") with { Digest = true });
        await using var destination = harness.OpenDriven(SyncMode.Append, "name");
        string[] names = [new('a', 1500), new('b', 1500), new('c', 41_000), new('d', 1500), new('e', 1500)];
        using var batch = Batches.Append("b", ["1", "2", "3", "4", "5"], Batches.Text("name", names));

        var report = await destination.DeliverAsync(batch, Cancellation);

        Assert.Equal([null, null, OutcomeCodes.TooLarge, null, null], Enumerable.Range(0, 5).Select(row => report[row].Code));
        Assert.Equal([names[0] + "\n" + names[1], names[3] + "\n" + names[4]], harness.Messages);
        Assert.Equal(2, harness.Requests);
    }

    [Fact]
    public async Task In_quiet_hours_nothing_is_posted_not_even_a_digest()
    {
        await using var harness = await StartAsync(SlackHarness.Of("{{name}}") with { Digest = true });
        var eight = new ManualTime();
        var quiet = QuietHours.Parse(new ScalarNode(new Position("cdp.config.json"), ScalarType.Text, "07:00-09:00 UTC"), new BindContext([], JsonNamingPolicy.CamelCase));
        var request = harness.Request with { Options = (SlackOptions)harness.Request.Options with { QuietHours = quiet }, Mode = SyncMode.Append, Fields = ["name"], Time = eight };
        await using var destination = DestinationKit.Open(harness.Type, request, new RateBuckets(eight), "account", new RetryPolicy(), eight);
        using var batch = Batches.Append("b", ["1", "2"], Batches.Text("name", "Ann", "Bo"));

        var report = await destination.DeliverAsync(batch, Cancellation);

        Assert.All([report[0], report[1]], outcome => Assert.Equal((OutcomeCodes.QuietHours, true), (outcome.Code, outcome.IsPutOff)));
        Assert.Empty(harness.Messages);
    }

    [Theory]
    [InlineData("#unknown", "channel_not_found")]
    [InlineData("#private-room", "not_in_channel")]
    [InlineData("#archived", "is_archived")]
    public async Task A_channel_that_cannot_be_posted_to_stops_the_run(string channel, string error)
    {
        await using var harness = await StartAsync(SlackHarness.Of("{{name}}", channel));
        await using var destination = harness.Open(SyncMode.Append, "name");
        await destination.CheckAsync(Cancellation);
        using var batch = Batches.Append("b", ["1"], Batches.Text("name", "Ann"));

        var stopped = await Assert.ThrowsAsync<DestinationException>(async () => await destination.DeliverAsync(batch, Cancellation));

        Assert.Contains(error, stopped.Message);
        Assert.False(stopped.IsUnreachable);
    }

    [Theory]
    [InlineData("msg_too_long", OutcomeKind.Rejected, 1)]
    [InlineData("fatal_error", OutcomeKind.Unknown, 1)]
    [InlineData("ratelimited", OutcomeKind.Accepted, 2)]
    public async Task An_error_with_status_200_is_an_error(string error, OutcomeKind outcome, int requests)
    {
        await using var harness = await StartAsync(SlackHarness.Of("{{name}}"));
        harness.Sandbox.Script.Add(new ScriptRule { Path = "slack/account", Times = 1, Then = new ScriptAction { Status = 200, Body = $$"""{"ok":false,"error":"{{error}}"}""" } });
        await using var destination = harness.OpenDriven(SyncMode.Append, "name");
        using var batch = Batches.Append("b", ["1"], Batches.Text("name", "Ann"));

        var report = await destination.DeliverAsync(batch, Cancellation);

        Assert.Equal((outcome, requests), (report[0].Kind, harness.Requests));
    }

    [Fact]
    public async Task The_check_finds_a_token_that_is_no_good_and_posts_nothing()
    {
        await using var harness = await StartAsync(SlackHarness.Of("{{name}}"));
        harness.Sandbox.Script.Add(new ScriptRule { Then = new ScriptAction { Trouble = VendorTrouble.Credentials } });
        await using var destination = harness.Open(SyncMode.Append, "name");

        var refused = await Assert.ThrowsAsync<DestinationException>(async () => await destination.CheckAsync(Cancellation));

        Assert.Contains("invalid_auth", refused.Message);
        Assert.Equal(0, harness.Requests);
    }

    [Fact]
    public void A_template_may_name_mapped_fields_only()
    {
        var request = new DestinationRequest
        {
            Options = new SlackOptions { Type = "slack", Token = new("x") },
            Object = SlackHarness.Of("{{frist_name}}"),
            Sync = "s",
            Model = "m",
            Mode = SyncMode.Append,
            Key = ["id"],
            Fields = ["first_name"],
            ProjectFolder = ".",
        };
        var type = new SlackDestinationType();

        Assert.Equal("object.template names {{frist_name}}, which is not mapped; did you mean \"first_name\"?", Assert.Single(type.Check(request)));
        Assert.Contains("digest: true", Assert.Single(type.Check(request with { Object = SlackHarness.Of("{{first_name}}") with { Header = "x" } })));
        Assert.Contains("append", Assert.Single(type.Check(request with { Object = SlackHarness.Of("{{first_name}}"), Mode = SyncMode.Mirror })));
        Assert.Empty(type.Check(request with { Object = SlackHarness.Of("{{first_name}}") }));
    }

    private static async Task<SlackHarness> StartAsync(SlackObject @object) => new(await SandboxServer.StartAsync(new SandboxOptions(), Cancellation), @object, null);
}
