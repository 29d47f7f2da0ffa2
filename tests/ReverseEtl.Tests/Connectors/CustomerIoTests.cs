using System.Text.Json;
using ReverseEtl.Connectors.CustomerIo;
using ReverseEtl.Core.Delivery;
using ReverseEtl.Http;
using ReverseEtl.Sandbox;
using ReverseEtl.Sandbox.Scripting;
using Batches = ReverseEtl.Tests.Files.Batches;

namespace ReverseEtl.Tests.Connectors;

/// <summary>What is special about Customer.io.</summary>
public sealed class CustomerIoTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_person_is_identified_with_attributes_of_their_own_types_and_null_takes_one_off()
    {
        await using var harness = await PeopleAsync();
        await using var destination = harness.Open(SyncMode.Upsert, "id", "orders", "vip", "created_at", "city", "street");
        using var batch = Batches.Upsert("b", ["7"],
            Batches.Integer("id", 7), Batches.Integer("orders", 12), Batches.Typed("vip", FieldType.Boolean, true),
            Batches.Typed("created_at", FieldType.TimestampTz, "2026-11-22T07:37:00Z"), Batches.Text("city", [null]), Batches.Skipping("street", [null]));

        Assert.True((await destination.DeliverAsync(batch, Cancellation)).AllAccepted);

        Assert.Equal(
            """{"batch":[{"type":"person","identifiers":{"id":"7"},"action":"identify","attributes":{"orders":12,"vip":true,"created_at":1795333020,"city":null}}]}""",
            Assert.Single(harness.Bodies));
        Assert.Equal("Basic c2l0ZTp0cmFjay1rZXktMTIzNDU2", harness.Received[0].Headers["Authorization"]);
    }

    [Fact]
    public async Task A_row_of_more_than_32_KB_is_rejected_alone_and_not_sent()
    {
        await using var harness = await PeopleAsync();
        await using var destination = harness.Open(SyncMode.Upsert, "id", "note");
        using var batch = Batches.Upsert("b", ["a", "b", "c"], Batches.Text("id", "a", "b", "c"), Batches.Text("note", "x", new string('y', 33_000), "z"));

        var report = await destination.DeliverAsync(batch, Cancellation);

        Assert.Equal([null, OutcomeCodes.TooLarge, null], Enumerable.Range(0, 3).Select(row => report[row].Code));
        Assert.DoesNotContain("yyy", Assert.Single(harness.Bodies));
        Assert.Equal(["a", "c"], Ids(harness));
    }

    [Fact]
    public async Task Errors_find_their_rows_where_a_row_was_left_out_before_them()
    {
        await using var harness = await PeopleAsync();
        harness.Sandbox.Script.Add(new ScriptRule { Path = "customerio/account", Then = new ScriptAction { RejectKeys = ["c"], Code = "invalid", Message = "an odd row" } });
        await using var destination = harness.Open(SyncMode.Upsert, "id", "note");
        using var batch = Batches.Upsert("b", ["a", "b", "c", "d"], Batches.Text("id", "a", "b", "c", "d"), Batches.Text("note", new string('y', 33_000), "x", "x", "x"));

        var report = await destination.DeliverAsync(batch, Cancellation);

        Assert.Equal([OutcomeCodes.TooLarge, null, "invalid", null], Enumerable.Range(0, 4).Select(row => report[row].Code));
        Assert.Equal(["b", "d"], Ids(harness));
    }

    [Theory]
    [InlineData("""{"errors":[{"batch_index":0,"reason":"invalid"},{"batch_index":9,"reason":"invalid"}]}""", OutcomeKind.Rejected, OutcomeKind.Unknown)]
    [InlineData("""{"errors":[]}""", OutcomeKind.Unknown, OutcomeKind.Unknown)]
    [InlineData("""{"errors":[{"batch_index":1,"reason":"invalid"}]}""", OutcomeKind.Accepted, OutcomeKind.Rejected)]
    public async Task Where_207_does_not_say_which_row_no_other_is_taken_for_accepted(string answer, OutcomeKind first, OutcomeKind second)
    {
        await using var harness = await PeopleAsync();
        harness.Sandbox.Script.Add(new ScriptRule { Then = new ScriptAction { Status = 207, Body = answer } });
        await using var destination = harness.Open(SyncMode.Upsert, "id");
        using var batch = Batches.Upsert("b", ["a", "b"], Batches.Text("id", "a", "b"));

        var report = await destination.DeliverAsync(batch, Cancellation);

        Assert.Equal((first, second), (report[0].Kind, report[1].Kind));
    }

    [Fact]
    public async Task A_row_without_an_identifier_is_rejected_and_not_sent()
    {
        await using var harness = await PeopleAsync();
        await using var destination = harness.Open(SyncMode.Upsert, "id");
        using var batch = Batches.Upsert("b", ["a", "b"], Batches.Text("id", "a", null));

        var report = await destination.DeliverAsync(batch, Cancellation);

        Assert.Equal((OutcomeKind.Accepted, OutcomeKind.Rejected), (report[0].Kind, report[1].Kind));
        Assert.Equal(["a"], Ids(harness));
    }

    [Fact]
    public async Task An_event_has_the_same_id_in_any_run_where_its_time_is_mapped()
    {
        await using var harness = await EventsAsync();
        await using var destination = harness.Open(SyncMode.Append, "id", "timestamp", "total");
        foreach (var (batchId, time) in new[] { ("run1", "2026-11-22T07:37:00Z"), ("run2", "2026-11-22T07:37:00Z"), ("run2", "2026-11-23T07:37:00Z") })
        {
            using var batch = Batches.Append(batchId, ["o1"], Batches.Text("id", "u1"), Batches.Typed("timestamp", FieldType.TimestampTz, time), Batches.Typed("total", FieldType.Decimal, "12.50"));
            Assert.True((await destination.DeliverAsync(batch, Cancellation)).AllAccepted);
        }

        var items = harness.Bodies.Select(body => JsonDocument.Parse(body).RootElement.GetProperty("batch")[0]).ToList();
        var ids = items.Select(item => item.GetProperty("id").GetString()!).ToList();
        Assert.All(ids, id => Assert.Matches("^[0-7][0-9A-HJKMNP-TV-Z]{25}$", id));
        Assert.Equal((ids[0], false), (ids[1], ids[0] == ids[2]));
        // The first ten letters are the time in milliseconds: 1795333020000.
        Assert.Equal("01M812ZPB0", ids[0][..10]);
        Assert.Equal((1795333020, """{"total":12.50}"""), (items[0].GetProperty("timestamp").GetInt64(), items[0].GetProperty("attributes").GetRawText()));
        Assert.Equal(2, Held(harness));
    }

    [Fact]
    public async Task An_event_without_a_time_happens_again_in_another_batch_and_not_in_the_same()
    {
        await using var harness = await EventsAsync();
        await using var destination = harness.Open(SyncMode.Append, "id");
        foreach (var batchId in new[] { "b1", "b1", "b2" })
        {
            using var batch = Batches.Append(batchId, ["k"], Batches.Text("id", "u1"));
            Assert.True((await destination.DeliverAsync(batch, Cancellation)).AllAccepted);
        }

        Assert.Equal(2, Held(harness));
        Assert.DoesNotContain("timestamp", harness.Bodies[0]);
    }

    [Fact]
    public async Task Members_are_accepted_without_being_attributed_as_unknown_ones_are_passed_over()
    {
        await using var harness = new CustomerIoSegmentHarness(await SandboxServer.StartAsync(new SandboxOptions(), Cancellation));
        await using var destination = harness.Open(SyncMode.Mirror, "email");
        using var batch = Batches.Upsert("b", ["a", "b"], Batches.Text("email", harness.Value("a"), "nobody@example.com"));

        var report = await destination.DeliverAsync(batch, Cancellation);

        Assert.All(Enumerable.Range(0, 2), row => Assert.Equal(OutcomeKind.AcceptedUnattributed, report[row].Kind));
        Assert.Equal(["a"], (await harness.RowsAsync()).Select(row => row["email"]));
        Assert.Equal("?id_type=email", harness.Received[^1].Query);
    }

    [Fact]
    public async Task A_segment_that_is_not_there_stops_the_run()
    {
        await using var harness = new CustomerIoSegmentHarness(await SandboxServer.StartAsync(new SandboxOptions(), Cancellation), segment: 4041);
        await using var destination = harness.Open(SyncMode.Upsert, "email");
        using var batch = Batches.Upsert("b", ["a"], Batches.Text("email", "a@example.com"));

        var error = await Assert.ThrowsAsync<DestinationException>(async () => await destination.DeliverAsync(batch, Cancellation));

        Assert.Contains("segment not found", error.Message);
    }

    [Fact]
    public void A_sync_names_a_segment_or_an_event_and_the_field_that_people_are_known_by()
    {
        var type = new CustomerIoDestinationType();
        var request = new DestinationRequest
        {
            Options = new CustomerIoOptions { Type = "customerio", SiteId = "s", ApiKey = new("k") },
            Object = new CustomerIoObject { Segment = 7, Event = "x" },
            Sync = "s",
            Model = "m",
            Mode = SyncMode.Mirror,
            Key = ["id"],
            Fields = ["id"],
            ProjectFolder = ".",
        };

        Assert.Contains("a segment and an event", Assert.Single(type.Check(request)));
        Assert.Contains("cio_id", Assert.Single(type.Check(request with { Object = new CustomerIoObject { Id = CustomerIoId.CioId } })));
        Assert.Empty(type.Check(request with { Object = new CustomerIoObject() }));
    }

    private static async Task<CustomerIoHarness> PeopleAsync() =>
        new(await SandboxServer.StartAsync(new SandboxOptions(), Cancellation), new CustomerIoObject(), "id", "name");

    private static async Task<CustomerIoEventsHarness> EventsAsync() => new(await SandboxServer.StartAsync(new SandboxOptions(), Cancellation));

    private static int Held(CustomerIoEventsHarness harness) =>
        harness.Sandbox.Holdings("customerio", "account").Single(holding => holding.Name == "events").Records.Count;

    private static IEnumerable<string?> Ids(CustomerIoHarness harness) =>
        harness.Sandbox.Holdings("customerio", "account").Where(holding => holding.Name == "people").SelectMany(holding => holding.Records).Select(person => person["id"]).Order();
}
