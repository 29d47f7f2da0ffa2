using ReverseEtl.Connectors.Intercom;
using ReverseEtl.Core.Delivery;
using ReverseEtl.Core.Planning;
using ReverseEtl.Sandbox;
using ReverseEtl.Sandbox.Scripting;
using Batches = ReverseEtl.Tests.Files.Batches;

namespace ReverseEtl.Tests.Connectors;

/// <summary>What is special about Intercom.</summary>
public sealed class IntercomTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_contact_is_searched_for_made_and_from_then_on_updated_without_a_search()
    {
        await using var harness = await ContactsAsync();
        await using var destination = harness.Open(SyncMode.Upsert, "external_id", "name", "plan", "orders");
        using var first = Batches.Upsert("b1", ["7"], Batches.Text("external_id", "7"), Batches.Text("name", "Ada"), Batches.Text("plan", "gold"), Batches.Integer("orders", 3));
        using var second = Batches.Upsert("b2", ["7"], Batches.Text("external_id", "7"), Batches.Text("name", [null]), Batches.Text("plan", [null]), Batches.Integer("orders", 4));

        Assert.True((await destination.DeliverAsync(first, Cancellation)).AllAccepted);
        Assert.True((await destination.DeliverAsync(second, Cancellation)).AllAccepted);

        var id = Assert.Single(harness.In("contacts"))["id"];
        Assert.Equal(["POST contacts/search", "POST contacts", $"PUT contacts/{id}"], Asked(harness));
        Assert.Equal(
            """{"query":{"operator":"AND","value":[{"field":"role","operator":"=","value":"user"},{"field":"external_id","operator":"IN","value":["7"]}]},"pagination":{"per_page":150}}""",
            harness.Bodies[0]);
        Assert.Equal("""{"role":"user","external_id":"7","name":"Ada","custom_attributes":{"plan":"gold","orders":3}}""", harness.Bodies[1]);
        Assert.Equal("""{"external_id":"7","name":null,"custom_attributes":{"plan":null,"orders":4}}""", harness.Bodies[2]);
        Assert.Equal("2.16", harness.Received[0].Headers["Intercom-Version"]);
    }

    [Fact]
    public async Task A_contact_that_the_search_does_not_find_yet_is_updated_all_the_same()
    {
        await using var harness = await ContactsAsync();
        await WriteAsync(harness, "7", "old");
        // As in the minutes after a contact was made.
        harness.Sandbox.Script.Add(new ScriptRule { Path = "intercom/account/contacts/search", Then = new ScriptAction { Body = """{"type":"list","data":[]}""" } });
        await using var fresh = new IntercomHarness(harness.Sandbox, new IntercomObject(), "external_id", "note");

        await WriteAsync(fresh, "7", "new");

        Assert.Equal(("7", "new"), (Assert.Single(harness.In("contacts"))["external_id"], harness.In("contacts").Single()["note"]));
        Assert.StartsWith("PUT contacts/", Asked(harness)[^1]);
    }

    [Fact]
    public async Task Who_left_is_archived_and_taken_back_with_the_next_row()
    {
        await using var harness = await ContactsAsync();
        await WriteAsync(harness, "7", "old");
        var id = harness.In("contacts").Single()["id"];
        Assert.True((await RemoveAsync(harness, harness.Request, "7")).AllAccepted);
        Assert.Empty(harness.In("contacts"));

        await WriteAsync(harness, "7", "new");

        Assert.Equal((id, "new"), (harness.In("contacts").Single()["id"], harness.In("contacts").Single()["note"]));
        Assert.Equal([$"POST contacts/{id}/unarchive", $"PUT contacts/{id}"], Asked(harness)[^2..]);
    }

    [Fact]
    public async Task Who_left_before_the_search_finds_them_is_archived_by_the_id_that_is_remembered()
    {
        await using var harness = await ContactsAsync();
        await WriteAsync(harness, "7", "new");
        harness.Sandbox.Script.Add(new ScriptRule { Path = "intercom/account/contacts/search", Then = new ScriptAction { Body = """{"type":"list","data":[]}""" } });

        Assert.True((await RemoveAsync(harness, harness.Request, "7")).AllAccepted);

        Assert.Empty(harness.In("contacts"));
    }

    [Fact]
    public async Task Who_was_deleted_and_made_anew_by_somebody_else_leaves_under_the_new_id()
    {
        await using var harness = await ContactsAsync();
        await WriteAsync(harness, "7", "old");
        await using var elsewhere = new IntercomHarness(harness.Sandbox, new IntercomObject(), "external_id", "note");
        await RemoveAsync(elsewhere, elsewhere.Request with { OnRemoved = Removal.Delete }, "7");
        await WriteAsync(elsewhere, "7", "anew");

        Assert.True((await RemoveAsync(harness, harness.Request, "7")).AllAccepted);

        Assert.Empty(harness.In("contacts"));
    }

    [Fact]
    public async Task Who_left_is_deleted_for_good_where_the_sync_says_so()
    {
        await using var harness = await ContactsAsync();
        await WriteAsync(harness, "7", "old");
        var id = harness.In("contacts").Single()["id"];

        Assert.True((await RemoveAsync(harness, harness.Request with { OnRemoved = Removal.Delete }, "7")).AllAccepted);

        Assert.Equal($"DELETE contacts/{id}", Asked(harness)[^1]);
        await WriteAsync(harness, "7", "new");
        Assert.NotEqual(id, harness.In("contacts").Single()["id"]);
    }

    [Theory]
    [InlineData(Removal.Archive)]
    [InlineData(Removal.Delete)]
    public async Task A_removal_that_is_not_answered_is_unknown_though_its_request_has_no_body(Removal removal)
    {
        await using var harness = await ContactsAsync();
        await WriteAsync(harness, "7", "old");
        var path = $"intercom/account/contacts/{harness.In("contacts").Single()["id"]}";
        harness.Sandbox.Script.Add(new ScriptRule { Path = path, Times = 1, Then = new ScriptAction { Disconnect = Disconnect.After } });

        var report = await RemoveAsync(harness, harness.Request with { OnRemoved = removal }, "7");

        Assert.Equal(OutcomeKind.Unknown, report[0].Kind);
        Assert.Empty(harness.In("contacts"));
        Assert.True((await RemoveAsync(harness, harness.Request with { OnRemoved = removal }, "7")).AllAccepted);
    }

    [Fact]
    public async Task An_id_that_is_remembered_and_no_longer_there_is_looked_up_anew()
    {
        await using var harness = await ContactsAsync();
        await WriteAsync(harness, "7", "old");
        await using var elsewhere = new IntercomHarness(harness.Sandbox, new IntercomObject(), "external_id", "note");
        await RemoveAsync(elsewhere, elsewhere.Request with { OnRemoved = Removal.Delete }, "7");

        await WriteAsync(harness, "7", "new");

        Assert.Equal("new", harness.In("contacts").Single()["note"]);
        Assert.Equal("POST contacts", Asked(harness)[^1]);
    }

    [Fact]
    public async Task An_update_makes_nobody_and_says_so()
    {
        await using var harness = await ContactsAsync();
        await WriteAsync(harness, "a", "old");
        await using var destination = harness.Open(SyncMode.Update, "external_id", "note");
        using var batch = Batches.Of("b", Operation.Update, ChangeKind.Change, Batches.Text("key", "b", "a"), Batches.Text("external_id", "b", "a"), Batches.Text("note", "new", "new"));

        var report = await destination.DeliverAsync(batch, Cancellation);

        Assert.Equal(("no_record", OutcomeKind.Accepted), (report[0].Code, report[1].Kind));
        Assert.Equal("new", harness.In("contacts").Single()["note"]);
    }

    [Fact]
    public async Task Refused_rows_are_rejected_alone_and_those_after_them_are_sent()
    {
        await using var harness = await ContactsAsync();
        await using var destination = harness.Open(SyncMode.Upsert, "external_id", "email");
        using var batch = Batches.Upsert("b", ["a", "b", "c", "d"], Batches.Text("external_id", "a", "b", "c", "d"), Batches.Text("email", "nobody", "b@x.org", "nowhere", "d@x.org"));

        var report = await destination.DeliverAsync(batch, Cancellation);

        Assert.Equal(["parameter_invalid", null, "parameter_invalid", null], Enumerable.Range(0, 4).Select(row => report[row].Code));
        Assert.Contains("email is invalid", report[0].Message);
        Assert.Equal(["b", "d"], harness.In("contacts").Select(contact => contact["external_id"]));
    }

    [Fact]
    public async Task Leads_and_users_with_the_same_address_are_apart()
    {
        await using var users = await ContactsAsync(new IntercomObject { Id = IntercomId.Email });
        await using var leads = new IntercomHarness(users.Sandbox, new IntercomObject { Id = IntercomId.Email, Role = IntercomRole.Lead }, "email", "note");

        await WriteAsync(users, "a@x.org", "user", "email");
        await WriteAsync(leads, "a@x.org", "lead", "email");
        await WriteAsync(users, "a@x.org", "user again", "email");

        Assert.Equal([("lead", "lead"), ("user", "user again")], users.In("contacts").Select(contact => (contact["role"]!, contact["note"]!)).Order());
    }

    [Fact]
    public async Task A_company_is_made_or_updated_by_its_own_id_and_deleted_by_Intercoms()
    {
        await using var harness = new IntercomCompaniesHarness(await SandboxServer.StartAsync(new SandboxOptions(), Cancellation));
        await using var destination = harness.Open(SyncMode.Mirror, "company_id", "name", "size", "plan", "tier");
        using var first = Batches.Upsert("b1", ["7"], Batches.Text("company_id", "7"), Batches.Text("name", "Acme"), Batches.Integer("size", 12), Batches.Text("plan", "gold"), Batches.Text("tier", "A"));
        using var cleared = Batches.Upsert("b2", ["7"], Batches.Text("company_id", "7"), Batches.Text("name", "Acme"), Batches.Integer("size", [null]), Batches.Text("plan", [null]), Batches.Text("tier", [null]));

        Assert.True((await destination.DeliverAsync(first, Cancellation)).AllAccepted);
        Assert.True((await destination.DeliverAsync(cleared, Cancellation)).AllAccepted);

        Assert.Equal("""{"company_id":"7","name":"Acme","size":12,"plan":"gold","custom_attributes":{"tier":"A"}}""", harness.Bodies[0]);
        Assert.Equal("""{"company_id":"7","name":"Acme","plan":"","custom_attributes":{"tier":""}}""", harness.Bodies[1]);
        var id = Assert.Single(harness.In("companies"))["id"];
        Assert.True((await RemoveAsync(harness, harness.Request, "7", "company_id")).AllAccepted);
        Assert.Equal(["GET companies", $"DELETE companies/{id}"], Asked(harness)[^2..]);
        Assert.Equal("?company_id=7", harness.Received[^2].Query);
        Assert.Empty(harness.In("companies"));
    }

    [Fact]
    public async Task A_tag_is_made_once_and_given_to_contacts_that_are_there()
    {
        await using var harness = new IntercomTagHarness(await SandboxServer.StartAsync(new SandboxOptions(), Cancellation), isThere: false);
        var there = harness.Value("a");
        await using var destination = harness.Open(SyncMode.Mirror, "external_id");
        using var batch = Batches.Upsert("b", ["a", "b"], Batches.Text("external_id", there, "nobody"));

        var report = await destination.DeliverAsync(batch, Cancellation);
        await destination.DeliverAsync(batch, Cancellation);

        Assert.Equal((OutcomeKind.Accepted, "no_record"), (report[0].Kind, report[1].Code));
        Assert.Equal([there], harness.In("VIP").Select(contact => contact["external_id"]));
        Assert.Equal(1, Asked(harness).Count(asked => asked == "POST tags"));
        Assert.True((await RemoveAsync(harness, harness.Request, there)).AllAccepted);
        Assert.Empty(harness.In("VIP"));
        Assert.Contains(there, harness.In("contacts").Select(contact => contact["external_id"]));
    }

    [Fact]
    public async Task A_tag_that_is_not_there_is_not_made_unless_the_sync_says_so()
    {
        await using var harness = new IntercomTagHarness(await SandboxServer.StartAsync(new SandboxOptions(), Cancellation), create: false, isThere: false);
        await using var destination = harness.Open(SyncMode.Mirror, "external_id");

        var error = await Assert.ThrowsAsync<DestinationException>(async () => await destination.CheckAsync(Cancellation));

        Assert.Contains("no tag named \"VIP\"", error.Message);
        Assert.DoesNotContain("POST tags", Asked(harness));
    }

    [Fact]
    public void What_does_not_go_together_is_said_before_a_run()
    {
        var type = new IntercomDestinationType();
        IEnumerable<string> Check(IntercomObject @object, string field) => type.Check(new DestinationRequest
        {
            Options = new IntercomOptions { Type = "intercom", Token = new("t") },
            Object = @object,
            Sync = "s",
            Model = "m",
            Mode = SyncMode.Mirror,
            Key = ["id"],
            Fields = [field],
            ProjectFolder = ".",
        });

        Assert.Empty(Check(new IntercomObject(), "external_id"));
        Assert.Contains("tag of contacts", Assert.Single(Check(new IntercomObject { Type = IntercomType.Companies, Tag = "VIP" }, "company_id")));
        Assert.Contains("object.create", Assert.Single(Check(new IntercomObject { Create = true }, "external_id")));
        Assert.Contains("email", Assert.Single(Check(new IntercomObject { Id = IntercomId.Email }, "external_id")));
    }

    private static async Task<IntercomHarness> ContactsAsync(IntercomObject? @object = null) =>
        new(await SandboxServer.StartAsync(new SandboxOptions(), Cancellation), @object ?? new IntercomObject(), "external_id", "note");

    private static async Task WriteAsync(IntercomHarness harness, string key, string note, string idField = "external_id")
    {
        await using var destination = harness.Open(SyncMode.Upsert, idField, "note");
        using var batch = Batches.Upsert($"{key}-{note}", [key], Batches.Text(idField, key), Batches.Text("note", note));
        var report = await destination.DeliverAsync(batch, Cancellation);
        Assert.True(report.AllAccepted, $"{report[0]}");
    }

    private static async Task<DeliveryReport> RemoveAsync(IntercomHarness harness, DestinationRequest request, string key, string idField = "external_id")
    {
        await using var destination = harness.Type.Open(request with { Fields = [idField] });
        using var batch = Batches.Remove("gone", key);
        using var named = batch.With([], [Batches.Text(idField, key)]);
        return await destination.DeliverAsync(named, Cancellation);
    }

    private static List<string> Asked(IntercomHarness harness) => [.. harness.Received.Where(request => request.Headers["Authorization"] != "Bearer by-hand").Select(request => $"{request.Method} {request.Path}")];
}
