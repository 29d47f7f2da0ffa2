using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using ReverseEtl.Conformance;
using ReverseEtl.Connectors.MetaConversions;
using ReverseEtl.Core.Config;
using ReverseEtl.Core.Delivery;
using ReverseEtl.Http;
using ReverseEtl.Http.Resilience;
using ReverseEtl.Http.Shaping;
using ReverseEtl.Sandbox.Scripting;
using Batches = ReverseEtl.Tests.Files.Batches;

namespace ReverseEtl.Tests.Connectors;

/// <summary>What is special about Meta's events.</summary>
public sealed class MetaConversionsTests : IAsyncLifetime
{
    private const string Time = "2026-11-22T07:37:00Z";
    private const long Seconds = 1795333020;
    private const long Day = 86_400;

    private readonly ManualTime _time = new();
    private MetaConversionsHarness _meta = null!;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    private long Now => _time.GetUtcNow().ToUnixTimeSeconds();

    private int Held => _meta.Sandbox.Holdings("meta-conversions", VendorHarness.Account).Sum(holding => holding.Count);

    public async ValueTask InitializeAsync() => _meta = await MetaConversionsHarness.StartAsync(_time, Cancellation);

    public ValueTask DisposeAsync() => _meta.DisposeAsync();

    [Fact]
    public async Task An_event_has_its_person_hashed_and_its_other_fields_as_custom_data()
    {
        var purchase = new MetaConversionsObject { Event = "Purchase", ActionSource = MetaActionSource.Website, Country = "DK", TestEventCode = null };
        await using var destination = Open(purchase, "event_time", "event_id", "event_source_url", "em", "ph", "external_id", "db", "fbp", "client_user_agent", "value", "currency", "content_ids", "coupon");
        using var batch = Batches.Append("b", ["o1"],
            Batches.Typed("event_time", FieldType.TimestampTz, Time), Batches.Text("event_id", "o1"), Batches.Text("event_source_url", "https://shop.example/thanks"),
            Batches.Text("em", " Anna@Example.com"), Batches.Text("ph", "32 12 34 56"), Batches.Integer("external_id", 7), Batches.Text("db", "1990-05-17"),
            Batches.Text("fbp", "fb.1.1"), Batches.Text("client_user_agent", "Browser/1"), Batches.Typed("value", FieldType.Decimal, "12.50"), Batches.Text("currency", "DKK"),
            Batches.Text("content_ids", """["a","b"]"""), Batches.Text("coupon", [null]));

        Assert.True((await destination.DeliverAsync(batch, Cancellation)).AllAccepted);

        Assert.Equal(
            $$$"""
            {"data":[{"event_name":"Purchase","event_time":{{{Seconds}}},"event_id":"o1","event_source_url":"https://shop.example/thanks","action_source":"website","user_data":{"em":["{{{Sha("anna@example.com")}}}"],"ph":["{{{Sha("4532123456")}}}"],"external_id":["{{{Sha("7")}}}"],"db":["{{{Sha("19900517")}}}"],"fbp":"fb.1.1","client_user_agent":"Browser/1"},"custom_data":{"value":12.50,"currency":"DKK","content_ids":["a","b"]}}]}
            """,
            Assert.Single(_meta.Bodies));
        Assert.Equal(("v25.0/1234567890/events", "Bearer EAAB-secret"), (_meta.Received[0].Path, _meta.Received[0].Headers["Authorization"]));
    }

    [Fact]
    public async Task Events_that_are_too_old_or_have_not_happened_stay_here_and_the_others_go()
    {
        await using var destination = Open();
        using var batch = Batches.Append("b", ["a", "b", "c", "d"],
            Times(Now - 7 * Day - 1, Now - 7 * Day, Now + 1, Now), Batches.Text("em", "a@x.org", "b@x.org", "c@x.org", "d@x.org"));

        var report = await destination.DeliverAsync(batch, Cancellation);

        Assert.Equal(["event_too_old", null, "event_in_future", null], Enumerable.Range(0, 4).Select(row => report[row].Code));
        Assert.Contains("more than 7 days ago", report[0].Message);
        Assert.Equal((RowOutcome.Never, DateTimeOffset.FromUnixTimeSeconds(Now + 1)), (report[0].Due, report[2].Due));
        Assert.Equal(2, JsonDocument.Parse(Assert.Single(_meta.Bodies)).RootElement.GetProperty("data").GetArrayLength());
        Assert.Equal(2, report.Reported["events_received"]);
    }

    [Fact]
    public async Task Where_no_event_can_go_no_request_does()
    {
        await using var destination = Open();
        using var batch = Batches.Append("b", ["a", "b"], Times(Now - 8 * Day, Now + Day), Batches.Text("em", "a@x.org", "b@x.org"));

        var report = await destination.DeliverAsync(batch, Cancellation);

        Assert.Equal(["event_too_old", "event_in_future"], Enumerable.Range(0, 2).Select(row => report[row].Code));
        Assert.Empty(_meta.Received);
    }

    [Fact]
    public async Task What_happened_in_a_shop_may_be_told_for_62_days()
    {
        await using var destination = Open(new MetaConversionsObject { Event = "Lead", ActionSource = MetaActionSource.PhysicalStore });
        using var batch = Batches.Append("b", ["a", "b"], Times(Now - 62 * Day, Now - 63 * Day), Batches.Text("em", "a@x.org", "b@x.org"));

        var report = await destination.DeliverAsync(batch, Cancellation);

        Assert.Equal((null, "event_too_old"), (report[0].Code, report[1].Code));
        Assert.Contains("\"action_source\":\"physical_store\"", Assert.Single(_meta.Bodies));
    }

    [Fact]
    public async Task An_event_has_the_same_id_in_any_batch_and_another_one_at_another_time()
    {
        await using var destination = Open();
        foreach (var (id, seconds) in new[] { ("b1", Now), ("b2", Now), ("b2", Now - 1) })
        {
            using var batch = Batches.Append(id, ["o1"], Times(seconds), Batches.Text("em", "a@x.org"));
            Assert.True((await destination.DeliverAsync(batch, Cancellation)).AllAccepted);
        }

        var ids = _meta.Bodies.Select(body => JsonDocument.Parse(body).RootElement.GetProperty("data")[0].GetProperty("event_id").GetString()!).ToList();
        Assert.All(ids, id => Assert.Matches("^[0-9a-f]{32}$", id));
        Assert.Equal((ids[0], false), (ids[1], ids[0] == ids[2]));
        Assert.Equal(2, Held);
    }

    [Fact]
    public async Task A_mapped_id_goes_before_the_made_one_which_stands_in_where_it_is_null()
    {
        await using var destination = Open(null, "event_time", "event_id", "em");
        using var batch = Batches.Append("b", ["a", "b"], Times(Now, Now), Batches.Text("event_id", "o1", null), Batches.Text("em", "a@x.org", "b@x.org"));

        Assert.True((await destination.DeliverAsync(batch, Cancellation)).AllAccepted);

        var ids = JsonDocument.Parse(Assert.Single(_meta.Bodies)).RootElement.GetProperty("data").EnumerateArray().Select(item => item.GetProperty("event_id").GetString()!).ToList();
        Assert.Equal("o1", ids[0]);
        Assert.Matches("^[0-9a-f]{32}$", ids[1]);
    }

    [Fact]
    public async Task A_mapped_name_names_each_event()
    {
        await using var destination = Open(new MetaConversionsObject { ActionSource = MetaActionSource.PhoneCall }, "event_name", "event_time", "em");
        using var batch = Batches.Append("b", ["a", "b", "c"],
            Batches.Text("event_name", "Lead", "Contact", null), Times(Now, Now, Now), Batches.Text("em", "a@x.org", "b@x.org", "c@x.org"));

        var report = await destination.DeliverAsync(batch, Cancellation);

        Assert.Equal([true, true, false], Enumerable.Range(0, 3).Select(row => report[row].IsAccepted));
        var sent = JsonDocument.Parse(Assert.Single(_meta.Bodies)).RootElement.GetProperty("data").EnumerateArray();
        Assert.Equal(["Lead", "Contact"], sent.Select(item => item.GetProperty("event_name").GetString()));
    }

    [Fact]
    public async Task Options_of_the_object_stand_in_each_event_and_the_test_code_in_the_request()
    {
        var limited = new MetaConversionsObject { Event = "Lead", DataProcessingOptions = ["LDU"], DataProcessingOptionsCountry = 0, DataProcessingOptionsState = 0, TestEventCode = "TEST123" };
        await using var destination = Open(limited);
        using var batch = Batches.Append("b", ["a"], Times(Now), Batches.Text("em", "a@x.org"));

        Assert.True((await destination.DeliverAsync(batch, Cancellation)).AllAccepted);

        var body = JsonDocument.Parse(Assert.Single(_meta.Bodies)).RootElement;
        Assert.Equal("TEST123", body.GetProperty("test_event_code").GetString());
        Assert.Contains("\"data_processing_options\":[\"LDU\"],\"data_processing_options_country\":0,\"data_processing_options_state\":0", body.GetProperty("data")[0].GetRawText());
        Assert.Empty(_meta.Sandbox.Holdings("meta-conversions", VendorHarness.Account));
    }

    [Fact]
    public async Task One_event_that_Meta_does_not_take_is_found_and_the_others_arrive()
    {
        var waits = new ManualTime(jumps: true);
        var request = _meta.Request with { Mode = SyncMode.Append, Fields = ["event_time", "em", "currency"], Time = _time };
        await using var destination = DestinationKit.Open(_meta.Type, request, new RateBuckets(waits), "account", new RetryPolicy(), waits);
        string[] keys = [.. Enumerable.Range(0, 9).Select(number => $"k{number}")];
        using var batch = Batches.Append("b", keys, Times([.. keys.Select(_ => Now)]),
            Batches.Text("em", [.. keys.Select(_meta.Value)]), Batches.Text("currency", [.. keys.Select(key => key == "k4" ? "crowns" : "DKK")]));

        var report = await destination.DeliverAsync(batch, Cancellation);

        Assert.Equal(["k4"], Enumerable.Range(0, 9).Where(row => !report[row].IsAccepted).Select(row => keys[row]));
        Assert.Equal("100", report[4].Code);
        Assert.Contains("ISO 4217", report[4].Message);
        Assert.Equal(8, Held);
    }

    [Fact]
    public async Task A_person_with_nothing_that_is_any_good_is_rejected_and_an_odd_value_beside_others_left_out()
    {
        await using var destination = Open(null, "event_time", "em", "ph");
        using var batch = Batches.Append("b", ["a", "b"], Times(Now, Now), Batches.Text("em", "nonsense", "nonsense"), Batches.Text("ph", "+45 32 12 34 56", null));

        var report = await destination.DeliverAsync(batch, Cancellation);

        Assert.Equal((OutcomeKind.Accepted, OutcomeKind.Rejected), (report[0].Kind, report[1].Kind));
        Assert.Equal(2, report.Reported["invalid em left out"]);
        Assert.Equal($$"""{"ph":["{{Sha("4532123456")}}"]}""", JsonDocument.Parse(Assert.Single(_meta.Bodies)).RootElement.GetProperty("data")[0].GetProperty("user_data").GetRawText());
    }

    [Theory]
    [InlineData("""{"events_received":2}""", OutcomeKind.Accepted)]
    [InlineData("""{"events_received":1}""", OutcomeKind.AcceptedUnattributed)]
    [InlineData("""{"messages":[]}""", OutcomeKind.Unknown)]
    public async Task Only_what_Meta_says_it_received_is_accepted(string answer, OutcomeKind kind)
    {
        _meta.Sandbox.Script.Add(new ScriptRule { Then = new ScriptAction { Status = 200, Body = answer } });
        await using var destination = Open();
        using var batch = Batches.Append("b", ["a", "b"], Times(Now, Now), Batches.Text("em", "a@x.org", "b@x.org"));

        Assert.Equal(kind, (await destination.DeliverAsync(batch, Cancellation))[0].Kind);
    }

    [Fact]
    public async Task A_check_finds_a_dataset_that_is_not_there_and_a_token_that_is_no_good()
    {
        await using var good = Open();
        await good.CheckAsync(Cancellation);
        Assert.DoesNotContain(_meta.Received, request => request.Method == "POST");
        await using var missing = Open(options => options with { DatasetId = "4041" });
        await Assert.ThrowsAsync<DestinationException>(() => missing.CheckAsync(Cancellation).AsTask());
        await using var bad = Open(options => options with { AccessToken = new Secret("bad") });
        Assert.Contains("190", (await Assert.ThrowsAsync<DestinationException>(() => bad.CheckAsync(Cancellation).AsTask())).Message);
    }

    [Fact]
    public void What_Meta_would_not_take_is_told_before_a_run()
    {
        var request = _meta.Request with
        {
            Mode = SyncMode.Append,
            Options = new MetaConversionsOptions { Type = "meta-conversions", DatasetId = "pixel", AccessToken = new("t") },
            Object = new MetaConversionsObject { Event = "Purchase", ActionSource = MetaActionSource.Website, DataProcessingOptionsState = 1000 },
            Fields = ["event_time", "event_name", "em", "value"],
        };

        Assert.Equal(
        [
            "datasetId must be a number, but is \"pixel\"",
            "object.event names the event, and so does the field event_name: leave one of them out",
            "Meta takes a Purchase with its value and currency; add them to the map",
            "Meta takes events of a website with event_source_url and client_user_agent: add them to the map, or name another action_source",
            "object has a country or state of data_processing_options, and not the options: add data_processing_options: [LDU]",
        ], _meta.Type.Check(request));
        Assert.Contains("event_name", Assert.Single(_meta.Type.Check(request with { Options = _meta.Request.Options, Object = new MetaConversionsObject(), Fields = ["event_time", "em"] })));
    }

    private static FieldColumn Times(params long[] seconds) => Batches.Typed("event_time", FieldType.TimestampTz,
        [.. seconds.Select(second => DateTimeOffset.FromUnixTimeSeconds(second).ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture))]);

    private static string Sha(string text) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)));

    private IDestination Open(MetaConversionsObject? @object = null, params string[] fields) => Open(options => options, @object, fields);

    private IDestination Open(Func<MetaConversionsOptions, MetaConversionsOptions> change, MetaConversionsObject? @object = null, params string[] fields)
    {
        var request = _meta.Request with { Mode = SyncMode.Append, Fields = fields.Length > 0 ? fields : ["event_time", "em"], Time = _time };
        request = request with { Object = @object ?? request.Object, Options = change((MetaConversionsOptions)request.Options) };
        return ShapedDestination.Wrap(_meta.Type.Open(request), _meta.Type.Describe(request.Options, request.Object), request);
    }
}
