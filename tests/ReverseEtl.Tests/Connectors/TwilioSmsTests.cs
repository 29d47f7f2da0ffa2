using System.Globalization;
using System.Text.Json;
using ReverseEtl.Conformance;
using ReverseEtl.Core.Config;
using ReverseEtl.Core.Delivery;
using ReverseEtl.Http;
using ReverseEtl.Http.Resilience;
using ReverseEtl.Sandbox;
using ReverseEtl.Sandbox.Scripting;
using Batches = ReverseEtl.Tests.Files.Batches;

namespace ReverseEtl.Tests.Connectors;

/// <summary>What is special about Twilio, and about messages to people.</summary>
public sealed class TwilioSmsTests
{
    private const string Ann = "+4520123456";
    private const string Bo = "+4520123457";

    private readonly ManualTime _time = new(jumps: true) { LongestJump = TimeSpan.FromSeconds(30) };

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_message_is_a_form_with_the_number_in_E164_and_the_text_as_it_is()
    {
        await using var harness = await StartAsync("Hi {{name}} & co, 50% + æ 😀");
        await using var destination = harness.Open(SyncMode.Append, "to", "country", "name");
        using var batch = Batches.Append("b", ["1"], Batches.Text("to", "20 12 34 56"), Batches.Text("country", "DK"), Batches.Text("name", "Ann=1"));

        Assert.True((await destination.DeliverAsync(batch, Cancellation)).AllAccepted);

        var sent = Assert.Single(harness.Received);
        Assert.Equal("To=%2B4520123456&From=%2B15005550006&Body=Hi%20Ann%3D1%20%26%20co%2C%2050%25%20%2B%20%C3%A6%20%F0%9F%98%80", sent.Text);
        Assert.Equal("application/x-www-form-urlencoded", sent.Headers["Content-Type"]);
        Assert.Equal((Ann, "Hi Ann=1 & co, 50% + æ 😀"), (Assert.Single(harness.Messages)["to"], harness.Messages[0]["body"]));
    }

    [Theory]
    [InlineData("+4520120000", "21610")]
    [InlineData("+4520120001", "21614")]
    public async Task A_number_that_opted_out_or_is_no_mobile_is_rejected_for_good(string number, string code)
    {
        await using var harness = await StartAsync("{{to}}");
        await using var destination = await OpenAsync(harness);
        using var batch = Messages(("1", number));

        var outcome = (await destination.DeliverAsync(batch, Cancellation))[0];

        Assert.Equal((OutcomeKind.Rejected, code, RowOutcome.Never), (outcome.Kind, outcome.Code, outcome.Due));
        Assert.Empty(harness.Messages);
    }

    [Fact]
    public async Task A_number_that_is_none_and_a_text_that_is_too_long_are_not_sent()
    {
        await using var harness = await StartAsync("{{name}}");
        await using var destination = harness.Open(SyncMode.Append, "to", "name");
        using var wrong = Batches.Append("a", ["1"], Batches.Text("to", "no number"), Batches.Text("name", "x"));
        using var tooLong = Batches.Append("b", ["2"], Batches.Text("to", Ann), Batches.Text("name", new string('x', 1601)));
        using var empty = Batches.Append("c", ["3"], Batches.Text("to", Ann), Batches.Text("name", [null]));

        Assert.Equal(OutcomeCodes.InvalidValue, (await destination.DeliverAsync(wrong, Cancellation))[0].Code);
        Assert.Equal(OutcomeCodes.TooLarge, (await destination.DeliverAsync(tooLong, Cancellation))[0].Code);
        Assert.Equal(OutcomeCodes.InvalidValue, (await destination.DeliverAsync(empty, Cancellation))[0].Code);
        Assert.Empty(harness.Received);
    }

    [Fact]
    public async Task A_send_without_an_answer_is_unknown_and_never_repeated()
    {
        await using var harness = await StartAsync("{{to}}");
        harness.Sandbox.Script.Add(new ScriptRule { Then = new ScriptAction { Disconnect = Disconnect.After } });
        await using var destination = await OpenAsync(harness);
        using var batch = Messages(("1", Ann));

        Assert.Equal(OutcomeKind.Unknown, (await destination.DeliverAsync(batch, Cancellation))[0].Kind);

        Assert.Single(harness.Messages);
        Assert.Equal(1, harness.Requests);
    }

    [Fact]
    public async Task A_sender_that_is_not_the_accounts_stops_the_run()
    {
        await using var sandbox = await SandboxServer.StartAsync(new SandboxOptions(), Cancellation);
        await using var harness = new TwilioHarness(sandbox, TwilioHarness.Of("{{to}}") with { From = "+15005550009" }, null);
        await using var destination = await OpenAsync(harness);
        using var batch = Messages(("1", Ann));

        var refusal = await Assert.ThrowsAsync<DestinationException>(async () => await destination.DeliverAsync(batch, Cancellation));
        Assert.Contains("21606", refusal.Message);
    }

    [Fact]
    public async Task In_quiet_hours_nobody_is_sent_a_message_and_rows_come_when_they_are_over()
    {
        await using var harness = await StartAsync("{{to}}", quiet: "21:00-08:00 Europe/Copenhagen");
        At("2026-11-22T20:30:00Z");
        await using var destination = await OpenAsync(harness);
        using var batch = Messages(("1", Ann));

        var outcome = (await destination.DeliverAsync(batch, Cancellation))[0];

        Assert.Equal((OutcomeCodes.QuietHours, true, Instant("2026-11-23T07:00:00Z")), (outcome.Code, outcome.IsPutOff, outcome.Due));
        Assert.Equal(0, harness.Requests);
        At("2026-11-23T07:00:00Z");
        Assert.True((await destination.DeliverAsync(batch, Cancellation)).AllAccepted);
    }

    [Fact]
    public async Task Quiet_hours_are_those_of_the_recipients_clock()
    {
        await using var harness = await StartAsync("{{to}}", quiet: "21:00-08:00 Europe/Copenhagen");
        At("2026-11-22T20:30:00Z");
        await using var destination = await OpenAsync(harness, "to", "time_zone");
        using var batch = Batches.Append("b", ["1", "2", "3"],
            Batches.Text("to", Ann, Bo, "+4520123458"), Batches.Text("time_zone", "America/New_York", null, "Mars/Olympus"));

        var report = await DeliverEachAsync(destination, batch);

        Assert.Equal([null, OutcomeCodes.QuietHours, OutcomeCodes.InvalidValue], report.Select(outcome => outcome.Code));
        Assert.Equal([Ann], harness.Messages.Select(message => message["to"]));
    }

    [Fact]
    public async Task A_number_gets_no_more_messages_in_a_day_than_allowed_over_runs_and_restarts()
    {
        await using var harness = await StartAsync("{{to}}", perDay: 2);
        At("2026-11-22T12:00:00Z");
        using var first = Messages(("1", Ann), ("2", Ann), ("3", Bo));
        using var second = Messages(("4", Ann), ("5", Bo));
        await using (var destination = await OpenAsync(harness))
            Assert.All(await DeliverEachAsync(destination, first), outcome => Assert.True(outcome.IsAccepted));

        await using var later = await OpenAsync(harness);
        var report = await DeliverEachAsync(later, second);

        Assert.Equal((OutcomeCodes.DailyCap, true, Instant("2026-11-23T00:00:00Z")), (report[0].Code, report[0].IsPutOff, report[0].Due));
        Assert.True(report[1].IsAccepted);
        At("2026-11-23T00:00:01Z");
        Assert.All(await DeliverEachAsync(later, second), outcome => Assert.True(outcome.IsAccepted));
        Assert.Equal([3, 3], harness.Messages.GroupBy(message => message["to"]).Select(messages => messages.Count()));
    }

    [Fact]
    public async Task A_message_that_was_refused_does_not_count_and_one_in_doubt_does()
    {
        await using var harness = await StartAsync("{{to}}", perDay: 1);
        await using var destination = await OpenAsync(harness);
        using var batch = Messages(("1", Ann), ("2", Ann), ("3", Bo), ("4", Bo));
        harness.Sandbox.Script.Add(new ScriptRule { Times = 1, Then = new ScriptAction { Status = 400, Body = """{"code":30000,"message":"no","status":400}""" } });
        harness.Sandbox.Script.Add(new ScriptRule { Times = 1, Path = $"{harness.Type.Type}/{VendorHarness.Account}", Then = new ScriptAction() });
        harness.Sandbox.Script.Add(new ScriptRule { Times = 1, Then = new ScriptAction { Disconnect = Disconnect.After } });

        var report = await DeliverEachAsync(destination, batch);

        Assert.Equal(["30000", null, OutcomeCodes.ConnectionLost, OutcomeCodes.DailyCap], report.Select(outcome => outcome.Code));
    }

    [Theory]
    [InlineData("21:00-08:00", "written as")]
    [InlineData("25:00-08:00 UTC", "written as")]
    [InlineData("08:00-08:00 UTC", "written as")]
    [InlineData("21:00-08:00 Mars/Olympus", "no time zone \"Mars/Olympus\"")]
    public void Quiet_hours_that_are_none_are_told(string text, string expected)
    {
        var context = new BindContext([], JsonNamingPolicy.CamelCase);
        Assert.Null(QuietHours.Parse(new ScalarNode(new Position("cdp.config.json"), ScalarType.Text, text), context));
        Assert.Contains(expected, Assert.Single(context.Problems).Message);
    }

    [Theory]
    [InlineData("21:00-08:00 Europe/Copenhagen", "2026-11-22T19:59:59Z", null)]
    [InlineData("21:00-08:00 Europe/Copenhagen", "2026-11-22T20:00:00Z", "2026-11-23T07:00:00Z")]
    [InlineData("21:00-08:00 Europe/Copenhagen", "2026-11-23T06:59:59Z", "2026-11-23T07:00:00Z")]
    [InlineData("12:00-13:00 UTC", "2026-11-22T12:30:00Z", "2026-11-22T13:00:00Z")]
    // The clock leaps from 02:00 to 03:00 on 29 March, and shows 02:00 to 03:00 twice on 25 October.
    [InlineData("01:00-02:30 Europe/Copenhagen", "2026-03-29T00:30:00Z", "2026-03-29T01:00:00Z")]
    [InlineData("01:00-02:30 Europe/Copenhagen", "2026-10-24T23:30:00Z", "2026-10-25T00:30:00Z")]
    public void Quiet_hours_end_by_the_clock_of_their_zone(string text, string at, string? end)
    {
        var quiet = Quiet(text);
        Assert.Equal(end is null ? null : Instant(end), quiet.EndAfter(Instant(at)));
        Assert.Equal(text, quiet.ToString());
    }

    [Theory]
    [InlineData(0, "", 0)]
    [InlineData(160, "a", 1)]
    [InlineData(161, "a", 2)]
    [InlineData(306, "a", 2)]
    [InlineData(307, "a", 3)]
    [InlineData(80, "€", 1)]
    [InlineData(81, "€", 2)]
    // 76 signs of two septets fit into a segment of 153.
    [InlineData(152, "€", 2)]
    [InlineData(153, "€", 3)]
    [InlineData(70, "č", 1)]
    [InlineData(71, "č", 2)]
    [InlineData(134, "č", 2)]
    [InlineData(135, "č", 3)]
    [InlineData(35, "😀", 1)]
    [InlineData(36, "😀", 2)]
    // 33 faces fit into 67 units.
    [InlineData(66, "😀", 2)]
    [InlineData(67, "😀", 3)]
    public async Task Segments_are_counted_as_they_are_billed(int times, string letter, int segments)
    {
        await using var harness = await StartAsync("{{name}}");
        using var batch = Batches.Append("b", ["1"], Batches.Text("name", string.Concat(Enumerable.Repeat(letter, times))));
        Assert.Equal(segments, harness.Type.Describe(harness.Request.Options, harness.Request.Object).Charge!.Count(batch));
    }

    [Fact]
    public async Task The_charge_of_a_batch_is_its_segments()
    {
        await using var harness = await StartAsync("{{name}}");
        var spec = harness.Type.Describe(harness.Request.Options, harness.Request.Object);
        using var batch = Batches.Append("b", ["1", "2", "3"], Batches.Text("to", Ann, Ann, Ann), Batches.Text("name", "short", new string('č', 71), null));

        Assert.Equal(("SMS segments", 3), (spec.Charge!.Unit, spec.Charge.Count(batch)));
        Assert.Equal(["short", new string('č', 71), null], Enumerable.Range(0, 3).Select(row => spec.Text!(batch, row)));
    }

    private static async Task<TwilioHarness> StartAsync(string template, string? quiet = null, int? perDay = null) =>
        new(await SandboxServer.StartAsync(new SandboxOptions(), Cancellation), TwilioHarness.Of(template), null)
        {
            QuietHours = quiet is null ? null : Quiet(quiet),
            MessagesPerDay = perDay,
        };

    /// <summary>As a run opens it, at the test's clock.</summary>
    private async Task<IDestination> OpenAsync(TwilioHarness harness, params string[] fields)
    {
        var request = harness.Request with { Mode = SyncMode.Append, Fields = fields is [] ? ["to"] : fields, Time = _time };
        var destination = DestinationKit.Open(harness.Type, request, new RateBuckets(_time), "account", new RetryPolicy(), _time);
        await destination.CheckAsync(Cancellation);
        return destination;
    }

    private static async Task<IReadOnlyList<RowOutcome>> DeliverEachAsync(IDestination destination, ChangeBatch batch)
    {
        var outcomes = new List<RowOutcome>();
        for (var row = 0; row < batch.Count; row++)
        {
            using var message = batch.Take([row], $"{batch.Id}-{row}");
            outcomes.Add((await destination.DeliverAsync(message, Cancellation))[0]);
        }

        return outcomes;
    }

    private static ChangeBatch Messages(params (string Key, string To)[] messages) =>
        Batches.Append("b", [.. messages.Select(message => message.Key)], Batches.Text("to", [.. messages.Select(message => message.To)]));

    private static QuietHours Quiet(string text) =>
        QuietHours.Parse(new ScalarNode(new Position("cdp.config.json"), ScalarType.Text, text), new BindContext([], JsonNamingPolicy.CamelCase))!;

    private static DateTimeOffset Instant(string text) => DateTimeOffset.Parse(text, CultureInfo.InvariantCulture);

    private void At(string instant) => _time.Advance(Instant(instant) - _time.GetUtcNow());
}
