using System.Text.Json;
using ReverseEtl.Connectors.Klaviyo;
using ReverseEtl.Core.Delivery;
using ReverseEtl.Core.Planning;
using ReverseEtl.Http.Shaping;
using ReverseEtl.Sandbox;
using ReverseEtl.Sandbox.Scripting;
using Batches = ReverseEtl.Tests.Files.Batches;

namespace ReverseEtl.Tests.Connectors;

/// <summary>What is special about Klaviyo.</summary>
public sealed class KlaviyoTests
{
    private const string Imports = "api/profile-bulk-import-jobs";
    private const string FirstJob = "bulk-import-00000001";

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    internal static bool IsSubscribed(IReadOnlyDictionary<string, string?> profile) => profile.GetValueOrDefault("subscriptions.email.marketing.consent") == "SUBSCRIBED";

    [Fact]
    public async Task A_profile_has_its_own_fields_a_location_and_custom_properties_and_null_clears()
    {
        await using var harness = await StartAsync(new KlaviyoObject());
        await using var destination = Open(harness, SyncMode.Upsert, "email", "first_name", "location.city", "location.latitude", "orders", "plan", "title");
        using var batch = Batches.Upsert("b", ["1"],
            Batches.Text("email", "a@example.com"), Batches.Text("first_name", [null]), Batches.Text("location.city", "Lund"), Batches.Text("location.latitude", "55.70"),
            Batches.Integer("orders", 12), Batches.Text("plan", [null]), Batches.Skipping("title", [null]));

        Assert.True((await destination.DeliverAsync(batch, Cancellation)).AllAccepted);

        Assert.Equal(
            """{"data":{"type":"profile-bulk-import-job","attributes":{"profiles":{"data":[{"type":"profile","attributes":{"email":"a@example.com","first_name":null,"location":{"city":"Lund","latitude":55.70},"properties":{"orders":12,"plan":null}}}]}}}}""",
            harness.Bodies[0]);
        var headers = harness.Received[0].Headers;
        Assert.Equal(("Klaviyo-API-Key pk_secret_123456", "2026-07-15", "application/vnd.api+json"), (headers["Authorization"], headers["revision"], headers["Content-Type"]));
    }

    [Fact]
    public async Task Errors_of_an_import_are_read_to_the_last_page_and_found_by_the_profile_that_they_quote()
    {
        await using var harness = await StartAsync(new KlaviyoObject());
        string[] addresses = [.. Enumerable.Range(0, 250).Select(at => $"{at}@example.com")];
        Script(harness, new ScriptAction { RejectKeys = addresses[..150], Code = "odd", Message = "an odd profile" });
        await using var destination = Open(harness, SyncMode.Upsert, "email");
        using var batch = Batches.Upsert("b", addresses, Batches.Text("email", addresses));

        var report = await destination.DeliverAsync(batch, Cancellation);

        for (var row = 0; row < addresses.Length; row++)
            Assert.Equal(row < 150 ? OutcomeKind.Rejected : OutcomeKind.Accepted, report[row].Kind);
        Assert.Equal("odd", report[149].Code);
        Assert.Contains("an odd profile", report[149].Message);
        Assert.Equal(2, harness.Received.Count(request => request.Path.EndsWith("import-errors", StringComparison.Ordinal)));
        Assert.Equal(100, harness.Sandbox.Holdings("klaviyo", "account")[0].Count);
    }

    [Theory]
    [InlineData("""{"data":[]}""", OutcomeKind.Unknown, OutcomeKind.Unknown)]
    [InlineData("""{"data":[{"attributes":{"code":"x","original_payload":{"email":"c@example.com"}}}]}""", OutcomeKind.Unknown, OutcomeKind.Unknown)]
    [InlineData("""{"data":[{"attributes":{"code":"x","source":{"pointer":"/data/attributes/profiles/data/9/attributes/email"}}}]}""", OutcomeKind.Unknown, OutcomeKind.Unknown)]
    [InlineData("""{"data":[{"attributes":{"code":"x","source":{"pointer":"/data/attributes/profiles/data/1/attributes/email"}}}]}""", OutcomeKind.Accepted, OutcomeKind.Rejected)]
    [InlineData("""{"data":[{"attributes":{"code":"x","original_payload":{"email":"A@example.com"}}}]}""", OutcomeKind.Rejected, OutcomeKind.Accepted)]
    public async Task A_profile_that_failed_and_is_not_named_leaves_the_others_unknown(string errors, OutcomeKind first, OutcomeKind second)
    {
        await using var harness = await StartAsync(new KlaviyoObject());
        Script(harness, new ScriptAction { RejectKeys = ["b@example.com"] });
        Script(harness, new ScriptAction { Status = 200, Body = errors }, $"{Imports}/{FirstJob}/import-errors");
        await using var destination = Open(harness, SyncMode.Upsert, "email");
        using var batch = Batches.Upsert("b", ["1", "2"], Batches.Text("email", "a@example.com", "b@example.com"));

        var report = await destination.DeliverAsync(batch, Cancellation);

        Assert.Equal((first, second), (report[0].Kind, report[1].Kind));
    }

    [Fact]
    public async Task An_import_that_an_earlier_run_began_is_asked_for_and_not_begun_again()
    {
        await using var harness = await StartAsync(new KlaviyoObject());
        foreach (var id in new[] { "b1", "b2" })
        {
            await using var destination = Open(harness, SyncMode.Upsert, "email");
            using var batch = Batches.Upsert(id, ["1"], Batches.Text("email", "a@example.com"));
            Assert.True((await destination.DeliverAsync(batch, Cancellation)).AllAccepted);
            await harness.Memory.RememberAsync(new Dictionary<string, string?> { ["job/b2"] = FirstJob }, Cancellation);
        }

        Assert.Single(harness.Received, request => request.Method == "POST");
        Assert.Empty(await harness.Memory.RecallAsync(["job/b1"], Cancellation));
    }

    [Fact]
    public async Task An_import_that_Klaviyo_has_forgotten_is_begun_anew()
    {
        await using var harness = await StartAsync(new KlaviyoObject());
        await harness.Memory.RememberAsync(new Dictionary<string, string?> { ["job/b1"] = "bulk-import-9" }, Cancellation);
        await using var destination = Open(harness, SyncMode.Upsert, "email");
        using var batch = Batches.Upsert("b1", ["1"], Batches.Text("email", "a@example.com"));

        Assert.Equal("job_gone", (await destination.DeliverAsync(batch, Cancellation))[0].Code);
        Assert.True((await destination.DeliverAsync(batch, Cancellation)).AllAccepted);
    }

    [Fact]
    public async Task Mode_delete_asks_for_the_erasure_of_one_profile_at_a_time()
    {
        await using var harness = await StartAsync(new KlaviyoObject());
        await using (var writing = Open(harness, SyncMode.Upsert, "email"))
        {
            using var written = Batches.Upsert("b1", ["1", "2"], Batches.Text("email", "a@example.com", "b@example.com"));
            await writing.DeliverAsync(written, Cancellation);
        }

        await using var destination = Open(harness, SyncMode.Delete, "email");
        using var batch = Removal("b2", "a@example.com");
        Assert.True((await destination.DeliverAsync(batch, Cancellation)).AllAccepted);

        Assert.Equal(1, destination.Descriptor.MaxRemovalRows);
        Assert.Equal("""{"data":{"type":"data-privacy-deletion-job","attributes":{"profile":{"data":{"type":"profile","attributes":{"email":"a@example.com"}}}}}}""", harness.Bodies[^1]);
        Assert.Equal(["b"], Addresses(harness, "profiles").Select(address => address[..1]));
    }

    [Fact]
    public async Task A_list_is_made_once_and_takes_profiles_by_ids_that_are_remembered()
    {
        await using var harness = await StartAsync(new KlaviyoObject { List = "My \"VIP\"", Create = true });
        await ImportAsync(harness, "a@example.com", "B@example.com");
        await using var destination = Open(harness, SyncMode.Mirror, "email");
        await destination.CheckAsync(Cancellation);
        Assert.DoesNotContain(harness.Received, request => request.Method == "POST" && request.Path == "api/lists");
        for (var time = 0; time < 2; time++)
        {
            using var batch = Batches.Upsert($"b{time}", ["1", "2", "3"], Batches.Text("email", "a@example.com", "b@example.com", "nobody@example.com"));
            var report = await destination.DeliverAsync(batch, Cancellation);
            Assert.Equal([null, null, "no_record"], Enumerable.Range(0, 3).Select(row => report[row].Code));
        }

        Assert.Single(harness.Received, request => request.Method == "POST" && request.Path == "api/lists");
        Assert.Equal(2, Addresses(harness, "My \"VIP\"").Length);
        // The second time only the one that was not found is looked up.
        Assert.Equal("""?filter=any(email,["nobody@example.com"])""", Uri.UnescapeDataString(harness.Received.Last(request => request.Path == "api/profiles").Query).Split('&')[0]);
    }

    [Fact]
    public async Task A_member_that_was_deleted_in_Klaviyo_is_forgotten_and_the_others_go_on()
    {
        await using var harness = await StartAsync(new KlaviyoObject { List = "VIP", Create = true });
        await ImportAsync(harness, "a@example.com", "b@example.com");
        await using var destination = harness.OpenDriven(SyncMode.Mirror, "email");
        using (var batch = Batches.Upsert("b1", ["1", "2"], Batches.Text("email", "a@example.com", "b@example.com")))
            Assert.True((await destination.DeliverAsync(batch, Cancellation)).AllAccepted);
        await using (var erasing = Open(harness, SyncMode.Delete, new KlaviyoObject(), "email"))
            await erasing.DeliverAsync(Removal("b2", "a@example.com"), Cancellation);

        using var removal = Batches.Of("b3", Operation.Remove, ChangeKind.Remove, Batches.Text("key", "1", "2"))
            .With([], [Batches.Text("email", "a@example.com", "b@example.com")]);
        Assert.True((await destination.DeliverAsync(removal, Cancellation)).AllAccepted);

        Assert.Empty(Addresses(harness, "VIP"));
    }

    [Fact]
    public async Task Consent_names_its_channel_its_list_and_when_it_was_given()
    {
        await using var harness = await StartAsync(new KlaviyoObject { Consent = KlaviyoChannel.Sms, List = "News", Create = true });
        await using var destination = Open(harness, SyncMode.Upsert, "phone_number", "consented_at");
        using var batch = Batches.Upsert("b", ["1"], Batches.Text("phone_number", "+4570123456"), Batches.Typed("consented_at", FieldType.TimestampTz, "2025-11-22T07:37:00Z"));

        Assert.True((await destination.DeliverAsync(batch, Cancellation)).AllAccepted);

        Assert.Equal(
            """{"data":{"type":"profile-subscription-bulk-create-job","attributes":{"profiles":{"data":[{"type":"profile","attributes":{"phone_number":"+4570123456","subscriptions":{"sms":{"marketing":{"consent":"SUBSCRIBED","consented_at":"2025-11-22T07:37:00Z"}}}}}]},"historical_import":true},"relationships":{"list":{"data":{"type":"list","id":"L00001"}}}}}""",
            harness.Bodies[^1]);
    }

    [Theory]
    [InlineData(SyncMode.Mirror)]
    [InlineData(SyncMode.Delete)]
    public void A_mode_that_would_unsubscribe_everywhere_needs_the_word_for_it(SyncMode mode)
    {
        var request = Request(new KlaviyoObject { Consent = KlaviyoChannel.Email, List = "News" }, mode, "email");
        var type = new KlaviyoDestinationType();

        var problem = Assert.Single(type.Check(request));

        Assert.Contains("unsubscribe: everywhere", problem);
        Assert.Contains("not on the named list", problem);
        Assert.Empty(type.Check(request with { Object = new KlaviyoObject { Consent = KlaviyoChannel.Email, List = "News", Unsubscribe = KlaviyoUnsubscribe.Everywhere } }));
        Assert.Empty(type.Check(request with { Mode = SyncMode.Upsert }));
        Assert.Empty(type.Check(request with { Object = new KlaviyoObject { List = "News" } }));
    }

    [Fact]
    public async Task Taking_somebody_off_a_list_leaves_their_consent()
    {
        await using var harness = await StartAsync(new KlaviyoObject { List = "VIP", Create = true });
        await using (var subscribing = Open(harness, SyncMode.Upsert, new KlaviyoObject { Consent = KlaviyoChannel.Email, List = "VIP", Create = true }, "email"))
            await subscribing.DeliverAsync(Batches.Upsert("b1", ["1"], Batches.Text("email", "a@example.com")), Cancellation);
        await using var destination = Open(harness, SyncMode.Mirror, "email");

        Assert.True((await destination.DeliverAsync(Removal("b2", "a@example.com"), Cancellation)).AllAccepted);

        Assert.Empty(Addresses(harness, "VIP"));
        Assert.True(IsSubscribed(harness.Sandbox.Holdings("klaviyo", "account").Single(holding => holding.Name == "profiles").Records[0]));
    }

    [Fact]
    public async Task An_event_has_an_id_of_its_own_that_a_mapped_one_replaces()
    {
        await using var harness = await StartAsync(new KlaviyoObject { Event = "Placed Order" });
        await using var destination = Open(harness, SyncMode.Append, "email", "time", "value", "unique_id", "sku");
        foreach (var (batchId, uniqueId) in new (string, string?)[] { ("run1", null), ("run2", null), ("run2", "order 7") })
        {
            using var batch = Batches.Append(batchId, ["o1"], Batches.Text("email", "a@example.com"), Batches.Typed("time", FieldType.TimestampTz, "2026-11-22T07:37:00Z"),
                Batches.Typed("value", FieldType.Decimal, "12.50"), Batches.Text("unique_id", uniqueId), Batches.Text("sku", "x"));
            Assert.True((await destination.DeliverAsync(batch, Cancellation)).AllAccepted);
        }

        var events = harness.Bodies.Select(body => JsonElement.Parse(body).GetProperty("data").GetProperty("attributes").GetProperty("events-bulk-create").GetProperty("data")[0].GetProperty("attributes")).ToList();
        string Id(int at) => events[at].GetProperty("events").GetProperty("data")[0].GetProperty("attributes").GetProperty("unique_id").GetString()!;
        Assert.Equal((Id(0), "order 7"), (Id(1), Id(2)));
        Assert.Matches("^[0-9a-f]{32}$", Id(0));
        Assert.Equal(
            """{"profile":{"data":{"type":"profile","attributes":{"email":"a@example.com"}}},"events":{"data":[{"type":"event","attributes":{"metric":{"data":{"type":"metric","attributes":{"name":"Placed Order"}}},"unique_id":"#id","time":"2026-11-22T07:37:00Z","value":12.50,"properties":{"sku":"x"}}}]}}""".Replace("#id", Id(0)),
            events[0].GetRawText());
        Assert.Equal(2, harness.Sandbox.Holdings("klaviyo", "account").Single(holding => holding.Name == "events").Count);
    }

    [Fact]
    public void What_does_not_go_together_is_told_and_the_budget_keeps_to_both_limits()
    {
        var type = new KlaviyoDestinationType();
        string Problem(KlaviyoObject @object, SyncMode mode = SyncMode.Upsert, string field = "email") => Assert.Single(type.Check(Request(@object, mode, field)));

        Assert.Contains("an event beside", Problem(new KlaviyoObject { Event = "x", List = "y" }, SyncMode.Append));
        Assert.Contains("object.create", Problem(new KlaviyoObject { Create = true }));
        Assert.Contains("about consent", Problem(new KlaviyoObject { Unsubscribe = KlaviyoUnsubscribe.Everywhere }));
        Assert.Contains("no mode delete", Problem(new KlaviyoObject { Id = KlaviyoId.ExternalId }, SyncMode.Delete, "external_id"));
        Assert.Contains("no mode mirror", Problem(new KlaviyoObject(), SyncMode.Mirror));
        var rate = type.Describe(null, new KlaviyoObject()).Rate!;
        Assert.InRange(rate.Requests, 1, 10);
        Assert.InRange(rate.Requests * (60 / rate.Per.TotalSeconds), 1, 150);
    }

    private static async Task<KlaviyoHarness> StartAsync(KlaviyoObject @object) =>
        new(await SandboxServer.StartAsync(new SandboxOptions(), Cancellation), @object, null, new KlaviyoDestinationType().Describe(null, @object).Fields[0].Name);

    private static IDestination Open(KlaviyoHarness harness, SyncMode mode, params string[] fields) => Open(harness, mode, (KlaviyoObject)harness.Request.Object, fields);

    private static IDestination Open(KlaviyoHarness harness, SyncMode mode, KlaviyoObject @object, params string[] fields)
    {
        var request = harness.Request with { Mode = mode, Object = @object, Fields = fields, Time = KlaviyoHarness.NewTime() };
        return ShapedDestination.Wrap(harness.Type.Open(request), harness.Type.Describe(request.Options, request.Object), request);
    }

    private static DestinationRequest Request(KlaviyoObject @object, SyncMode mode, string field) => new()
    {
        Options = new KlaviyoOptions { Type = "klaviyo", ApiKey = new("k") },
        Object = @object,
        Sync = "s",
        Model = "m",
        Mode = mode,
        Key = ["id"],
        Fields = [field],
        ProjectFolder = ".",
    };

    private static async Task ImportAsync(KlaviyoHarness harness, params string[] addresses)
    {
        await using var destination = Open(harness, SyncMode.Upsert, new KlaviyoObject(), "email");
        using var batch = Batches.Upsert("by hand", addresses, Batches.Text("email", addresses));
        Assert.True((await destination.DeliverAsync(batch, Cancellation)).AllAccepted);
    }

    private static ChangeBatch Removal(string id, string address) =>
        Batches.Of(id, Operation.Remove, ChangeKind.Remove, Batches.Text("key", "1")).With([], [Batches.Text("email", address)]);

    private static string[] Addresses(KlaviyoHarness harness, string name) =>
        [.. harness.Sandbox.Holdings("klaviyo", "account").Where(holding => holding.Name == name).SelectMany(holding => holding.Records).Select(record => record["email"]!).Order()];

    private static void Script(KlaviyoHarness harness, ScriptAction then, string? below = null) =>
        harness.Sandbox.Script.Add(new ScriptRule { Path = below is null ? "klaviyo/account" : $"klaviyo/account/{below}", Times = 1, Then = then });
}
