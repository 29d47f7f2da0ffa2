using System.Net;
using System.Net.Sockets;
using ReverseEtl.Core.Delivery;
using ReverseEtl.Http;
using ReverseEtl.Tests.Http;

namespace ReverseEtl.Tests.Webhook;

/// <summary>Requests that nobody answers.</summary>
public sealed class WebhookNoAnswerTests
{
    [Fact]
    public async Task An_answer_that_breaks_off_is_none()
    {
        using var receiver = new RawReceiver();
        var answering = receiver.AnswerAsync("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{\"par");
        await using var harness = await WebhookHarness.StartAsync();
        await using var destination = harness.OpenBare(harness.Options with { BaseUrl = receiver.Url });
        using var batch = Batches.Upsert("b", "a");

        var report = await destination.DeliverAsync(batch, WebhookHarness.None);

        await answering;
        Assert.Equal((OutcomeKind.Unknown, OutcomeCodes.ConnectionLost), (report[0].Kind, report[0].Code));
    }

    [Fact]
    public async Task A_request_out_of_time_is_unknown()
    {
        await using var harness = await WebhookHarness.StartAsync();
        await using var destination = harness.OpenBare(harness.Options with { Timeout = TimeSpan.FromSeconds(5) });
        harness.Script(new() { DelayMs = 60_000 });
        using var batch = Batches.Upsert("b", "a");

        var delivery = destination.DeliverAsync(batch, WebhookHarness.None).AsTask();
        await Eventually.IsTrue(() => harness.Sandbox.Requests().Count == 1);
        harness.Clock.Advance(TimeSpan.FromSeconds(4));
        await Task.Delay(50, WebhookHarness.None);
        Assert.False(delivery.IsCompleted);
        harness.Clock.Advance(TimeSpan.FromSeconds(2));

        Assert.Equal((OutcomeKind.Unknown, OutcomeCodes.TimedOut), ((await delivery)[0].Kind, (await delivery)[0].Code));
    }

    [Fact]
    public async Task A_request_that_is_cancelled_under_way_is_unknown()
    {
        await using var harness = await WebhookHarness.StartAsync();
        await using var destination = harness.Open();
        harness.Script(new() { DelayMs = 60_000 });
        using var batch = Batches.Upsert("b", "a");
        using var cancel = new CancellationTokenSource();

        var delivery = destination.DeliverAsync(batch, cancel.Token).AsTask();
        await Eventually.IsTrue(() => harness.Sandbox.Requests().Count == 1);
        await cancel.CancelAsync();

        Assert.Equal((OutcomeKind.Unknown, OutcomeCodes.Cancelled), ((await delivery)[0].Kind, (await delivery)[0].Code));
    }

    [Fact]
    public async Task Cancelled_before_anything_was_sent_is_an_exception()
    {
        await using var harness = await WebhookHarness.StartAsync();
        await using var bare = harness.OpenBare();
        await using var destination = harness.Open();
        using var batch = Batches.Upsert("b", "a");
        var cancelled = new CancellationToken(canceled: true);

        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () => await bare.DeliverAsync(batch, cancelled));
        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () => await destination.DeliverAsync(batch, cancelled));

        Assert.Empty(harness.Sandbox.Requests());
    }

    [Fact]
    public async Task No_connection_is_not_sent()
    {
        await using var harness = await WebhookHarness.StartAsync();
        await using var destination = harness.OpenBare(harness.Options with { BaseUrl = ClosedPort() });
        using var batch = Batches.Upsert("b", "a");

        var report = await destination.DeliverAsync(batch, WebhookHarness.None);

        Assert.Equal((OutcomeKind.Retry, OutcomeCodes.Unreachable), (report[0].Kind, report[0].Code));
        Assert.Contains("ConnectionRefused", report[0].Message);
    }

    [Fact]
    public async Task A_destination_that_stays_out_of_reach_ends_the_run()
    {
        await using var harness = await WebhookHarness.StartAsync();
        await using var destination = harness.Open(harness.Options with { BaseUrl = ClosedPort() });
        using var batch = Batches.Upsert("b", "a");

        var failure = await Assert.ThrowsAsync<DestinationException>(async () => await destination.DeliverAsync(batch, WebhookHarness.None));

        Assert.True(failure.IsUnreachable);
        Assert.Equal(harness.Policy.MaxAttempts - 1, harness.Waits.Waits.Count);
    }

    [Fact]
    public async Task The_check_finds_a_receiver_that_is_down_and_sends_nothing_to_one_that_is_up()
    {
        await using var harness = await WebhookHarness.StartAsync();
        await using var up = harness.OpenBare();
        await using var down = harness.OpenBare(harness.Options with { BaseUrl = ClosedPort() });

        await up.CheckAsync(WebhookHarness.None);
        var failure = await Assert.ThrowsAsync<DestinationException>(async () => await down.CheckAsync(WebhookHarness.None));

        Assert.True(failure.IsUnreachable);
        Assert.Empty(harness.Sandbox.Requests());
    }

    private static Uri ClosedPort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var address = new Uri($"http://{listener.LocalEndpoint}");
        listener.Stop();
        return address;
    }
}
