using System.Globalization;
using System.Text;
using System.Text.Json;
using ReverseEtl.Connectors.Webhook;
using ReverseEtl.Core.Config;
using ReverseEtl.Core.Delivery;
using ReverseEtl.Tests.Http;

namespace ReverseEtl.Tests.Webhook;

/// <summary>What arrives, when all is well.</summary>
public sealed class WebhookDeliveryTests
{
    [Fact]
    public async Task Rows_arrive_signed_under_the_batch_id()
    {
        await using var harness = await WebhookHarness.StartAsync();
        await using var destination = harness.Open();
        using var batch = Batches.Upsert("run1-upsert-1", "a", "b");

        var report = await destination.DeliverAsync(batch, WebhookHarness.None);

        Assert.True(report.AllAccepted);
        Assert.Equal(["a", "b"], harness.ReceivedKeys);
        Assert.Equal("""{"name":"name of a"}""", harness.Received.Rows[0].Content);
        var request = Assert.Single(harness.Sandbox.Requests());
        Assert.Equal(("run1-upsert-1", "upsert", 2, 200), (request.Id, request.Operation, request.Rows, request.Status));
    }

    [Fact]
    public async Task Headers_are_those_configured_and_ours()
    {
        using var receiver = new RawReceiver();
        var receiving = receiver.AnswerAsync("HTTP/1.1 204 No Content\r\nSet-Cookie: a=b\r\n\r\n");
        await using var harness = await WebhookHarness.StartAsync();
        await using var destination = harness.OpenBare(harness.Options with
        {
            BaseUrl = new Uri(receiver.Url, "in?tenant=1"),
            Headers = new Dictionary<string, Secret> { ["Authorization"] = new("Bearer tok-123456") },
        });
        using var batch = Batches.Upsert("b", "a");

        Assert.True((await destination.DeliverAsync(batch, WebhookHarness.None)).AllAccepted);

        var request = await receiving;
        Assert.StartsWith("POST /in/crm?tenant=1 HTTP/1.1\r\n", request);
        Assert.Contains("\r\nAuthorization: Bearer tok-123456\r\n", request);
        Assert.Contains("\r\nUser-Agent: reverse-etl/0.1.0\r\n", request);
        Assert.Contains("\r\nContent-Type: application/json\r\n", request);
        Assert.Contains($"\r\nwebhook-timestamp: {harness.Clock.GetUtcNow().ToUnixTimeSeconds()}\r\n", request);
        Assert.EndsWith(
            """{"id":"b","sync":"vip_to_crm","model":"vip","operation":"upsert","rows":[{"key":"a","change":"added","fields":{"name":"name of a"}}]}""",
            request);
    }

    [Theory]
    [InlineData(Removal.Remove, "")]
    [InlineData(Removal.Archive, ",\"on_removed\":\"archive\"")]
    [InlineData(Removal.Clear, ",\"on_removed\":\"clear\",\"clear\":[\"name\",\"email\"]")]
    public async Task A_removal_says_what_is_to_become_of_the_rows(Removal removal, string said)
    {
        using var receiver = new RawReceiver();
        var receiving = receiver.AnswerAsync("HTTP/1.1 204 No Content\r\n\r\n");
        await using var harness = await WebhookHarness.StartAsync();
        var request = harness.Request(harness.Options with { BaseUrl = receiver.Url }, new WebhookObject { Path = WebhookHarness.Path }) with { OnRemoved = removal };
        await using var destination = new WebhookDestinationType().Open(request);
        using var batch = Batches.Of("b", Operation.Remove, "a");

        Assert.True((await destination.DeliverAsync(batch, WebhookHarness.None)).AllAccepted);

        Assert.Contains($"\"operation\":\"remove\"{said},\"rows\":[", await receiving);
    }

    [Fact]
    public async Task A_wrong_secret_is_found_out()
    {
        await using var harness = await WebhookHarness.StartAsync();
        await using var destination = harness.OpenBare(harness.Options with { Secret = new("whsec_AAAA") });
        using var batch = Batches.Upsert("b", "a");
        await Assert.ThrowsAsync<DestinationException>(async () => await destination.DeliverAsync(batch, WebhookHarness.None));
        Assert.Empty(harness.Sandbox.Paths);
    }

    [Fact]
    public async Task Values_arrive_byte_for_byte()
    {
        await using var harness = await WebhookHarness.StartAsync();
        await using var destination = harness.Open();
        using var batch = Batches.Build("b", Operation.Upsert, [Batches.Integers("id", long.MaxValue)],
        [
            Batches.Integers("least", long.MinValue),
            Batches.Floats("nan", double.NaN),
            Batches.Floats("infinite", double.NegativeInfinity),
            Batches.Floats("float", 0.1),
            Batches.Booleans("flag", true),
            Batches.Column("price", FieldType.Decimal, "12345678901234567890.1230"),
            Batches.Column("nested", FieldType.Json, """{"a":[1,2.50,"x"]}"""),
            Batches.Column("at", FieldType.TimestampTz, "2026-11-22T07:37:00Z"),
            Batches.Texts("missing", (string?)null),
            Batches.Texts("text", "Æ \"quoted\" \\ </script> & ' + \u0001\t\n"),
        ]);

        Assert.True((await destination.DeliverAsync(batch, WebhookHarness.None)).AllAccepted);

        var row = Assert.Single(harness.Received.Rows);
        Assert.Equal("9223372036854775807", row.Key);
        Assert.Equal(
            """
            {"least":-9223372036854775808,"nan":"NaN","infinite":"-Infinity","float":0.1,"flag":true,"price":12345678901234567890.1230,"nested":{"a":[1,2.50,"x"]},"at":"2026-11-22T07:37:00Z","missing":null,"text":"Æ \"quoted\" \\ </script> & ' + \u0001\t\n"}
            """, row.Content);
    }

    [Fact]
    public async Task Any_text_comes_back_as_it_was()
    {
        await using var harness = await WebhookHarness.StartAsync();
        await using var destination = harness.Open();
        var random = new Random(20261122);
        var keys = Batches.Keys(400);
        var texts = Array.ConvertAll(keys, _ => RandomText(random));
        using var batch = Batches.Build("b", Operation.Upsert, [Batches.Texts("id", keys)], [Batches.Texts("text", texts)]);

        Assert.True((await destination.DeliverAsync(batch, WebhookHarness.None)).AllAccepted);

        var received = harness.Received.Rows.ToDictionary(
            row => row.Key.Trim('"'), row => JsonDocument.Parse(row.Content).RootElement.GetProperty("text").GetString());
        for (var row = 0; row < keys.Length; row++)
            Assert.Equal(texts[row], received[keys[row]]);
    }

    [Fact]
    public async Task A_key_of_several_columns_is_an_array()
    {
        await using var harness = await WebhookHarness.StartAsync();
        await using var destination = harness.Open();
        harness.Script(new() { RejectKeys = ["[\"a\",2]"] });
        using var batch = Batches.Build("b", Operation.Append,
            [Batches.Texts("shop", "a", "a"), Batches.Integers("order", 1, 2)], [Batches.Texts("state", "paid", "paid")]);

        var report = await destination.DeliverAsync(batch, WebhookHarness.None);

        Assert.Equal([OutcomeKind.Accepted, OutcomeKind.Rejected], report.Outcomes().Select(outcome => outcome.Kind));
        Assert.Equal("[\"a\",1]", Assert.Single(harness.Received.Events).Key);
    }

    [Fact]
    public async Task Four_callers_at_once_deliver_everything_once()
    {
        await using var harness = await WebhookHarness.StartAsync();
        await using var destination = harness.Open();
        harness.Script(new() { Status = 429, RetryAfter = 1 }, times: 3);
        harness.Script(new() { Disconnect = ReverseEtl.Sandbox.Scripting.Disconnect.After }, times: 3);

        await Parallel.ForAsync(0, 40, new ParallelOptions { MaxDegreeOfParallelism = 4, CancellationToken = WebhookHarness.None },
            async (number, cancellationToken) =>
            {
                var keys = Batches.Keys(50).Select(key => string.Create(CultureInfo.InvariantCulture, $"{number}-{key}"));
                using var batch = Batches.Of($"b{number}", Operation.Append, [.. keys]);
                Assert.True((await destination.DeliverAsync(batch, cancellationToken)).AllAccepted);
            });

        Assert.Equal(2000, harness.Received.Events.Count);
        Assert.All(harness.Received.Events, received => Assert.Equal(1, received.Count));
    }

    [Theory]
    [InlineData("http://host/base/", "in", "/base/in")]
    [InlineData("http://host/base", "/in/here", "/base/in/here")]
    [InlineData("http://host", null, "/")]
    public async Task The_path_is_appended_to_the_address(string url, string? path, string expected)
    {
        await using var harness = await WebhookHarness.StartAsync();
        var host = new UriBuilder(url) { Host = harness.Sandbox.Url.Host, Port = harness.Sandbox.Url.Port };
        host.Path = "/webhook" + host.Path;
        await using var destination = harness.OpenBare(harness.Options with { BaseUrl = host.Uri }, new WebhookObject { Path = path });
        using var batch = Batches.Upsert("b", "a");

        Assert.True((await destination.DeliverAsync(batch, WebhookHarness.None)).AllAccepted);

        Assert.Equal(expected, "/" + Assert.Single(harness.Sandbox.Paths).Path);
    }

    private static string RandomText(Random random)
    {
        var text = new StringBuilder();
        while (text.Length < random.Next(40))
        {
            var code = random.Next(3) switch { 0 => random.Next(0x80), 1 => random.Next(0x10000), _ => random.Next(0x110000) };
            if (Rune.IsValid(code))
                text.Append(new Rune(code));
        }

        return text.ToString();
    }
}
