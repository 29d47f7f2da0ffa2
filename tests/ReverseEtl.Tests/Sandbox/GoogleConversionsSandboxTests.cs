using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using ReverseEtl.Conformance;

namespace ReverseEtl.Tests.Sandbox;

public sealed class GoogleConversionsSandboxTests
{
    private const string Path = "v1/events:ingest";
    private const string Denied = ""","consent":{"adUserData":"CONSENT_DENIED"}""";

    private static readonly DateTimeOffset Start = new(2026, 11, 20, 12, 0, 0, TimeSpan.Zero);

    private static readonly string Email = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes("a@x.org")));

    [Fact]
    public async Task What_a_conversion_action_has_already_is_counted_as_a_duplicate()
    {
        await using var google = await StartAsync();
        Assert.Equal("SUCCESS", (await DoneAsync(google, Event("t1"), Event("t2"))).GetProperty("requestStatus").GetString());
        var done = await DoneAsync(google, Event("t2"), Event("t3"));
        Assert.Equal("PARTIAL_SUCCESS", done.GetProperty("requestStatus").GetString());
        Assert.Equal("""{"errorCounts":[{"recordCount":"1","reason":"PROCESSING_ERROR_REASON_DUPLICATE_TRANSACTION_ID"}]}""", done.GetProperty("errorInfo").GetRawText());
        Assert.Equal("2", done.GetProperty("eventsIngestionStatus").GetProperty("recordCount").GetString());
        Assert.Equal(["t1", "t2", "t3"], google.Values("222", "transaction_id"));
        Assert.Equal([Email, Email, Email], google.Values("222", "email_address"));
        Assert.Equal("12.5", google.Holding("222").Records[0]["conversion_value"]);
        await DoneAsync(google, Event("t1").Replace("t1", "t9", StringComparison.Ordinal) with { Action = "333" });
        Assert.Equal(["t9"], google.Values("333", "transaction_id"));
    }

    [Fact]
    public async Task Events_without_consent_and_old_ones_are_left_out_later()
    {
        await using var google = await StartAsync();
        var done = await DoneAsync(google, Event("t1", Denied), Event("t2").Replace("2026-11", "2026-01", StringComparison.Ordinal), Event("t3"));
        var reasons = done.GetProperty("errorInfo").GetProperty("errorCounts").EnumerateArray().Select(count => count.GetProperty("reason").GetString());
        Assert.Equal(["PROCESSING_ERROR_REASON_DENIED_CONSENT", "PROCESSING_ERROR_REASON_EVENT_TOO_OLD"], reasons);
        Assert.Equal(["t3"], google.Values("222", "transaction_id"));
    }

    [Theory]
    [InlineData("\"eventTimestamp\":\"2026-11-20T11:00:00Z\",", "", "REQUIRED_FIELD_MISSING")]
    [InlineData("2026-11-20T11", "2026-11-20T13", "EVENT_TIME_INVALID")]
    [InlineData("\"DKK\"", "\"kroner\"", "INVALID_CURRENCY_CODE")]
    [InlineData("\"userIdentifiers\":[{", "\"userIdentifiers\":[{\"phoneNumber\":\"+4512\"},{", "INVALID_HEX_ENCODING")]
    [InlineData("\"productDestinationId\":\"222\"", "\"productDestinationId\":\"4041\"", "INVALID_CONVERSION_ACTION_ID")]
    [InlineData("\"encoding\":\"HEX\",", "", "REQUIRED_FIELD_MISSING")]
    [InlineData("\"conversionValue\"", "\"conversionWorth\"", "")]
    [InlineData("2026-11-20T11:00:00Z", "yesterday", "")]
    public async Task A_malformed_event_takes_the_request_down(string good, string bad, string reason)
    {
        await using var google = await StartAsync();
        var body = Body([Event("t1")]);
        var reply = await google.PostAsync(Path, body.Replace(good, bad, StringComparison.Ordinal));
        var violation = reply.Json.GetProperty("error").GetProperty("details").EnumerateArray().Last().GetProperty("fieldViolations")[0];
        Assert.Equal((400, reason), (reply.Code, violation.TryGetProperty("reason", out var given) ? given.GetString()! : ""));
        Assert.Empty(google.Holdings);
        Assert.Equal(200, (await google.PostAsync(Path, body)).Code);
    }

    [Fact]
    public async Task A_request_may_be_checked_only_and_has_2000_events_at_most()
    {
        await using var google = await StartAsync();
        Assert.Equal("{}", (await google.PostAsync(Path, Body([Event("t1")]).Replace("\"encoding\"", "\"validateOnly\":true,\"encoding\"", StringComparison.Ordinal))).Text);
        Assert.Empty(google.Holdings);
        var many = await google.PostAsync(Path, Body([.. Enumerable.Range(0, 2001).Select(id => Event($"{id}"))]));
        Assert.Contains("TOO_MANY_EVENTS", many.Text, StringComparison.Ordinal);
    }

    private static async Task<JsonElement> DoneAsync(VendorSandbox google, params GoogleEvent[] events)
    {
        var accepted = await google.PostAsync(Path, Body(events));
        Assert.Equal(200, accepted.Code);
        var path = $"v1/requestStatus:retrieve?requestId={accepted.Json.GetProperty("requestId").GetString()}";
        Assert.Equal("PROCESSING", (await google.GetAsync(path)).Json.GetProperty("requestStatusPerDestination")[0].GetProperty("requestStatus").GetString());
        return (await google.GetAsync(path)).Json.GetProperty("requestStatusPerDestination")[0];
    }

    private static async Task<VendorSandbox> StartAsync()
    {
        var google = await VendorSandbox.StartAsync("google-conversions", time: new ManualTime(Start));
        var token = await google.FormAsync(HttpMethod.Post, "token",
            ("grant_type", "refresh_token"), ("client_id", "id"), ("client_secret", "secret"), ("refresh_token", "refresh"));
        google.Authorization = $"Bearer {token.Json.GetProperty("access_token").GetString()}";
        return google;
    }

    private static string Body(GoogleEvent[] events) =>
        $$"""{"destinations":[{"operatingAccount":{"accountType":"GOOGLE_ADS","accountId":"111"},"productDestinationId":"{{events[0].Action}}"}],"encoding":"HEX","events":[{{string.Join(',', events.Select(item => item.Json))}}]}""";

    private static GoogleEvent Event(string transaction, string more = "") => new(
        $$"""{"transactionId":"{{transaction}}","eventTimestamp":"2026-11-20T11:00:00Z","currency":"DKK","conversionValue":12.5,"userData":{"userIdentifiers":[{"emailAddress":"{{Email}}"}]}{{more}}}""");

    private sealed record GoogleEvent(string Json, string Action = "222")
    {
        public GoogleEvent Replace(string good, string bad, StringComparison comparison) => this with { Json = Json.Replace(good, bad, comparison) };
    }
}
