using ReverseEtl.Conformance;
using ReverseEtl.Core.Delivery;
using ReverseEtl.Http;
using ReverseEtl.Http.Resilience;
using ReverseEtl.Sandbox.Scripting;
using ReverseEtl.Tests.Webhook;

namespace ReverseEtl.Tests.Http;

/// <summary>The connector kit, over a real connector and real HTTP.</summary>
public sealed class ResilientDestinationTests
{
    [Theory]
    [InlineData(429)]
    [InlineData(503)]
    public async Task A_busy_receiver_is_tried_again_with_the_same_id_and_growing_waits(int status)
    {
        await using var harness = await WebhookHarness.StartAsync();
        await using var destination = harness.Open();
        harness.Script(new() { Status = status }, times: 3);
        using var batch = Batches.Upsert("b", "a", "b");

        Assert.True((await destination.DeliverAsync(batch, WebhookHarness.None)).AllAccepted);

        Assert.Equal(["b", "b", "b", "b"], harness.RequestIds);
        Assert.Equal([500, 1000, 2000], harness.Waits.Waits.Select(wait => wait.TotalMilliseconds));
    }

    [Fact]
    public async Task Retry_After_holds_every_caller_of_the_account()
    {
        await using var harness = await WebhookHarness.StartAsync();
        var time = new ManualTime();
        var bucket = new RateBucket(null, time);
        await using var one = new ResilientDestination(harness.OpenBare(), bucket, harness.Policy, time);
        await using var other = new ResilientDestination(harness.OpenBare(), bucket, harness.Policy, time);
        harness.Script(new() { Status = 429, RetryAfter = 10 });
        using var first = Batches.Upsert("b1", "a");
        using var second = Batches.Upsert("b2", "b");

        var throttled = one.DeliverAsync(first, WebhookHarness.None).AsTask();
        await Eventually.IsTrue(() => time.Waits.Count == 1);
        var held = other.DeliverAsync(second, WebhookHarness.None).AsTask();
        await Task.Delay(50, WebhookHarness.None);
        Assert.Equal(["b1"], harness.RequestIds);

        time.Advance(TimeSpan.FromSeconds(10));
        Assert.True((await throttled).AllAccepted && (await held).AllAccepted);
    }

    [Fact]
    public async Task A_wait_beyond_the_budget_is_left_to_the_next_run()
    {
        await using var harness = await WebhookHarness.StartAsync();
        await using var destination = harness.Open();
        harness.Script(new() { Status = 429, RetryAfter = 86_400 });
        using var batch = Batches.Upsert("b", "a");

        var report = await destination.DeliverAsync(batch, WebhookHarness.None);
        await Assert.ThrowsAsync<DestinationException>(async () => await destination.DeliverAsync(batch, WebhookHarness.None));

        Assert.Equal((OutcomeKind.Rejected, OutcomeCodes.RetriesExhausted), (report[0].Kind, report[0].Code));
        Assert.Single(harness.Sandbox.Requests());
        Assert.Empty(harness.Waits.Waits);
    }

    [Fact]
    public async Task The_budget_ends_the_attempts_too()
    {
        await using var harness = await WebhookHarness.StartAsync();
        await using var destination = harness.Open(policy: harness.Policy with { Budget = TimeSpan.FromSeconds(3) });
        harness.Script(new() { Status = 503 }, times: null);
        using var batch = Batches.Upsert("b", "a");

        await destination.DeliverAsync(batch, WebhookHarness.None);

        Assert.Equal([500, 1000], harness.Waits.Waits.Select(wait => wait.TotalMilliseconds));
    }

    [Fact]
    public async Task Rows_to_retry_go_out_alone_under_an_id_of_their_own()
    {
        await using var harness = await WebhookHarness.StartAsync();
        await using var destination = harness.Open();
        harness.Script(new() { RejectKeys = ["b"], Status = 429, RetryAfter = 3 }, times: 2);
        using var batch = Batches.Of("batch", Operation.Append, "a", "b", "c");

        Assert.True((await destination.DeliverAsync(batch, WebhookHarness.None)).AllAccepted);

        Assert.Equal([3, 1, 1], harness.Sandbox.Requests().Reverse().Select(request => request.Rows));
        var ids = harness.RequestIds;
        Assert.NotEqual(ids[0], ids[1]);
        Assert.Equal(ids[1], ids[2]);
        Assert.All(harness.Received.Events, received => Assert.Equal(1, received.Count));
    }

    [Fact]
    public async Task Rejected_accepted_and_retried_rows_keep_their_places()
    {
        await using var harness = await WebhookHarness.StartAsync();
        await using var destination = harness.Open();
        harness.Script(new() { RejectKeys = ["k1", "k3"], Status = 503 });
        harness.Script(new() { RejectKeys = ["k3"], Code = "bad" });
        using var batch = Batches.Upsert("b", Batches.Keys(5));

        var report = await destination.DeliverAsync(batch, WebhookHarness.None);

        Assert.Equal([true, true, true, false, true], report.Outcomes().Select(outcome => outcome.IsAccepted));
        Assert.Equal("bad", report[3].Code);
        Assert.Equal(["k0", "k1", "k2", "k4"], harness.ReceivedKeys);
    }

    [Fact]
    public async Task An_unanswered_request_is_not_repeated_where_that_does_harm()
    {
        await using var harness = await WebhookHarness.StartAsync();
        await using var destination = harness.Open(harness.Options with { ReplaySafe = false });
        harness.Script(new() { Disconnect = Disconnect.After });
        using var batch = Batches.Upsert("b", "a");

        var report = await destination.DeliverAsync(batch, WebhookHarness.None);

        Assert.Equal(OutcomeKind.Unknown, report[0].Kind);
        Assert.Single(harness.Sandbox.Requests());
    }

    [Fact]
    public async Task A_row_that_may_have_arrived_is_not_called_rejected()
    {
        await using var harness = await WebhookHarness.StartAsync();
        await using var destination = harness.Open();
        harness.Script(new() { Disconnect = Disconnect.After });
        harness.Script(new() { Status = 503 }, times: null);
        using var batch = Batches.Upsert("b", "a");

        Assert.Equal(OutcomeKind.Unknown, (await destination.DeliverAsync(batch, WebhookHarness.None))[0].Kind);
    }

    [Fact]
    public async Task A_row_that_may_have_arrived_stays_unknown_when_the_destination_becomes_unusable()
    {
        await using var harness = await WebhookHarness.StartAsync();
        await using var destination = harness.Open();
        harness.Script(new() { Disconnect = Disconnect.After });
        harness.Script(new() { Status = 401 });
        using var batch = Batches.Upsert("b", "a");

        Assert.Equal(OutcomeKind.Unknown, (await destination.DeliverAsync(batch, WebhookHarness.None))[0].Kind);
        await Assert.ThrowsAsync<DestinationException>(async () => await destination.DeliverAsync(batch, WebhookHarness.None));
    }

    [Fact]
    public async Task A_bad_row_is_isolated_and_the_others_arrive()
    {
        await using var harness = await WebhookHarness.StartAsync();
        await using var destination = harness.Open();
        harness.Script(new() { RejectBatchContaining = ["k37"], Status = 422 }, times: null);
        using var batch = Batches.Upsert("b", Batches.Keys(100));

        var report = await destination.DeliverAsync(batch, WebhookHarness.None);

        Assert.Equal("422", report[37].Code);
        Assert.Equal(99, report.Outcomes().Count(outcome => outcome.IsAccepted));
        Assert.Equal(99, harness.Received.Rows.Count);
        Assert.InRange(harness.RequestIds.Length, 8, 15);
        Assert.Distinct(harness.RequestIds);
    }

    [Fact]
    public async Task Parts_have_the_same_ids_when_the_batch_is_delivered_again()
    {
        await using var harness = await WebhookHarness.StartAsync();
        await using var destination = harness.Open();
        harness.Script(new() { RejectBatchContaining = ["k3"] }, times: null);
        using var batch = Batches.Upsert("b", Batches.Keys(8));

        await destination.DeliverAsync(batch, WebhookHarness.None);
        var ids = harness.RequestIds;
        await destination.DeliverAsync(batch, WebhookHarness.None);

        Assert.Equal([.. ids, .. ids], harness.RequestIds);
    }

    [Fact]
    public async Task A_receiver_that_refuses_everything_is_not_asked_row_by_row()
    {
        await using var harness = await WebhookHarness.StartAsync();
        await using var destination = harness.Open();
        harness.Script(new() { Status = 400 }, times: null);
        using var batch = Batches.Upsert("b", Batches.Keys(1000));

        var report = await destination.DeliverAsync(batch, WebhookHarness.None);

        Assert.All(report.Outcomes(), outcome => Assert.Equal((OutcomeKind.Rejected, "400"), (outcome.Kind, outcome.Code)));
        Assert.InRange(harness.RequestIds.Length, 10, 50);
    }

    [Fact]
    public async Task What_arrived_before_the_destination_became_unusable_is_reported()
    {
        await using var harness = await WebhookHarness.StartAsync();
        await using var destination = harness.Open();
        harness.Script(new() { RejectKeys = ["b"], Status = 503 });
        harness.Script(new() { Status = 410 });
        using var batch = Batches.Upsert("b1", "a", "b");
        using var next = Batches.Upsert("b2", "c");

        var report = await destination.DeliverAsync(batch, WebhookHarness.None);
        await Assert.ThrowsAsync<DestinationException>(async () => await destination.DeliverAsync(next, WebhookHarness.None));

        Assert.True(report[0].IsAccepted);
        Assert.Equal((OutcomeKind.Rejected, OutcomeCodes.DestinationUnusable), (report[1].Kind, report[1].Code));
        Assert.Equal(2, harness.RequestIds.Length);
    }

    [Fact]
    public async Task What_arrived_before_the_run_was_cancelled_is_reported()
    {
        await using var harness = await WebhookHarness.StartAsync();
        var time = new ManualTime();
        await using var destination = new ResilientDestination(harness.OpenBare(), new RateBucket(null, time), harness.Policy, time);
        harness.Script(new() { RejectKeys = ["b"], Status = 503 });
        using var batch = Batches.Upsert("b1", "a", "b");
        using var cancel = new CancellationTokenSource();

        var delivery = destination.DeliverAsync(batch, cancel.Token).AsTask();
        await Eventually.IsTrue(() => time.Waits.Count == 1);
        await cancel.CancelAsync();
        var report = await delivery;

        Assert.True(report[0].IsAccepted);
        Assert.Equal((OutcomeKind.Rejected, OutcomeCodes.Cancelled), (report[1].Kind, report[1].Code));
    }
}
