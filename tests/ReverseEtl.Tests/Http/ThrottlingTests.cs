using ReverseEtl.Conformance;
using ReverseEtl.Core.Delivery;
using ReverseEtl.Http.Resilience;
using ReverseEtl.Tests.Webhook;

namespace ReverseEtl.Tests.Http;

/// <summary>What throttling does to everybody who uses an account (D9, D10).</summary>
public sealed class ThrottlingTests
{
    [Fact]
    public async Task A_storm_of_throttling_is_weathered_and_everything_arrives_once()
    {
        await using var harness = await WebhookHarness.StartAsync();
        await using var destination = harness.Open(policy: harness.Policy with { MaxAttempts = 30 });
        harness.Script(new() { Status = 429, RetryAfter = 2 }, times: 25);

        await Parallel.ForAsync(0, 20, new ParallelOptions { MaxDegreeOfParallelism = 4, CancellationToken = WebhookHarness.None },
            async (number, cancellationToken) =>
            {
                using var batch = Batches.Of($"b{number}", Operation.Append, $"{number}-a", $"{number}-b");
                Assert.True((await destination.DeliverAsync(batch, cancellationToken)).AllAccepted);
            });

        Assert.Equal(40, harness.Received.Events.Count);
        Assert.All(harness.Received.Events, received => Assert.Equal(1, received.Count));
        Assert.Equal(45, harness.Sandbox.Requests().Count);
    }

    [Fact]
    public async Task Two_syncs_of_a_throttled_account_have_fewer_requests_under_way_and_then_as_many_as_before()
    {
        var waits = new ManualTime(jumps: true);
        var account = new RateBucket(null, waits);
        var vendor = new Vendor();
        await using var one = new ResilientDestination(vendor, account, new RetryPolicy(), waits);
        await using var other = new ResilientDestination(vendor, account, new RetryPolicy(), waits);

        vendor.Expect(8, RowOutcome.Retry("429", "slow down"));
        var callers = Enumerable.Range(0, 8).Select(number => DeliverAsync(number % 2 == 0 ? one : other, $"b{number}")).ToList();
        await Task.WhenAll(callers);
        Assert.InRange(vendor.Most, 1, 4);

        for (var number = 0; number < 30; number++)
            await DeliverAsync(one, $"c{number}");
        vendor.Expect(8, RowOutcome.Accepted);
        await Task.WhenAll(Enumerable.Range(0, 8).Select(number => DeliverAsync(number % 2 == 0 ? one : other, $"d{number}")));
        Assert.True(vendor.WasFull);
    }

    private static async Task DeliverAsync(IDestination destination, string id)
    {
        await Task.Yield();
        using var batch = Batches.Upsert(id, "a");
        Assert.True((await destination.DeliverAsync(batch, WebhookHarness.None)).AllAccepted);
    }

    /// <summary>Holds requests back until enough of them are under way, answers those, accepts what comes after, and remembers how many came at once.</summary>
    private sealed class Vendor : IDestination
    {
        private readonly Lock _gate = new();
        private TaskCompletionSource _full = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private RowOutcome _answer;
        private int _expected;
        private int _underWay;

        public int Most { get; private set; }

        public DestinationDescriptor Descriptor { get; } = new() { Modes = new HashSet<SyncMode>(), MaxBatchRows = 1, Concurrency = 8, ReplaySafe = true };

        public void Expect(int underWay, RowOutcome answer)
        {
            lock (_gate)
            {
                (_expected, _answer, WasFull) = (underWay, answer, false);
                _full = new(TaskCreationOptions.RunContinuationsAsynchronously);
            }
        }

        public bool WasFull { get; private set; }

        public ValueTask CheckAsync(CancellationToken cancellationToken) => ValueTask.CompletedTask;

        public async ValueTask<DeliveryReport> DeliverAsync(ChangeBatch batch, CancellationToken cancellationToken)
        {
            Task full;
            RowOutcome answer;
            lock (_gate)
            {
                Most = Math.Max(Most, ++_underWay);
                (full, answer) = (_full.Task, _answer);
                if (_underWay >= _expected && !WasFull)
                {
                    (WasFull, _answer, Most) = (true, RowOutcome.Accepted, 0);
                    _full.SetResult();
                }
            }

            await full;
            lock (_gate)
                _underWay--;
            return DeliveryReport.All(batch, answer);
        }

        public ValueTask DisposeAsync() => ValueTask.CompletedTask;
    }
}
