using ReverseEtl.Connectors.SendGrid;
using ReverseEtl.Core.Delivery;
using ReverseEtl.Sandbox;
using ReverseEtl.Sandbox.Scripting;
using ReverseEtl.Sandbox.Vendors;
using Batches = ReverseEtl.Tests.Files.Batches;

namespace ReverseEtl.Tests.Connectors;

/// <summary>What is special about SendGrid.</summary>
public sealed class SendGridTests
{
    private const string Contacts = "v3/marketing/contacts";

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Fields_go_by_name_or_by_the_id_that_was_looked_up_once_and_null_clears()
    {
        await using var harness = await StartAsync();
        await using var destination = harness.OpenDriven(SyncMode.Upsert, "email", "first_name", "city", "country", "external_id", "orders", "note");
        for (var time = 0; time < 2; time++)
        {
            await AcceptedAsync(destination, Batches.Upsert($"b{time}", ["1"], Batches.Text("email", "Ann@Example.com"), Batches.Text("first_name", "Ann"), Batches.Text("city", [null]),
                Batches.Skipping("country", [null]), Batches.Text("external_id", [null]), Batches.Integer("orders", 12), Batches.Text("note", "x")));
        }

        Assert.Equal("""{"contacts":[{"email":"Ann@Example.com","first_name":"Ann","city":"","custom_fields":{"e2_N":12,"e1_T":"x"}}]}""", Put(harness).Text);
        Assert.Single(harness.Received, request => request is { Method: "GET", Path: "v3/marketing/field_definitions" });
        Assert.Equal(("ann@example.com", "x", "12"), (Held(harness)["email"], Held(harness)["note"], Held(harness)["orders"]));
    }

    [Fact]
    public async Task A_field_that_the_account_does_not_have_is_told_before_anything_is_sent()
    {
        await using var harness = await StartAsync();
        await using var destination = harness.Open(SyncMode.Upsert, "email", "shoe_size");

        var error = await Assert.ThrowsAsync<DestinationException>(async () => await destination.CheckAsync(Cancellation));

        Assert.Contains("no field shoe_size", error.Message);
        Assert.EndsWith("note, orders", error.Message);
        using var batch = Batches.Upsert("b", ["1"], Batches.Text("email", "ann@example.com"), Batches.Text("shoe_size", "44"));
        await Assert.ThrowsAsync<DestinationException>(async () => await destination.DeliverAsync(batch, Cancellation));
        Assert.Empty(harness.Sandbox.Holdings("sendgrid", "account"));
    }

    [Fact]
    public async Task Rows_that_the_file_of_errors_names_are_rejected_and_the_file_is_asked_for_without_the_key()
    {
        await using var harness = await StartAsync();
        await using var destination = harness.OpenDriven(SyncMode.Upsert, "email", "orders");
        using var batch = Batches.Upsert("b", ["1", "2", "3"], Batches.Text("email", "a@example.com", "B@example.com", "c@example.com"), Batches.Text("orders", "1", "many", "3"));

        var report = await destination.DeliverAsync(batch, Cancellation);

        Assert.Equal([true, false, true], Enumerable.Range(0, 3).Select(row => report[row].IsAccepted));
        Assert.Contains("invalid Number value", report[1].Message);
        var file = Assert.Single(harness.Received, request => request.Path.StartsWith("import-errors/", StringComparison.Ordinal));
        Assert.False(file.Headers.ContainsKey("Authorization"));
        Assert.Single(harness.Received, request => request.Method == "PUT");
    }

    [Theory]
    [InlineData("""{"status":"errored","results":{"errored_count":1}}""")]
    [InlineData("""{"status":"failed","results":{"errored_count":0}}""")]
    [InlineData("""{"status":"failed"}""")]
    [InlineData("""{"status":"errored","results":{"errored_count":2,"errors_url":"FILE"}}""")]
    [InlineData("""{"status":"errored","results":{"errored_count":1,"errors_url":"http://127.0.0.1:1/nothing"}}""")]
    public async Task Where_no_file_names_the_rows_the_job_is_cut_until_the_bad_one_stands_alone(string answer)
    {
        await using var harness = await StartAsync();
        await using var destination = harness.OpenDriven(SyncMode.Upsert, "email", "orders");
        harness.Sandbox.Script.Add(new ScriptRule
        {
            Path = $"sendgrid/account/{Contacts}/imports",
            Times = 1,
            Then = new ScriptAction { Status = 200, Body = answer.Replace("FILE", $"{harness.BaseUrl}/import-errors/00001f00-5e9d-4c1a-8b3f-000300000000") },
        });
        using var batch = Batches.Upsert("b", ["1", "2", "3"], Batches.Text("email", "a@example.com", "b@example.com", "c@example.com"), Batches.Text("orders", "1", "many", "3"));

        var report = await destination.DeliverAsync(batch, Cancellation);

        Assert.Equal([true, false, true], Enumerable.Range(0, 3).Select(row => report[row].IsAccepted));
        Assert.True(harness.Received.Count(request => request.Method == "PUT") > 1);
    }

    [Fact]
    public async Task A_job_that_was_begun_is_asked_for_by_the_next_process_and_not_sent_again()
    {
        await using var harness = await StartAsync();
        using var stop = new CancellationTokenSource();
        harness.Sandbox.Script.Add(new ScriptRule { Path = $"sendgrid/account/{Contacts}/imports", Times = 1, Then = new ScriptAction { Trouble = VendorTrouble.Silence } });
        await using (var first = harness.Open(SyncMode.Upsert, "email"))
        {
            using var batch = Row("b", "ann@example.com");
            var sending = first.DeliverAsync(batch, stop.Token).AsTask();
            while (!harness.Received.Any(request => request.Path.Contains("imports/", StringComparison.Ordinal)))
                await Task.Delay(10, Cancellation);
            await stop.CancelAsync();
            Assert.Equal(OutcomeKind.Unknown, (await sending)[0].Kind);
        }

        await using var second = harness.OpenDriven(SyncMode.Upsert, "email");
        await AcceptedAsync(second, Row("b", "ann@example.com"));

        Assert.Single(harness.Received, request => request.Method == "PUT");
    }

    [Fact]
    public async Task A_job_that_is_no_longer_known_leaves_its_rows_unknown()
    {
        await using var harness = await StartAsync();
        await using var destination = harness.Open(SyncMode.Upsert, "email");
        harness.Sandbox.Script.Add(new ScriptRule { Path = $"sendgrid/account/{Contacts}/imports", Then = new ScriptAction { Trouble = VendorTrouble.Missing } });
        using var batch = Row("b", "ann@example.com");

        Assert.Equal(OutcomeKind.Unknown, (await destination.DeliverAsync(batch, Cancellation))[0].Kind);
    }

    [Fact]
    public async Task Contacts_are_deleted_by_ids_that_are_looked_up_each_time()
    {
        await using var harness = await StartAsync();
        await using var destination = harness.OpenDriven(SyncMode.Mirror, "email");
        for (var time = 0; time < 2; time++)
        {
            await AcceptedAsync(destination, Row($"in{time}", "ann@example.com"));
            await AcceptedAsync(destination, Out($"out{time}", "Ann@example.com", "nobody@example.com"));
            Assert.Empty(harness.Sandbox.Holdings("sendgrid", "account"));
        }

        Assert.Equal(2, harness.Received.Where(request => request.Method == "DELETE").Select(request => request.Query).Distinct().Count());
        var sent = harness.Received.Count(request => request.Method == "DELETE");
        await AcceptedAsync(destination, Out("out9", "nobody@example.com"));
        Assert.Equal(sent, harness.Received.Count(request => request.Method == "DELETE"));
    }

    [Fact]
    public async Task A_list_is_made_once_and_whoever_leaves_it_stays_a_contact()
    {
        await using var harness = await StartAsync(new SendGridObject { List = "Gold", Create = true });
        await using var destination = harness.OpenDriven(SyncMode.Mirror, "email", "first_name");
        foreach (var name in new[] { "ann", "bob" })
            await AcceptedAsync(destination, Batches.Upsert(name, [name], Batches.Text("email", $"{name}@example.com"), Batches.Text("first_name", name)));

        await AcceptedAsync(destination, Out("out", "ann@example.com"));

        Assert.Equal(["bob@example.com"], Emails(harness, "Gold"));
        Assert.Equal(["ann@example.com", "bob@example.com"], Emails(harness, "contacts"));
        Assert.Single(harness.Received, request => request is { Method: "POST", Path: "v3/marketing/lists" });
    }

    [Fact]
    public async Task A_list_is_found_on_a_later_page_and_one_that_is_not_there_stops_the_run()
    {
        await using var harness = await StartAsync(new SendGridObject { List = "Gold" });
        harness.Make("lists", """{"name":"Other"}""");
        harness.Sandbox.Script.Add(new ScriptRule
        {
            Path = "sendgrid/account/v3/marketing/lists",
            Times = 1,
            Then = new ScriptAction { Status = 200, Body = """{"result":[{"id":"1","name":"gold"}],"_metadata":{"next":"https://api.sendgrid.com/v3/marketing/lists?page_size=1&page_token=a%2Bb"}}""" },
        });
        await using var destination = harness.OpenDriven(SyncMode.Mirror, "email");
        using var batch = Row("b", "ann@example.com");

        var error = await Assert.ThrowsAsync<DestinationException>(async () => await destination.DeliverAsync(batch, Cancellation));

        Assert.Contains("no list named \"Gold\"", error.Message);
        Assert.EndsWith("page_token=a%2Bb", harness.Received[^1].Query);
        harness.Make("lists", """{"name":"Gold"}""");
        await using var next = harness.OpenDriven(SyncMode.Mirror, "email");
        await AcceptedAsync(next, Row("c", "ann@example.com"));
        Assert.Equal(["ann@example.com"], Emails(harness, "Gold"));
    }

    [Fact]
    public async Task What_is_wrong_with_a_request_is_told_with_its_field()
    {
        await using var harness = await StartAsync();
        await using var destination = harness.Open(SyncMode.Upsert, "email", "first_name");
        using var batch = Batches.Upsert("b", ["1"], Batches.Text("email", "ann@example.com"), Batches.Text("first_name", new string('x', 51)));

        var report = await destination.DeliverAsync(batch, Cancellation);

        Assert.Contains("contacts[0].first_name length should be less than 50 chars", report[0].Message);
    }

    [Fact]
    public async Task Only_a_list_can_be_made()
    {
        await using var harness = await StartAsync(new SendGridObject { Create = true });

        Assert.Contains("makes lists", Assert.Single(harness.Type.Check(harness.Request with { Fields = ["email"] })));
    }

    private static async Task<SendGridHarness> StartAsync(SendGridObject? @object = null) =>
        new(await SandboxServer.StartAsync(new SandboxOptions(), Cancellation), @object ?? new SendGridObject());

    private static ChangeBatch Row(string id, string email) => Batches.Upsert(id, ["1"], Batches.Text("email", email));

    private static ChangeBatch Out(string id, params string[] emails) => Batches.Remove(id, [.. emails.Select((_, at) => $"{at}")]).With([], [Batches.Text("email", emails)]);

    private static async Task AcceptedAsync(IDestination destination, ChangeBatch batch)
    {
        using (batch)
        {
            var report = await destination.DeliverAsync(batch, Cancellation);
            Assert.True(report.AllAccepted, $"{report[0]}");
        }
    }

    private static VendorRequest Put(SendGridHarness harness) => harness.Received.First(request => request.Method == "PUT");

    private static IReadOnlyDictionary<string, string?> Held(SendGridHarness harness) =>
        Assert.Single(harness.Sandbox.Holdings("sendgrid", "account").Single(holding => holding.Name == "contacts").Records);

    private static IEnumerable<string?> Emails(SendGridHarness harness, string holding) =>
        harness.Sandbox.Holdings("sendgrid", "account").Single(held => held.Name == holding).Records.Select(contact => contact["email"]).Order();
}
