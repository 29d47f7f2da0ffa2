using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using ReverseEtl.Conformance;
using ReverseEtl.Connectors.Google;
using ReverseEtl.Connectors.GoogleAudiences;
using ReverseEtl.Core.Config;
using ReverseEtl.Core.Delivery;
using ReverseEtl.Http;
using ReverseEtl.Http.Shaping;
using ReverseEtl.Sandbox.Scripting;
using ReverseEtl.Sandbox.Vendors;
using ReverseEtl.Tests.Http;

namespace ReverseEtl.Tests.Connectors;

/// <summary>What is special about Google.</summary>
public sealed class GoogleAudiencesTests : IAsyncLifetime
{
    private const string Reason = "PROCESSING_ERROR_REASON_DENIED_CONSENT";

    private readonly ManualTime _time = GoogleHarness.NewTime();
    private GoogleHarness _google = null!;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => _google = await GoogleHarness.StartAsync(_time, Cancellation);

    public ValueTask DisposeAsync() => _google.DisposeAsync();

    [Fact]
    public async Task A_member_has_its_identifiers_hashed_and_its_address_whole_or_not_at_all()
    {
        var vip = new GoogleObject
        {
            Audience = "VIP",
            Create = true,
            TermsOfService = GoogleTerms.Accepted,
            Consent = new GoogleConsent { AdUserData = GoogleAnswer.Granted, AdPersonalization = GoogleAnswer.Granted },
            Country = "DK",
        };
        string[] fields = ["email_address", "phone_number", "given_name", "family_name", "region_code", "postal_code"];
        await using var destination = Open(vip, fields);
        using var batch = Batches.Build("b1", Operation.Upsert, [Batches.Texts("id", "1", "2")],
        [
            Batches.Texts("email_address", " Anna.Lund+news@GMail.com", "b@example.com"), Batches.Texts("phone_number", "32 12 34 56", null),
            Batches.Texts("given_name", "Dr. Anna", "Bo"), Batches.Texts("family_name", "Lund", "Ek"), Batches.Texts("region_code", "dk", "se"),
            Batches.Texts("postal_code", " 2100 ", null),
        ]);

        Assert.All((await destination.DeliverAsync(batch, Cancellation)).Outcomes(), outcome => Assert.Equal(RowOutcome.AcceptedUnattributed, outcome));

        var body = JsonDocument.Parse(Sent("ingest")[0].Text).RootElement;
        Assert.Equal("HEX", body.GetProperty("encoding").GetString());
        Assert.Equal("""{"adUserData":"CONSENT_GRANTED","adPersonalization":"CONSENT_GRANTED"}""", body.GetProperty("consent").GetRawText());
        Assert.Equal("""{"customerMatchTermsOfServiceStatus":"ACCEPTED"}""", body.GetProperty("termsOfService").GetRawText());
        Assert.Equal("""[{"operatingAccount":{"accountType":"GOOGLE_ADS","accountId":"1234567890"},"productDestinationId":"7001"}]""", body.GetProperty("destinations").GetRawText());
        Assert.Equal(
            $$$"""
            [{"userData":{"userIdentifiers":[{"emailAddress":"{{{Sha("annalund@gmail.com")}}}"},{"phoneNumber":"{{{Sha("+4532123456")}}}"},{"address":{"givenName":"{{{Sha("anna")}}}","familyName":"{{{Sha("lund")}}}","regionCode":"DK","postalCode":"2100"}}]}},{"userData":{"userIdentifiers":[{"emailAddress":"{{{Sha("b@example.com")}}}"}]}}]
            """,
            body.GetProperty("audienceMembers").GetRawText());
    }

    [Theory]
    [InlineData("mobile_id", "MOBILE_ID", """{"mobileData":{"mobileIds":["5"]}}""")]
    [InlineData("user_id", "USER_ID", """{"userIdData":{"userId":"5"}}""")]
    public async Task Other_ids_have_shapes_of_their_own(string field, string kind, string member)
    {
        await using var destination = Open(new GoogleObject { Audience = "VIP", Create = true }, [field]);
        using var batch = Batches.Build("b1", Operation.Upsert, [Batches.Texts("id", "1")], [Batches.Integers(field, 5)]);

        Assert.True((await destination.DeliverAsync(batch, Cancellation)).AllAccepted);

        Assert.Equal($"[{member}]", JsonDocument.Parse(Sent("ingest")[0].Text).RootElement.GetProperty("audienceMembers").GetRawText());
        Assert.Contains($"\"uploadKeyTypes\":[\"{kind}\"]", _google.Received.Single(request => request is { Method: "POST", Path: var path } && path.EndsWith("userLists", StringComparison.Ordinal)).Text);
    }

    [Fact]
    public async Task A_replacement_removes_what_was_there_before_its_first_row_by_Googles_own_clock()
    {
        var vip = new GoogleObject { Audience = "VIP", Create = true, TermsOfService = GoogleTerms.Accepted };
        await using var destination = Open(vip, ["email_address"]);
        using var batch = Batches.Build("b1", Operation.Upsert, [Batches.Texts("id", "1")], [Batches.Texts("email_address", "a@example.com")]);
        using var part = batch.PartOf(new Replacement("run1", 1));
        var began = _time.GetUtcNow();
        Assert.True((await destination.DeliverAsync(part, Cancellation)).AllAccepted);
        _time.Advance(TimeSpan.FromMinutes(5));
        using var closing = batch.Take([0], "close");
        Assert.True((await destination.DeliverAsync(closing.PartOf(new Replacement("run1", 1) { Closing = 1 }), Cancellation)).AllAccepted);

        var body = JsonDocument.Parse(Sent("removeAll").Single().Text).RootElement;
        Assert.Equal(["destinations", "removeAsOfTime"], body.EnumerateObject().Select(property => property.Name));
        Assert.InRange(body.GetProperty("removeAsOfTime").GetDateTimeOffset(), began.AddSeconds(-1), began);
        // Two looks at the end of each of the two requests.
        Assert.Equal(4, _google.Received.Count(request => request.Path.EndsWith("requestStatus:retrieve", StringComparison.Ordinal)));
        Assert.Single(_google.Sandbox.Holdings("google-audiences", VendorHarness.Account).SelectMany(holding => holding.Records));
    }

    [Fact]
    public async Task The_size_of_an_audience_is_that_of_the_network_that_counts_most()
    {
        var vip = new GoogleObject { Audience = "VIP", Create = true, TermsOfService = GoogleTerms.Accepted };
        await using var destination = Open(vip, ["email_address"]);
        Assert.Equal(0, await destination.CountAsync(Cancellation));
        var keys = Enumerable.Range(1, 1234).Select(key => $"k{key}").ToArray();
        using var batch = Batches.Build("b1", Operation.Upsert, [Batches.Texts("id", keys)], [Batches.Texts("email_address", [.. keys.Select(key => $"{key}@example.com")])]);
        Assert.True((await destination.DeliverAsync(batch, Cancellation)).AllAccepted);
        Assert.Equal(1200, await destination.CountAsync(Cancellation));

        foreach (var (answer, size) in new[]
                 {
                     ("""{"id":"7001"}""", default(long?)), ("""{"id":"7001","sizeInfo":{}}""", null), ("""{"id":"7001","sizeInfo":{"displayNetworkMembersCount":"0"}}""", null),
                     ("""{"id":"7001","sizeInfo":{"displayNetworkMembersCount":"7","gmailMembersCount":"3"}}""", 7),
                 })
        {
            _google.Sandbox.Script.Add(new ScriptRule { Path = "google-audiences/account/v1/accountTypes", Times = 1, Then = new ScriptAction { Status = 200, Body = answer } });
            Assert.Equal(size, await destination.CountAsync(Cancellation));
        }
    }

    [Fact]
    public async Task Members_that_Google_did_not_take_are_counted_by_their_reason()
    {
        Refuse("b@example.com");
        await using var destination = Open();
        using var batch = People("b1", Operation.Upsert, "a@example.com", "b@example.com", "c@example.com");

        var report = await destination.DeliverAsync(batch, Cancellation);

        Assert.All(report.Outcomes(), outcome => Assert.Equal(OutcomeKind.AcceptedUnattributed, outcome.Kind));
        Assert.Equal((3, 1), (report.Reported["recordCount"], report.Reported[Reason]));
    }

    [Fact]
    public async Task Members_none_of_which_Google_took_are_rejected()
    {
        Refuse("a@example.com", "b@example.com");
        await using var destination = Open();
        using var batch = People("b1", Operation.Upsert, "a@example.com", "b@example.com");

        var report = await destination.DeliverAsync(batch, Cancellation);

        Assert.All(report.Outcomes(), outcome => Assert.Equal((OutcomeKind.Rejected, Reason), (outcome.Kind, outcome.Code)));
        Assert.False(report.IsWholeBatch);
    }

    [Fact]
    public async Task What_Google_has_not_finished_is_unknown_and_another_run_asks_for_its_end_without_sending_it_again()
    {
        Script("v1/requestStatus:retrieve", new ScriptAction { Trouble = VendorTrouble.Broken });
        await using (var interrupted = Open())
        {
            using var batch = People("b1", Operation.Upsert, "a@example.com");
            var outcome = (await interrupted.DeliverAsync(batch, Cancellation))[0];
            Assert.Equal((OutcomeKind.Unknown, OutcomeCodes.StillProcessing), (outcome.Kind, outcome.Code));
        }

        _google.Sandbox.Script.Clear();
        await using var next = Open();
        using (var again = People("b1", Operation.Upsert, "a@example.com"))
            Assert.Equal(OutcomeKind.AcceptedUnattributed, (await next.DeliverAsync(again, Cancellation))[0].Kind);
        Assert.Single(Sent("ingest"));
        // What has ended is forgotten.
        using (var other = People("b1", Operation.Upsert, "a@example.com"))
            Assert.True((await next.DeliverAsync(other, Cancellation)).AllAccepted);
        Assert.Equal(2, Sent("ingest").Count);
    }

    [Fact]
    public async Task A_request_that_Google_does_not_know_any_more_is_sent_again()
    {
        await _google.Memory.RememberAsync(new Dictionary<string, string?> { ["job/b1"] = "long-gone" }, Cancellation);
        await using var destination = Open();
        using var batch = People("b1", Operation.Upsert, "a@example.com");

        Assert.Equal(OutcomeKind.Retry, (await destination.DeliverAsync(batch, Cancellation))[0].Kind);
        Assert.True((await destination.DeliverAsync(batch, Cancellation)).AllAccepted);
    }

    [Fact]
    public async Task Credentials_that_are_refused_while_waiting_leave_the_rows_unknown()
    {
        Script("v1/requestStatus:retrieve", new ScriptAction { Trouble = VendorTrouble.Forbidden });
        await using var destination = Open();
        using var batch = People("b1", Operation.Upsert, "a@example.com");

        Assert.Equal(OutcomeKind.Unknown, (await destination.DeliverAsync(batch, Cancellation))[0].Kind);
    }

    [Fact]
    public async Task An_audience_that_was_made_and_not_remembered_is_found_and_not_made_again()
    {
        for (var run = 0; run < 2; run++)
        {
            await using var destination = Open(memory: new ForgetfulMemory());
            using var batch = People($"b{run}", Operation.Upsert, "a@example.com");
            Assert.True((await destination.DeliverAsync(batch, Cancellation)).AllAccepted);
        }

        Assert.Single(_google.Received, request => request.Method == "POST" && request.Path.EndsWith("/userLists", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("email_address")]
    [InlineData("mobile_id")]
    [InlineData("user_id")]
    public async Task A_number_is_checked_by_a_rehearsal_that_changes_nothing(string field)
    {
        await using var destination = Open(new GoogleObject { Id = "55" }, [field]);
        await destination.CheckAsync(Cancellation);
        await using var wrong = Open(new GoogleObject { Id = "4041" }, [field]);
        Assert.Contains("INVALID_USER_LIST_ID", (await Assert.ThrowsAsync<DestinationException>(() => wrong.CheckAsync(Cancellation).AsTask())).Message);

        Assert.All(Sent("remove"), request => Assert.Contains("\"validateOnly\":true", request.Text));
    }

    [Fact]
    public async Task A_refresh_token_is_taken_too_and_a_bad_one_is_told()
    {
        var options = _google.OptionsAt(_google.BaseUrl) with { ServiceAccount = null, ClientId = "id", ClientSecret = new Secret("hush"), RefreshToken = new Secret("1//good"), LoginAccount = "9-9" };
        await using (var destination = Open(options: options))
        {
            using var batch = People("b1", Operation.Upsert, "a@example.com");
            Assert.True((await destination.DeliverAsync(batch, Cancellation)).AllAccepted);
        }

        Assert.Contains("\"loginAccount\":{\"accountType\":\"GOOGLE_ADS\",\"accountId\":\"99\"}", Sent("ingest")[0].Text);
        Assert.Contains(_google.Received, request => request.Headers.GetValueOrDefault("login-account") == "accountTypes/GOOGLE_ADS/accounts/99");
        await using var bad = Open(options: options with { RefreshToken = new Secret("bad") });
        await Assert.ThrowsAsync<DestinationException>(() => bad.CheckAsync(Cancellation).AsTask());
    }

    [Fact]
    public void A_key_that_is_none_is_told_without_quoting_it()
    {
        var options = _google.OptionsAt(_google.BaseUrl) with { ServiceAccount = new Secret("no-such-file.json") };

        Assert.DoesNotContain("no-such-file", Assert.Throws<DestinationException>(() => Open(options: options)).Message);
    }

    [Fact]
    public void What_Google_would_not_take_is_told_before_a_run()
    {
        var request = _google.Request with
        {
            Options = _google.OptionsAt(_google.BaseUrl) with { ServiceAccount = null, Account = "shop" },
            Object = new GoogleObject { Create = true },
            Fields = ["email_address", "user_id", "given_name"],
        };

        Assert.Equal(
        [
            "credentials are missing: give serviceAccount, or clientId, clientSecret and refreshToken",
            "account must be a number, or kind and number as in DISPLAY_VIDEO_ADVERTISER/123, but is \"shop\"",
            "object needs either audience (a name) or id (a number)",
            "email_address, given_name cannot be in an audience of USER_ID: make a sync for each kind",
            "Google takes an address as a whole: map all of given_name, family_name, region_code, postal_code, or region_code alone",
        ], _google.Type.Check(request));
    }

    private static string Sha(string text) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)));

    private static ChangeBatch People(string id, Operation operation, params string[] emails) =>
        Batches.Build(id, operation, [Batches.Texts("id", emails)], [Batches.Texts("email_address", emails)]);

    private List<VendorRequest> Sent(string action) => [.. _google.Received.Where(request => request.Path == $"v1/audienceMembers:{action}")];

    private void Refuse(params string[] keys) => Script(null, new ScriptAction { RejectKeys = keys, Code = Reason });

    private void Script(string? path, ScriptAction then) =>
        _google.Sandbox.Script.Add(new ScriptRule { Path = path is null ? null : $"{_google.Type.Type}/{VendorHarness.Account}/{path}", Then = then });

    private IDestination Open(GoogleObject? @object = null, string[]? fields = null, GoogleOptions? options = null, IDestinationMemory? memory = null)
    {
        var request = _google.Request with { Fields = fields ?? ["email_address"], Time = _time, Memory = memory ?? _google.Memory };
        request = request with { Object = @object ?? request.Object, Options = options ?? request.Options };
        return ShapedDestination.Wrap(_google.Type.Open(request), _google.Type.Describe(request.Options, request.Object), request);
    }
}
