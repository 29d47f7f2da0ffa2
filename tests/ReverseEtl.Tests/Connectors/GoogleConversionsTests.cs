using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using ReverseEtl.Conformance;
using ReverseEtl.Connectors.Google;
using ReverseEtl.Connectors.GoogleConversions;
using ReverseEtl.Core.Delivery;
using ReverseEtl.Http;
using ReverseEtl.Http.Shaping;
using ReverseEtl.Sandbox.Scripting;
using Batches = ReverseEtl.Tests.Files.Batches;

namespace ReverseEtl.Tests.Connectors;

/// <summary>What is special about Google's conversions.</summary>
public sealed class GoogleConversionsTests : IAsyncLifetime
{
    private const string Time = "2026-11-22T07:37:00Z";

    private readonly ManualTime _time = GoogleHarness.NewTime();
    private GoogleConversionsHarness _google = null!;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    private int Held => _google.Sandbox.Holdings("google-conversions", VendorHarness.Account).Sum(holding => holding.Count);

    public async ValueTask InitializeAsync() => _google = await GoogleConversionsHarness.StartAsync(_time, Cancellation);

    public ValueTask DisposeAsync() => _google.DisposeAsync();

    [Fact]
    public async Task A_conversion_has_its_value_its_click_its_person_hashed_and_its_consent()
    {
        var order = new GoogleConversionsObject { ConversionAction = "987654321", EventSource = GoogleEventSource.Web, Country = "DK" };
        await using var destination = Open(order,
            "event_timestamp", "transaction_id", "conversion_value", "currency", "gclid", "email_address", "phone_number", "ad_user_data", "ad_personalization", "campaign");
        using var batch = Batches.Append("b", ["o1"],
            Batches.Typed("event_timestamp", FieldType.TimestampTz, Time), Batches.Text("transaction_id", "o1"), Batches.Typed("conversion_value", FieldType.Decimal, "12.50"),
            Batches.Text("currency", "DKK"), Batches.Text("gclid", "Cj0abc"), Batches.Text("email_address", " Anna.Lund+news@GMail.com"), Batches.Text("phone_number", "32 12 34 56"),
            Batches.Typed("ad_user_data", FieldType.Boolean, true), Batches.Typed("ad_personalization", FieldType.Boolean, true), Batches.Text("campaign", "spring"));

        Assert.True((await destination.DeliverAsync(batch, Cancellation)).AllAccepted);

        var body = Sent()[0];
        Assert.Equal("HEX", body.GetProperty("encoding").GetString());
        Assert.Equal("""[{"operatingAccount":{"accountType":"GOOGLE_ADS","accountId":"1234567890"},"productDestinationId":"987654321"}]""", body.GetProperty("destinations").GetRawText());
        Assert.False(body.TryGetProperty("consent", out _));
        Assert.Equal(
            $$$"""
            [{"eventTimestamp":"2026-11-22T07:37:00Z","transactionId":"o1","conversionValue":12.50,"currency":"DKK","eventSource":"WEB","userData":{"userIdentifiers":[{"emailAddress":"{{{Sha("annalund@gmail.com")}}}"},{"phoneNumber":"{{{Sha("+4532123456")}}}"}]},"adIdentifiers":{"gclid":"Cj0abc"},"consent":{"adUserData":"CONSENT_GRANTED","adPersonalization":"CONSENT_GRANTED"},"customVariables":[{"variable":"campaign","value":"spring"}]}]
            """,
            body.GetProperty("events").GetRawText());
    }

    [Fact]
    public async Task What_is_not_known_of_a_conversion_is_left_out_of_it()
    {
        await using var destination = Open(null, "event_timestamp", "conversion_value", "currency", "gclid", "email_address", "given_name", "family_name", "region_code", "postal_code", "ad_user_data", "campaign");
        using var batch = Batches.Append("b", ["o1"],
            Batches.Typed("event_timestamp", FieldType.TimestampTz, Time), Batches.Typed("conversion_value", FieldType.Decimal, [null]), Batches.Text("currency", [null]),
            Batches.Text("gclid", "Cj0abc"), Batches.Text("email_address", [null]), Batches.Text("given_name", "Anna"), Batches.Text("family_name", [null]),
            Batches.Text("region_code", "DK"), Batches.Text("postal_code", "2100"), Batches.Typed("ad_user_data", FieldType.Boolean, [null]), Batches.Text("campaign", [null]));

        Assert.True((await destination.DeliverAsync(batch, Cancellation)).AllAccepted);

        Assert.Equal(["eventTimestamp", "transactionId", "eventSource", "adIdentifiers"], Sent()[0].GetProperty("events")[0].EnumerateObject().Select(property => property.Name));
        Assert.Equal("""{"adUserData":"CONSENT_GRANTED","adPersonalization":"CONSENT_GRANTED"}""", Sent()[0].GetProperty("consent").GetRawText());
    }

    [Fact]
    public async Task What_a_row_says_of_consent_goes_before_what_the_object_says()
    {
        await using var destination = Open(null, "event_timestamp", "email_address", "ad_user_data", "ad_personalization");
        using var batch = Batches.Append("b", ["a", "b", "c"],
            Batches.Typed("event_timestamp", FieldType.TimestampTz, Time, Time, Time), Batches.Text("email_address", "a@example.com", "b@example.com", "c@example.com"),
            Batches.Typed("ad_user_data", FieldType.Boolean, true, false, null), Batches.Typed("ad_personalization", FieldType.Boolean, true, false, null));

        var report = await destination.DeliverAsync(batch, Cancellation);

        Assert.Equal(1, report.Reported["PROCESSING_ERROR_REASON_DENIED_CONSENT"]);
        var consents = Sent()[0].GetProperty("events").EnumerateArray().Select(item => item.TryGetProperty("consent", out var consent) ? consent.GetRawText() : null);
        Assert.Equal(
            ["""{"adUserData":"CONSENT_GRANTED","adPersonalization":"CONSENT_GRANTED"}""", """{"adUserData":"CONSENT_DENIED","adPersonalization":"CONSENT_DENIED"}""", null], consents);
    }

    [Fact]
    public async Task An_address_goes_as_a_whole_and_none_without_a_way_to_know_the_person()
    {
        await using var destination = Open(null, "event_timestamp", "email_address", "given_name", "family_name", "region_code", "postal_code");
        using var batch = Batches.Append("b", ["a", "b"],
            Batches.Typed("event_timestamp", FieldType.TimestampTz, Time, Time), Batches.Text("email_address", "a@example.com", null), Batches.Text("given_name", "Anna", "Bo"),
            Batches.Text("family_name", "Lund", "Ek"), Batches.Text("region_code", "dk", "se"), Batches.Text("postal_code", "2100", "11122"));

        var report = await destination.DeliverAsync(batch, Cancellation);

        Assert.Equal((true, false), (report[0].IsAccepted, report[1].IsAccepted));
        Assert.Contains($$$"""{"address":{"givenName":"{{{Sha("anna")}}}","familyName":"{{{Sha("lund")}}}","regionCode":"DK","postalCode":"2100"}}""", Sent()[0].GetRawText());
    }

    [Fact]
    public async Task A_conversion_has_the_same_id_in_any_batch_and_another_one_at_another_time()
    {
        await using var destination = Open();
        foreach (var (id, time) in new[] { ("b1", Time), ("b2", Time), ("b3", "2026-11-22T07:38:00Z") })
        {
            using var batch = One(id, "a@example.com", time);
            Assert.True((await destination.DeliverAsync(batch, Cancellation)).AllAccepted);
        }

        var ids = Sent().Select(body => body.GetProperty("events")[0].GetProperty("transactionId").GetString()!).ToList();
        Assert.All(ids, id => Assert.Matches("^[0-9a-f]{32}$", id));
        Assert.Equal((ids[0], false), (ids[1], ids[0] == ids[2]));
        Assert.Equal(2, Held);
    }

    [Theory]
    [InlineData("PROCESSING_ERROR_REASON_DUPLICATE_TRANSACTION_ID", OutcomeKind.AcceptedUnattributed)]
    [InlineData("PROCESSING_ERROR_REASON_EVENT_TOO_OLD", OutcomeKind.Rejected)]
    public async Task A_request_that_failed_because_Google_has_its_events_already_is_accepted(string reason, OutcomeKind kind)
    {
        Script("v1/requestStatus:retrieve", new ScriptAction
        {
            Status = 200,
            Body = $$$"""{"requestStatusPerDestination":[{"requestStatus":"FAILED","errorInfo":{"errorCounts":[{"recordCount":"1","reason":"{{{reason}}}"}]},"eventsIngestionStatus":{"recordCount":"1"}}]}""",
        });
        await using var destination = Open();
        using var batch = One("b", "a@example.com");

        var report = await destination.DeliverAsync(batch, Cancellation);

        Assert.Equal(kind, report[0].Kind);
        Assert.Equal((1, 1), (report.Reported[reason], report.Reported["recordCount"]));
    }

    [Fact]
    public async Task A_run_that_was_interrupted_asks_for_the_request_and_does_not_send_it_again()
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(Cancellation);
        Script("v1/requestStatus:retrieve", new ScriptAction { Status = 200, Body = """{"requestStatusPerDestination":[{"requestStatus":"PROCESSING"}]}""" });
        await using (var first = Open(time: new ManualTime()))
        {
            using var batch = One("b", "a@example.com");
            var sending = first.DeliverAsync(batch, stop.Token).AsTask();
            while (!_google.Received.Any(request => request.Path == "v1/requestStatus:retrieve"))
                await Task.Delay(10, Cancellation);
            await stop.CancelAsync();
            Assert.Equal((OutcomeKind.Unknown, OutcomeCodes.Cancelled), ((await sending)[0].Kind, (await sending)[0].Code));
        }

        _google.Sandbox.Script.Clear();
        await using var second = Open();
        using var again = One("b", "a@example.com");
        Assert.True((await second.DeliverAsync(again, Cancellation)).AllAccepted);

        Assert.Single(Sent());
        Assert.Equal(1, Held);
    }

    [Fact]
    public async Task A_check_sends_an_event_that_is_only_validated()
    {
        await using var destination = Open();
        await destination.CheckAsync(Cancellation);

        Assert.True(Assert.Single(Sent()).GetProperty("validateOnly").GetBoolean());
        Assert.Equal(0, Held);
        Script("v1/events:ingest", new ScriptAction { Trouble = VendorTrouble.Missing });
        await Assert.ThrowsAsync<DestinationException>(() => destination.CheckAsync(Cancellation).AsTask());
    }

    [Fact]
    public async Task A_conversion_action_of_the_wrong_kind_stops_the_run()
    {
        Script("v1/events:ingest", new ScriptAction
        {
            Status = 400,
            Body = """{"error":{"code":400,"message":"There was a problem with the request.","status":"INVALID_ARGUMENT","details":[{"reason":"INVALID_CONVERSION_ACTION_TYPE"}]}}""",
        });
        await using var destination = Open();
        using var batch = One("b", "a@example.com");

        var refusal = await Assert.ThrowsAsync<DestinationException>(async () => await destination.DeliverAsync(batch, Cancellation));

        Assert.Contains("INVALID_CONVERSION_ACTION_TYPE", refusal.Message);
    }

    [Fact]
    public void What_Google_would_not_take_is_told_before_a_run()
    {
        var request = _google.Request with
        {
            Mode = SyncMode.Append,
            Options = (GoogleOptions)_google.Request.Options with { ServiceAccount = null, Account = "shop" },
            Object = new GoogleConversionsObject { ConversionAction = "Purchase" },
            Fields = ["event_timestamp", "email_address", "given_name", "conversion_value"],
        };

        Assert.Equal(
        [
            "credentials are missing: give serviceAccount, or clientId, clientSecret and refreshToken",
            "account must be a number, or kind and number as in DISPLAY_VIDEO_ADVERTISER/123, but is \"shop\"",
            "object.conversion_action must be a number, but is \"Purchase\"",
            "Google takes an address as a whole: map all of given_name, family_name, region_code, postal_code, or region_code alone",
            "conversion_value and currency say nothing without each other: map both or none",
        ], _google.Type.Check(request));
        Assert.Contains("event_timestamp", Assert.Single(_google.Type.Check(request with { Options = _google.Request.Options, Object = _google.Request.Object, Fields = ["gclid"] })));
    }

    private static string Sha(string text) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)));

    private static ChangeBatch One(string id, string email, string time = Time) =>
        Batches.Append(id, ["o1"], Batches.Typed("event_timestamp", FieldType.TimestampTz, time), Batches.Text("email_address", email));

    private List<JsonElement> Sent() => [.. _google.Received.Where(request => request.Path == "v1/events:ingest").Select(request => JsonDocument.Parse(request.Text).RootElement)];

    private void Script(string path, ScriptAction then) =>
        _google.Sandbox.Script.Add(new ScriptRule { Path = $"{_google.Type.Type}/{VendorHarness.Account}/{path}", Then = then });

    private IDestination Open(GoogleConversionsObject? @object = null, params string[] fields) => Open(_time, @object, fields);

    private IDestination Open(TimeProvider time, GoogleConversionsObject? @object = null, params string[] fields)
    {
        var request = _google.Request with { Mode = SyncMode.Append, Fields = fields.Length > 0 ? fields : ["event_timestamp", "email_address"], Time = time };
        request = request with { Object = @object ?? request.Object };
        return ShapedDestination.Wrap(_google.Type.Open(request), _google.Type.Describe(request.Options, request.Object), request);
    }
}
