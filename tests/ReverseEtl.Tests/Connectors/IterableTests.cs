using System.Text.Json;
using ReverseEtl.Connectors.Iterable;
using ReverseEtl.Core.Delivery;
using ReverseEtl.Core.Planning;
using ReverseEtl.Sandbox;
using ReverseEtl.Sandbox.Scripting;
using Batches = ReverseEtl.Tests.Files.Batches;

namespace ReverseEtl.Tests.Connectors;

/// <summary>What is special about Iterable.</summary>
public sealed class IterableTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_user_has_an_identifier_and_data_and_null_clears()
    {
        await using var harness = await StartAsync(new IterableObject { Id = IterableId.UserId });
        await using var destination = harness.Open(SyncMode.Upsert, "userId", "email", "orders", "city", "street");
        using var batch = Batches.Upsert("b", ["7"], Batches.Integer("userId", 7), Batches.Text("email", "a@example.com"), Batches.Integer("orders", 12), Batches.Text("city", [null]), Batches.Skipping("street", [null]));

        Assert.True((await destination.DeliverAsync(batch, Cancellation)).AllAccepted);

        Assert.Equal("""{"users":[{"userId":"7","preferUserId":true,"email":"a@example.com","dataFields":{"orders":12,"city":null}}]}""", Assert.Single(harness.Bodies));
        Assert.Equal("iterable-key-123456", harness.Received[0].Headers["Api-Key"]);
    }

    [Fact]
    public async Task Each_row_that_failed_is_told_by_its_address_with_what_that_means()
    {
        await using var harness = await StartAsync(new IterableObject());
        Script(harness, new ScriptAction { RejectKeys = ["c@example.com"] });
        await ForgetAsync(harness, "b2@example.com");
        await using var destination = harness.Open(SyncMode.Upsert, "email");
        using var batch = Batches.Upsert("b", ["1", "2", "3", "4"], Batches.Text("email", "a@example.com", "B2@example.com", "c@example.com", "nonsense"));

        var report = await destination.DeliverAsync(batch, Cancellation);

        Assert.Equal([null, "forgotten", "invalidData", "invalid"], Enumerable.Range(0, 4).Select(row => report[row].Code));
        Assert.Equal([null, RowOutcome.Never, null, null], Enumerable.Range(0, 4).Select(row => report[row].Due));
        Assert.Contains("types never change", report[2].Message);
        Assert.Equal(["a@example.com"], Held(harness, "users").Select(user => user["email"]));
    }

    [Fact]
    public async Task A_value_of_another_type_than_its_field_is_told_for_its_row_alone()
    {
        await using var harness = await StartAsync(new IterableObject());
        await using var destination = harness.OpenDriven(SyncMode.Upsert, "email", "orders");
        using var batch = Batches.Upsert("b", ["1", "2", "3"], Batches.Text("email", "a@example.com", "b@example.com", "c@example.com"), Batches.Typed("orders", FieldType.Json, "1", "2", "\"many\""));

        var report = await destination.DeliverAsync(batch, Cancellation);

        Assert.Equal([null, null, "RequestFieldsTypesMismatched"], Enumerable.Range(0, 3).Select(row => report[row].Code));
        Assert.Contains("'orders' already exists", report[2].Message);
        Assert.Equal(["1", "2"], Held(harness, "users").Select(user => user["orders"]).Order());
    }

    [Theory]
    [InlineData("""{"successCount":1,"failCount":1}""", OutcomeKind.Unknown, OutcomeKind.Unknown)]
    [InlineData("""{"successCount":1,"failCount":1,"failedUpdates":{"invalidEmails":["c@example.com"]}}""", OutcomeKind.Unknown, OutcomeKind.Unknown)]
    [InlineData("""{"successCount":1,"failCount":1,"invalidEmails":["b@example.com"],"failedUpdates":{"invalidEmails":["b@example.com"]}}""", OutcomeKind.Accepted, OutcomeKind.Rejected)]
    [InlineData("""{"successCount":0,"failCount":2,"invalidEmails":["b@example.com"],"failedUpdates":{"invalidEmails":["b@example.com"]}}""", OutcomeKind.Unknown, OutcomeKind.Rejected)]
    [InlineData("{}", OutcomeKind.Unknown, OutcomeKind.Unknown)]
    public async Task Where_fewer_rows_are_named_than_failed_no_other_is_taken_for_accepted(string answer, OutcomeKind first, OutcomeKind second)
    {
        await using var harness = await StartAsync(new IterableObject());
        Script(harness, new ScriptAction { Status = 200, Body = answer });
        await using var destination = harness.Open(SyncMode.Upsert, "email");
        using var batch = Batches.Upsert("b", ["1", "2"], Batches.Text("email", "a@example.com", "b@example.com"));

        var report = await destination.DeliverAsync(batch, Cancellation);

        Assert.Equal((first, second), (report[0].Kind, report[1].Kind));
    }

    [Fact]
    public async Task A_field_that_Iterable_dropped_rejects_the_rows_with_a_value_in_it()
    {
        await using var harness = await StartAsync(new IterableObject());
        Script(harness, new ScriptAction { Status = 200, Body = """{"successCount":2,"failCount":0,"filteredOutFields":["plan"]}""" });
        await using var destination = harness.Open(SyncMode.Upsert, "email", "plan");
        using var batch = Batches.Upsert("b", ["1", "2"], Batches.Text("email", "a@example.com", "b@example.com"), Batches.Text("plan", "pro", null));

        var report = await destination.DeliverAsync(batch, Cancellation);

        Assert.Equal(("filtered_out", null), (report[0].Code, report[1].Code));
        Assert.Contains("plan", report[0].Message);
    }

    [Fact]
    public async Task Who_leaves_a_list_is_not_unsubscribed_from_anything()
    {
        await using var harness = await StartAsync(new IterableObject { List = "VIP", Create = true });
        await using var destination = harness.Open(SyncMode.Mirror, "email");
        using (var batch = Batches.Upsert("b1", ["1", "2"], Batches.Text("email", "a@example.com", "b@example.com")))
            Assert.True((await destination.DeliverAsync(batch, Cancellation)).AllAccepted);

        using var removal = Removal("b2", "a@example.com", "nobody@example.com");
        Assert.True((await destination.DeliverAsync(removal, Cancellation)).AllAccepted);

        Assert.Equal("""{"listId":1001,"subscribers":[{"email":"a@example.com"},{"email":"nobody@example.com"}]}""", harness.Bodies[^1]);
        Assert.Equal(["b@example.com"], Held(harness, "VIP").Select(user => user["email"]));
        Assert.All(Held(harness, "users"), user => Assert.DoesNotContain("unsubscribedChannelIds", user.Keys));
        Assert.DoesNotContain(harness.Bodies, body => body.Contains("channelUnsubscribe", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_list_that_is_dynamic_or_gone_stops_the_run()
    {
        await using var harness = await StartAsync(new IterableObject { List = "VIP" });
        Script(harness, new ScriptAction { Status = 200, Body = """{"lists":[{"id":5,"name":"VIP","listType":"Dynamic"}]}""" }, "api/lists");
        await using var destination = harness.Open(SyncMode.Mirror, "email");
        Assert.Contains("dynamic", (await Assert.ThrowsAsync<DestinationException>(async () => await destination.CheckAsync(Cancellation))).Message);
        Assert.Contains("create: true", (await Assert.ThrowsAsync<DestinationException>(async () => await destination.CheckAsync(Cancellation))).Message);

        await harness.Memory.RememberAsync(new Dictionary<string, string?> { ["list/VIP"] = "99" }, Cancellation);
        using var batch = Batches.Upsert("b", ["1"], Batches.Text("email", "a@example.com"));
        Assert.Contains("invalidListId", (await Assert.ThrowsAsync<DestinationException>(async () => await destination.DeliverAsync(batch, Cancellation))).Message);
    }

    [Fact]
    public async Task An_event_has_an_id_of_its_own_that_a_mapped_one_replaces()
    {
        await using var harness = await StartAsync(new IterableObject { Event = "purchase" });
        await using var destination = harness.Open(SyncMode.Append, "email", "createdAt", "id", "total");
        foreach (var (batchId, id) in new (string, string?)[] { ("run1", null), ("run2", null), ("run2", "order 7") })
        {
            using var batch = Batches.Append(batchId, ["o1"], Batches.Text("email", "a@example.com"), Batches.Typed("createdAt", FieldType.TimestampTz, "2026-11-22T07:37:00Z"),
                Batches.Text("id", id), Batches.Typed("total", FieldType.Decimal, "12.50"));
            Assert.True((await destination.DeliverAsync(batch, Cancellation)).AllAccepted);
        }

        string Id(int at) => JsonElement.Parse(harness.Bodies[at]).GetProperty("events")[0].GetProperty("id").GetString()!;
        Assert.Equal((Id(0), "order 7"), (Id(1), Id(2)));
        Assert.Equal($$$"""{"events":[{"email":"a@example.com","eventName":"purchase","id":"{{{Id(0)}}}","createdAt":1795333020,"dataFields":{"total":12.50}}]}""", harness.Bodies[0]);
        Assert.Equal(2, Held(harness, "events").Count());
    }

    [Fact]
    public async Task Mode_delete_erases_one_user_at_a_time()
    {
        await using var harness = await StartAsync(new IterableObject());
        await using (var writing = harness.Open(SyncMode.Upsert, "email"))
        {
            using var batch = Batches.Upsert("b1", ["1", "2"], Batches.Text("email", "a@example.com", "b@example.com"));
            await writing.DeliverAsync(batch, Cancellation);
        }

        await ForgetAsync(harness, "a@example.com");

        Assert.Equal(("api/users/forget", """{"email":"a@example.com"}"""), (harness.Received[^1].Path, harness.Bodies[^1]));
        Assert.Equal(["b@example.com"], Held(harness, "users").Select(user => user["email"]));
    }

    [Fact]
    public void A_sync_names_a_list_or_an_event_and_no_mirror_erases_users()
    {
        var type = new IterableDestinationType();
        var request = new DestinationRequest
        {
            Options = new IterableOptions { Type = "iterable", ApiKey = new("k") },
            Object = new IterableObject { List = "x", Event = "y" },
            Sync = "s",
            Model = "m",
            Mode = SyncMode.Append,
            Key = ["id"],
            Fields = ["email"],
            ProjectFolder = ".",
        };

        Assert.Contains("a list and an event", Assert.Single(type.Check(request)));
        Assert.Contains("object.create", Assert.Single(type.Check(request with { Object = new IterableObject { Create = true }, Mode = SyncMode.Upsert })));
        Assert.Contains("no mode mirror", Assert.Single(type.Check(request with { Object = new IterableObject(), Mode = SyncMode.Mirror })));
        Assert.Empty(type.Check(request with { Object = new IterableObject { List = "x" }, Mode = SyncMode.Mirror }));
    }

    private static async Task<IterableHarness> StartAsync(IterableObject @object) => new(await SandboxServer.StartAsync(new SandboxOptions(), Cancellation), @object, null, new IterableDestinationType().Describe(null, @object).Fields[0].Name);

    private static async Task ForgetAsync(IterableHarness harness, string address)
    {
        await using var destination = harness.Open(SyncMode.Delete, "email");
        Assert.Equal(1, destination.Descriptor.MaxRemovalRows);
        using var batch = Removal("forgotten", address);
        Assert.True((await destination.DeliverAsync(batch, Cancellation)).AllAccepted);
    }

    private static ChangeBatch Removal(string id, params string[] addresses) =>
        Batches.Of(id, Operation.Remove, ChangeKind.Remove, Batches.Text("key", addresses)).With([], [Batches.Text("email", addresses)]);

    private static IEnumerable<IReadOnlyDictionary<string, string?>> Held(IterableHarness harness, string name) =>
        harness.Sandbox.Holdings("iterable", "account").Where(holding => holding.Name == name).SelectMany(holding => holding.Records);

    private static void Script(IterableHarness harness, ScriptAction then, string? below = null) =>
        harness.Sandbox.Script.Add(new ScriptRule { Path = below is null ? "iterable/account" : $"iterable/account/{below}", Times = 1, Then = then });
}
