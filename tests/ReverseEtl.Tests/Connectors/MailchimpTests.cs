using ReverseEtl.Connectors.Mailchimp;
using ReverseEtl.Core.Delivery;
using ReverseEtl.Sandbox;
using ReverseEtl.Sandbox.Scripting;
using Batches = ReverseEtl.Tests.Files.Batches;

namespace ReverseEtl.Tests.Connectors;

/// <summary>What is special about Mailchimp.</summary>
public sealed class MailchimpTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_member_is_named_by_the_digest_of_the_address_and_has_a_status_only_if_new()
    {
        await using var harness = await MembersAsync();
        await using var destination = harness.Open(SyncMode.Upsert, "email_address", "language", "vip", "FNAME", "LNAME", "PHONE");

        await AcceptedAsync(destination, Batches.Upsert("b", ["7"], Batches.Text("email_address", "Ann@Example.com"), Batches.Text("language", "da"),
            Batches.Typed("vip", FieldType.Boolean, true), Batches.Text("FNAME", "Ann"), Batches.Text("LNAME", [null]), Batches.Skipping("PHONE", [null])));

        var put = harness.Received[^1];
        Assert.Equal(("PUT", $"lists/{MailchimpHarness.Newsletter}/members/257c57037d384ae37ea27a07e8a01665", "?skip_merge_validation=true"), (put.Method, put.Path, put.Query));
        Assert.Equal("""{"status_if_new":"subscribed","email_address":"Ann@Example.com","language":"da","vip":true,"merge_fields":{"FNAME":"Ann","LNAME":""}}""", put.Text);
        Assert.Equal("Basic " + Convert.ToBase64String("key:0123456789abcdef-us21"u8), put.Headers["Authorization"]);
    }

    [Theory]
    [InlineData("unsubscribed")]
    [InlineData("cleaned")]
    [InlineData("pending")]
    public async Task Whoever_is_there_keeps_their_status(string status)
    {
        await using var harness = await MembersAsync();
        harness.Ask(HttpMethod.Put, "members/ann@example.com", $$"""{"email_address":"ann@example.com","status_if_new":"{{status}}"}""");
        await using var destination = harness.Open(SyncMode.Mirror, "email_address", "FNAME");

        await AcceptedAsync(destination, Row("b", "ann@example.com", "Ann"));

        Assert.Equal((status, "Ann"), Held(harness, "ann@example.com"));
    }

    [Fact]
    public async Task A_status_that_is_mapped_is_set_and_one_that_is_null_is_left()
    {
        await using var harness = await MembersAsync();
        await using var destination = harness.Open(SyncMode.Upsert, "email_address", "status");
        foreach (var status in new[] { "Subscribed", "unsubscribed", null })
            await AcceptedAsync(destination, Batches.Upsert($"b{status}", ["1"], Batches.Text("email_address", "ann@example.com"), Batches.Text("status", [status])));

        Assert.Equal("unsubscribed", Held(harness, "ann@example.com").Status);
        using var odd = Batches.Upsert("odd", ["1"], Batches.Text("email_address", "ann@example.com"), Batches.Text("status", "gone"));
        Assert.Contains("must be one of subscribed, unsubscribed", (await destination.DeliverAsync(odd, Cancellation))[0].Message);
    }

    [Fact]
    public async Task New_members_have_the_status_that_the_sync_gives_them()
    {
        await using var harness = await MembersAsync(new MailchimpObject { Audience = MailchimpHarness.Newsletter, NewStatus = MailchimpStatus.Transactional });
        await using var destination = harness.Open(SyncMode.Upsert, "email_address");

        await AcceptedAsync(destination, Row("b", "ann@example.com"));

        Assert.Equal("transactional", Held(harness, "ann@example.com").Status);
    }

    [Theory]
    [InlineData("subscribed")]
    [InlineData("unsubscribed")]
    public async Task Whoever_was_archived_by_a_sync_comes_back_as_they_were(string status)
    {
        await using var harness = await MembersAsync();
        harness.Ask(HttpMethod.Put, "members/ann@example.com", $$"""{"email_address":"ann@example.com","status_if_new":"{{status}}"}""");
        await using var destination = harness.Open(SyncMode.Mirror, "email_address", "FNAME");
        for (var time = 0; time < 2; time++)
            await AcceptedAsync(destination, Out($"out{time}", ["1"], Batches.Text("email_address", "ann@example.com")));
        Assert.Empty(await harness.RowsAsync());

        await AcceptedAsync(destination, Row("in", "ann@example.com", "Ann"));

        Assert.Equal((status, "Ann"), Held(harness, "ann@example.com"));
    }

    [Fact]
    public async Task Whoever_was_archived_by_hand_stays_so_and_is_told()
    {
        await using var harness = await MembersAsync();
        await using var destination = harness.Open(SyncMode.Mirror, "email_address");
        await AcceptedAsync(destination, Out("out", ["1"], Batches.Text("email_address", "ann@example.com")));
        await AcceptedAsync(destination, Row("in", "ann@example.com"));
        harness.Ask(HttpMethod.Delete, "members/ann@example.com");
        using var batch = Row("again", "ann@example.com");

        var report = await destination.DeliverAsync(batch, Cancellation);

        Assert.Equal((OutcomeKind.Rejected, "archived"), (report[0].Kind, report[0].Code));
        Assert.Empty(await harness.RowsAsync());
    }

    [Fact]
    public async Task Whoever_is_erased_cannot_come_back()
    {
        await using var harness = await MembersAsync();
        var request = harness.Request with { OnRemoved = Removal.Delete, Fields = ["email_address"] };
        await using var destination = harness.Type.Open(request);
        await AcceptedAsync(destination, Row("in", "ann@example.com"));
        for (var time = 0; time < 2; time++)
            await AcceptedAsync(destination, Out($"out{time}", ["1"], Batches.Text("email_address", "ann@example.com")));
        using var batch = Row("again", "ann@example.com");

        var report = await destination.DeliverAsync(batch, Cancellation);

        Assert.Equal((OutcomeKind.Rejected, "Forgotten Email Not Subscribed", RowOutcome.Never), (report[0].Kind, report[0].Code, report[0].Due));
        Assert.Equal(2, harness.Received.Count(received => received.Path.EndsWith("/actions/delete-permanent", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task A_field_that_is_no_good_is_named_in_the_refusal()
    {
        await using var harness = await MembersAsync();
        await using var destination = harness.Open(SyncMode.Upsert, "email_address", "BIRTHDAY");
        using var batch = Batches.Upsert("b", ["1"], Batches.Text("email_address", "ann@example.com"), Batches.Text("BIRTHDAY", "yesterday"));

        var report = await destination.DeliverAsync(batch, Cancellation);

        Assert.Equal((OutcomeKind.Rejected, "Invalid Resource"), (report[0].Kind, report[0].Code));
        Assert.Contains("BIRTHDAY: Please enter the month and the day", report[0].Message);
    }

    [Fact]
    public async Task A_merge_field_or_an_audience_that_is_not_there_is_told_before_anything_is_sent()
    {
        await using var harness = await MembersAsync();
        await using (var destination = harness.Open(SyncMode.Upsert, "email_address", "SHOE_SIZE"))
        {
            var error = await Assert.ThrowsAsync<DestinationException>(async () => await destination.CheckAsync(Cancellation));
            Assert.Contains("no merge field with the tag SHOE_SIZE; it has: FNAME, LNAME, ADDRESS, PHONE, BIRTHDAY", error.Message);
        }

        await using var elsewhere = await MembersAsync(new MailchimpObject { Audience = "Old letter" });
        await using var other = elsewhere.Open(SyncMode.Upsert, "email_address");
        var missing = await Assert.ThrowsAsync<DestinationException>(async () => await other.CheckAsync(Cancellation));
        Assert.Contains("no audience with the name or id \"Old letter\"; the account has: Newsletter", missing.Message);
    }

    [Fact]
    public async Task A_bare_403_is_load_and_one_of_the_vendor_refuses_the_key()
    {
        await using var harness = await MembersAsync();
        await using var destination = harness.Open(SyncMode.Upsert, "email_address");
        harness.Sandbox.Script.Add(new ScriptRule { Path = "mailchimp/account", Times = 1, Then = new ScriptAction { Status = 403, Body = "<html>Forbidden</html>" } });
        harness.Sandbox.Script.Add(new ScriptRule { Path = "mailchimp/account", Times = 1, Then = new ScriptAction { Trouble = VendorTrouble.Forbidden } });
        using var batch = Row("b", "ann@example.com");

        Assert.Equal(OutcomeKind.Retry, (await destination.DeliverAsync(batch, Cancellation))[0].Kind);
        await Assert.ThrowsAsync<DestinationException>(async () => await destination.DeliverAsync(batch, Cancellation));
    }

    [Fact]
    public async Task A_tag_is_made_once_and_those_who_are_not_in_the_audience_are_told_by_address()
    {
        await using var harness = await MembersAsync(new MailchimpObject { Audience = "Newsletter", Tag = "Gold", Create = true });
        harness.Ask(HttpMethod.Put, "members/ann@example.com", """{"email_address":"ann@example.com","status_if_new":"subscribed"}""");
        await using var destination = harness.Open(SyncMode.Mirror, "email_address");
        using var batch = Batches.Upsert("in", ["1", "2"], Batches.Text("email_address", "nobody@example.com", "Ann@Example.com"));

        var report = await destination.DeliverAsync(batch, Cancellation);

        Assert.Equal((OutcomeKind.Rejected, "not_tagged", OutcomeKind.Accepted), (report[0].Kind, report[0].Code, report[1].Kind));
        Assert.Equal(["ann@example.com"], harness.Sandbox.Holdings("mailchimp", "account").Single(holding => holding.Name == "Gold").Records.Select(member => member["email_address"]));
        await AcceptedAsync(destination, Out("out", ["1", "2"], Batches.Text("email_address", "nobody@example.com", "ann@example.com")));
        Assert.Empty(harness.Sandbox.Holdings("mailchimp", "account").Single(holding => holding.Name == "Gold").Records);
        Assert.Single(harness.Received, request => request is { Method: "POST", Path: $"lists/{MailchimpHarness.Newsletter}/segments" });
    }

    [Fact]
    public async Task A_removal_of_a_tag_that_is_refused_for_another_reason_is_no_success()
    {
        await using var harness = await MembersAsync(new MailchimpObject { Audience = "Newsletter", Tag = "Gold", Create = true });
        harness.Ask(HttpMethod.Put, "members/ann@example.com", """{"email_address":"ann@example.com","status_if_new":"subscribed"}""");
        await using var destination = harness.Open(SyncMode.Mirror, "email_address");
        await AcceptedAsync(destination, Row("in", "ann@example.com"));
        harness.Sandbox.Script.Add(new ScriptRule { Path = "mailchimp/account", Then = new ScriptAction { RejectKeys = ["ann@example.com"], Message = "an odd row" } });
        using var batch = Out("out", ["1"], Batches.Text("email_address", "ann@example.com"));

        Assert.Equal((OutcomeKind.Rejected, "an odd row"), ((await destination.DeliverAsync(batch, Cancellation))[0].Kind, (await destination.DeliverAsync(batch, Cancellation))[0].Message));
    }

    [Fact]
    public async Task An_error_that_names_no_row_leaves_all_unknown()
    {
        await using var harness = await MembersAsync(new MailchimpObject { Audience = "Newsletter", Tag = "Gold", Create = true });
        await using var destination = harness.Open(SyncMode.Mirror, "email_address");
        harness.Sandbox.Script.Add(new ScriptRule
        {
            Path = "mailchimp/account/lists/0a1b2c3d4e/segments/457",
            Then = new ScriptAction { Status = 200, Body = """{"errors":[{"email_addresses":["somebody@example.com"],"error":"no"}],"error_count":1}""" },
        });
        using var batch = Row("in", "ann@example.com");

        Assert.Equal(OutcomeKind.Unknown, (await destination.DeliverAsync(batch, Cancellation))[0].Kind);
    }

    [Fact]
    public void A_key_names_its_data_centre()
    {
        var type = new MailchimpDestinationType();
        DestinationRequest Of(string key) => new()
        {
            Options = new MailchimpOptions { Type = "mailchimp", ApiKey = new(key) },
            Object = new MailchimpObject { Audience = "Newsletter" },
            Sync = "s",
            Model = "m",
            Mode = SyncMode.Mirror,
            Key = ["id"],
            Fields = ["email_address"],
            ProjectFolder = ".",
        };

        Assert.Empty(type.Check(Of("abc-us21")));
        foreach (var key in new[] { "abc", "abc-", "abc-evil.example/", "abc-us" })
            Assert.Contains("data centre", Assert.Single(type.Check(Of(key))));
        Assert.Contains("makes tags", Assert.Single(type.Check(Of("abc-us21") with { Object = new MailchimpObject { Audience = "Newsletter", Create = true } })));
    }

    private static async Task<MailchimpHarness> MembersAsync(MailchimpObject? @object = null) =>
        new(await SandboxServer.StartAsync(new SandboxOptions(), Cancellation), @object ?? new MailchimpObject { Audience = "Newsletter" }, null);

    private static ChangeBatch Row(string id, string address, string? name = null) => name is null
        ? Batches.Upsert(id, ["1"], Batches.Text("email_address", address))
        : Batches.Upsert(id, ["1"], Batches.Text("email_address", address), Batches.Text("FNAME", name));

    private static ChangeBatch Out(string id, string[] keys, FieldColumn identifier) => Batches.Remove(id, keys).With([], [identifier]);

    private static async Task AcceptedAsync(IDestination destination, ChangeBatch batch)
    {
        using (batch)
        {
            var report = await destination.DeliverAsync(batch, Cancellation);
            Assert.True(report.AllAccepted, $"{report[0]}");
        }
    }

    private static (string? Status, string? Name) Held(MailchimpHarness harness, string address)
    {
        var member = harness.Sandbox.Holdings("mailchimp", "account").Single(holding => holding.Name == "Newsletter").Records.Single(member => member["email_address"] == address);
        return (member["status"], member.GetValueOrDefault("FNAME"));
    }
}
