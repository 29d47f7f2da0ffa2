using ReverseEtl.Conformance;
using ReverseEtl.Connectors.Braze;
using ReverseEtl.Core.Delivery;
using ReverseEtl.Core.Delivery.Objects;
using ReverseEtl.Core.Planning;
using ReverseEtl.Http.Shaping;
using ReverseEtl.Sandbox;
using ReverseEtl.Sandbox.Scripting;
using Batches = ReverseEtl.Tests.Files.Batches;

namespace ReverseEtl.Tests.Connectors;

/// <summary>What is special about Braze.</summary>
public sealed class BrazeTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Attributes_have_their_own_types_and_null_takes_one_off()
    {
        await using var harness = await UsersAsync();
        await using var destination = harness.Open(SyncMode.Upsert, "external_id", "orders", "vip", "dob", "home_city", "street", "address");
        using var batch = Batches.Upsert("b", ["7"],
            Batches.Integer("external_id", 7), Batches.Integer("orders", 12), Batches.Typed("vip", FieldType.Boolean, true), Batches.Text("dob", "1990-02-03"),
            Batches.Text("home_city", [null]), Batches.Skipping("street", [null]), Batches.Typed("address", FieldType.Json, """{"city":"Ribe","lines":["a","b"]}"""));

        Assert.True((await destination.DeliverAsync(batch, Cancellation)).AllAccepted);

        Assert.Equal(
            """{"attributes":[{"external_id":"7","orders":12,"vip":true,"dob":"1990-02-03","home_city":null,"address":{"city":"Ribe","lines":["a","b"]}}]}""",
            Assert.Single(harness.Bodies));
        Assert.Equal("Bearer braze-key-123456", harness.Received[0].Headers["Authorization"]);
    }

    [Fact]
    public async Task Only_what_changed_is_sent_and_billed()
    {
        await using var harness = await UsersAsync();
        await using var destination = harness.Open(SyncMode.Upsert, "external_id", "city", "plan");
        using var first = Batches.Upsert("b1", ["a", "b"], Batches.Text("external_id", "a", "b"), Batches.Text("city", "Ribe", "Ribe"), Batches.Text("plan", "free", "free"));
        using var changed = Batches.Upsert("b2", ["a", "b"],
            Batches.Text("external_id", "a", "b"), Batches.Text("city", "Ribe", "Oslo").Knowing([true, false]), Batches.Text("plan", "gold", "free").Knowing([false, true]));

        Assert.True((await destination.DeliverAsync(first, Cancellation)).AllAccepted);
        Assert.True((await destination.DeliverAsync(changed, Cancellation)).AllAccepted);

        Assert.Equal("""{"attributes":[{"external_id":"a","plan":"gold"},{"external_id":"b","city":"Oslo"}]}""", harness.Bodies[1]);
        var spec = harness.Type.Describe(harness.Request.Options, new BrazeObject());
        Assert.Equal((ChangedFields.Usually, "data points"), (spec.ChangedFields, spec.Charge!.Unit));
        Assert.Equal((4L, 2L), (spec.Charge.Count(first), spec.Charge.Count(changed)));
        Assert.Equal("6", Assert.Single(harness.In("data_points"))["count"]);
    }

    [Fact]
    public async Task An_update_makes_nobody()
    {
        await using var harness = await UsersAsync();
        await using var upsert = harness.Open(SyncMode.Upsert, "external_id", "city");
        await using var update = harness.Open(SyncMode.Update, "external_id", "city");
        using var there = Batches.Upsert("b1", ["a"], Batches.Text("external_id", "a"), Batches.Text("city", "Ribe"));
        using var both = Batches.Of("b2", Operation.Update, ChangeKind.Change, Batches.Text("key", "a", "b"), Batches.Text("external_id", "a", "b"), Batches.Text("city", "Oslo", "Oslo"));

        await upsert.DeliverAsync(there, Cancellation);
        await update.DeliverAsync(both, Cancellation);

        Assert.Equal(("a", "Oslo"), (Assert.Single(harness.In("users"))["external_id"], harness.In("users").Single()["city"]));
        Assert.Contains("\"_update_existing_only\":true", harness.Bodies[1]);
        Assert.DoesNotContain("_update_existing_only", harness.Bodies[0]);
    }

    [Fact]
    public async Task A_row_with_an_error_is_rejected_alone_also_where_it_is_the_only_one()
    {
        await using var harness = await UsersAsync();
        await using var destination = harness.Open(SyncMode.Upsert, "external_id", "gender");
        using var batch = Batches.Upsert("b1", ["a", "b", "c"], Batches.Text("external_id", "a", "b", "c"), Batches.Text("gender", "F", "female", "M"));
        using var alone = Batches.Upsert("b2", ["d"], Batches.Text("external_id", "d"), Batches.Text("gender", "female"));

        var report = await destination.DeliverAsync(batch, Cancellation);
        var single = await destination.DeliverAsync(alone, Cancellation);

        Assert.Equal([OutcomeKind.Accepted, OutcomeKind.Rejected, OutcomeKind.Accepted], Enumerable.Range(0, 3).Select(row => report[row].Kind));
        Assert.Contains("'gender' field is not valid", report[1].Message);
        Assert.Contains("'gender' field is not valid", single[0].Message);
        Assert.Equal(["a", "c"], harness.In("users").Select(user => user["external_id"]));
    }

    [Theory]
    [InlineData("""{"message":"success","errors":[{"type":"odd","input_array":"attributes","index":1}]}""", OutcomeKind.Accepted, OutcomeKind.Rejected)]
    [InlineData("""{"message":"success","errors":[{"type":"odd","input_array":"attributes","index":9}]}""", OutcomeKind.Unknown, OutcomeKind.Unknown)]
    [InlineData("""{"message":"success","errors":["odd"]}""", OutcomeKind.Unknown, OutcomeKind.Unknown)]
    public async Task Where_Braze_does_not_say_which_row_none_is_taken_for_accepted(string answer, OutcomeKind first, OutcomeKind second)
    {
        await using var harness = await UsersAsync();
        harness.Sandbox.Script.Add(new ScriptRule { Then = new ScriptAction { Status = 201, Body = answer } });
        await using var destination = harness.Open(SyncMode.Upsert, "external_id");
        using var batch = Batches.Upsert("b", ["a", "b"], Batches.Text("external_id", "a", "b"));

        var report = await destination.DeliverAsync(batch, Cancellation);

        Assert.Equal((first, second), (report[0].Kind, report[1].Kind));
    }

    [Fact]
    public async Task A_request_that_is_refused_with_errors_of_some_rows_only_is_cut()
    {
        await using var harness = await UsersAsync();
        harness.Sandbox.Script.Add(new ScriptRule
        {
            Times = 1,
            Then = new ScriptAction { Status = 400, Body = """{"message":"no","errors":[{"type":"odd","input_array":"attributes","index":1}]}""" },
        });
        await using var destination = harness.OpenDriven(SyncMode.Upsert, "external_id");
        using var batch = Batches.Upsert("b", ["a", "b"], Batches.Text("external_id", "a", "b"));

        Assert.True((await destination.DeliverAsync(batch, Cancellation)).AllAccepted);

        Assert.Equal(3, harness.Requests);
        Assert.Equal(["a", "b"], harness.In("users").Select(user => user["external_id"]));
    }

    [Fact]
    public async Task Users_are_deleted_by_the_id_that_they_are_known_by()
    {
        await using var harness = await UsersAsync();
        await using var destination = harness.Open(SyncMode.Mirror, "external_id");
        using var there = Batches.Upsert("b1", ["a", "b"], Batches.Text("external_id", "a", "b"));
        using var left = Batches.Remove("b2", "a");
        using var named = left.With([], [Batches.Text("external_id", "a")]);

        await destination.DeliverAsync(there, Cancellation);
        Assert.True((await destination.DeliverAsync(named, Cancellation)).AllAccepted);

        Assert.Equal(("users/delete", """{"external_ids":["a"]}"""), (harness.Received[^1].Path, harness.Bodies[^1]));
        Assert.Equal(50, destination.Descriptor.MaxRemovalRows);
        Assert.Equal(["b"], harness.In("users").Select(user => user["external_id"]));
    }

    [Fact]
    public async Task An_event_has_its_time_and_properties_and_is_not_repeated()
    {
        await using var harness = new BrazeEventsHarness(await SandboxServer.StartAsync(new SandboxOptions(), Cancellation));
        await using var destination = harness.Open(SyncMode.Append, "external_id", "time", "app_id", "total");
        using var batch = Batches.Append("b", ["o1"], Batches.Text("external_id", "u1"), Batches.Typed("time", FieldType.TimestampTz, "2026-11-22T07:37:00Z"),
            Batches.Text("app_id", "shop"), Batches.Typed("total", FieldType.Decimal, "12.50"));

        Assert.True((await destination.DeliverAsync(batch, Cancellation)).AllAccepted);

        Assert.Equal(
            """{"events":[{"external_id":"u1","name":"order_completed","time":"2026-11-22T07:37:00Z","app_id":"shop","properties":{"total":12.50}}]}""",
            Assert.Single(harness.Bodies));
        Assert.False(destination.Descriptor.ReplaySafe);
        Assert.Equal(1, harness.Type.Describe(harness.Request.Options, harness.Request.Object).Charge!.Count(batch));
    }

    [Fact]
    public async Task An_event_without_a_time_happens_when_it_is_sent()
    {
        await using var harness = new BrazeEventsHarness(await SandboxServer.StartAsync(new SandboxOptions(), Cancellation));
        var request = harness.Request with { Mode = SyncMode.Append, Fields = ["external_id"], Time = new ManualTime() };
        await using var destination = ShapedDestination.Wrap(harness.Type.Open(request), harness.Type.Describe(request.Options, request.Object), request);
        using var batch = Batches.Append("b", ["o1"], Batches.Text("external_id", "u1"));

        Assert.True((await destination.DeliverAsync(batch, Cancellation)).AllAccepted);

        Assert.Contains("\"time\":\"2026-11-22T08:00:00.000Z\",\"properties\":{}", Assert.Single(harness.Bodies));
    }

    [Fact]
    public async Task Who_leaves_is_unsubscribed_from_this_group_and_from_nothing_else()
    {
        await using var harness = new BrazeSubscriptionHarness(await SandboxServer.StartAsync(new SandboxOptions(), Cancellation));
        await using var other = new BrazeSubscriptionHarness(harness.Sandbox, new BrazeObject { Subscription = "group-2", Channel = BrazeChannel.Email });
        var (a, b) = (harness.Value("a"), harness.Value("b"));
        await using var first = harness.Open(SyncMode.Mirror, "external_id");
        await using var second = other.Open(SyncMode.Mirror, "external_id");
        using var both = Batches.Upsert("b1", ["a", "b"], Batches.Text("external_id", a, b));
        using var left = Batches.Remove("b2", "a");
        using var named = left.With([], [Batches.Text("external_id", a)]);

        var report = await first.DeliverAsync(both, Cancellation);
        await second.DeliverAsync(both, Cancellation);
        await first.DeliverAsync(named, Cancellation);

        Assert.All(Enumerable.Range(0, 2), row => Assert.Equal(OutcomeKind.AcceptedUnattributed, report[row].Kind));
        Assert.Equal($$"""{"subscription_group_id":"group-1","subscription_state":"unsubscribed","external_id":["{{a}}"]}""", harness.Bodies[^1]);
        Assert.Equal([b], harness.In("group-1").Where(user => user["subscription_state"] == "subscribed").Select(user => user["external_id"]));
        Assert.Equal([a, b], harness.In("group-2").Where(user => user["subscription_state"] == "subscribed").Select(user => user["external_id"]));
        Assert.All(harness.In("users"), user => Assert.DoesNotContain("email_subscribe", user.Keys));
    }

    [Fact]
    public async Task A_look_changes_nothing_and_finds_a_key_that_is_no_good()
    {
        await using var harness = await UsersAsync();
        await using var destination = harness.Open(SyncMode.Upsert, "external_id");
        await destination.CheckAsync(Cancellation);
        Assert.Equal(("users/track", "{}"), (Assert.Single(harness.Received).Path, harness.Bodies[0]));
        Assert.Empty(harness.Sandbox.Holdings("braze", "account"));

        harness.Sandbox.Script.Add(new ScriptRule { Everything = true, Then = new ScriptAction { Trouble = VendorTrouble.Credentials } });
        await Assert.ThrowsAsync<DestinationException>(async () => await destination.CheckAsync(Cancellation));
    }

    [Fact]
    public void What_does_not_go_together_is_said_before_a_run()
    {
        var type = new BrazeDestinationType();
        IEnumerable<string> Check(BrazeObject @object, SyncMode mode, string field, string? cluster = "fra-01") => type.Check(new DestinationRequest
        {
            Options = new BrazeOptions { Type = "braze", ApiKey = new("k"), Cluster = cluster },
            Object = @object,
            Sync = "s",
            Model = "m",
            Mode = mode,
            Key = ["id"],
            Fields = [field],
            ProjectFolder = ".",
        });

        Assert.Empty(Check(new BrazeObject(), SyncMode.Mirror, "external_id"));
        Assert.All([null, "", "rest.fra-01.braze.com"], cluster =>
            Assert.Contains("as fra-01 in", Assert.Single(Check(new BrazeObject(), SyncMode.Mirror, "external_id", cluster))));
        Assert.Contains("no mode mirror", Assert.Single(Check(new BrazeObject { Id = BrazeId.Email }, SyncMode.Mirror, "email")));
        Assert.Contains("go together", Assert.Single(Check(new BrazeObject { Subscription = "g" }, SyncMode.Mirror, "external_id")));
        Assert.Contains("external_id or phone", Assert.Single(Check(new BrazeObject { Subscription = "g", Channel = BrazeChannel.Sms, Id = BrazeId.Email }, SyncMode.Mirror, "email")));
        Assert.Contains("and an event", Assert.Single(Check(new BrazeObject { Subscription = "g", Channel = BrazeChannel.Sms, Event = "e" }, SyncMode.Mirror, "external_id")));
    }

    private static async Task<BrazeHarness> UsersAsync() => new(await SandboxServer.StartAsync(new SandboxOptions(), Cancellation), new BrazeObject(), "note");
}
