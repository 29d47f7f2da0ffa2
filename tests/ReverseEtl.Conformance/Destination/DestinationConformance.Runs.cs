using ReverseEtl.Core.Delivery;
using Xunit;

namespace ReverseEtl.Conformance.Destination;

public abstract partial class DestinationConformance
{
    private const int ManyRows = 5000;

    /// <summary>D1</summary>
    [Fact]
    public async Task D1_What_is_accepted_is_there()
    {
        await using var harness = await StartAsync();
        await using var destination = Open(harness, harness.Main);
        Assert.Empty(await harness.RowsAsync());

        await AcceptedAsync(destination, Rows(harness, "b1", Telling(harness), "b", "a"));
        await AcceptedAsync(destination, Rows(harness, "b2", Telling(harness), "c", "A"));

        Assert.Equal(Expected(harness, "a", "b", "c", "A"), await HeldAsync(harness, destination));
    }

    /// <summary>D4</summary>
    [Fact]
    public async Task D4_Nothing_arrives_of_what_was_cancelled_before_it_was_sent()
    {
        await using var harness = await StartAsync();
        await using var destination = Open(harness, harness.Main);
        using var batch = Rows(harness, "b1", Telling(harness), "a");

        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () => await destination.DeliverAsync(batch, new CancellationToken(canceled: true)));

        Assert.Empty(await HeldAsync(harness, destination));
    }

    /// <summary>D7</summary>
    [Fact]
    public async Task D7_The_same_batch_twice_has_the_effect_of_once()
    {
        await using var harness = await StartAsync();
        await using var destination = Open(harness, SyncMode.Mirror);
        Needs(destination, SyncMode.Mirror);
        Assert.SkipUnless(destination.Descriptor.ReplaySafe, "the destination stands no repeats");
        await AcceptedAsync(destination, Rows(harness, "b1", Telling(harness), "gone"));
        for (var time = 0; time < 2; time++)
        {
            await AcceptedAsync(destination, Removals(harness, destination, "b2", ["gone"]));
            await AcceptedAsync(destination, Rows(harness, "b3", Telling(harness), "a", "b"));
        }

        Assert.Equal(Expected(harness, "a", "b"), await HeldAsync(harness, destination));
    }

    /// <summary>D7</summary>
    [Fact]
    public async Task D7_The_same_events_twice_are_there_once_also_in_another_run()
    {
        await using var harness = await StartAsync();
        await using (var first = Open(harness, SyncMode.Append))
        {
            Needs(first, SyncMode.Append);
            Assert.SkipUnless(first.Descriptor.ReplaySafe, "the destination stands no repeats");
            await AcceptedAsync(first, Rows(harness, "b1", Operation.Append, "a", "b"));
            await AcceptedAsync(first, Rows(harness, "b1", Operation.Append, "a", "b"));
        }

        await using var second = Open(harness, SyncMode.Append, "run2");
        await AcceptedAsync(second, Rows(harness, "b1", Operation.Append, "a", "b"));
        await AcceptedAsync(second, Rows(harness, "b2", Operation.Append, "a"));
        await second.CompleteAsync(Cancellation);

        // An event whose time is told is the same one in any batch.
        string[] expected = harness.Always.Count > 0 ? ["a", "b"] : ["a", "a", "b"];
        Assert.Equal(expected, (await harness.EventsAsync()).Select(row => row[harness.KeyField]).Order());
    }

    /// <summary>D18</summary>
    [Fact]
    public async Task D18_The_check_changes_nothing_and_may_be_repeated()
    {
        await using var harness = await StartAsync();
        await using (var destination = Open(harness, harness.Main))
        {
            await destination.CheckAsync(Cancellation);
            await destination.CheckAsync(Cancellation);
            Assert.Empty(await harness.RowsAsync());
            await AcceptedAsync(destination, Rows(harness, "b1", Telling(harness), "a"));
            await destination.CompleteAsync(Cancellation);
        }

        await using var next = Open(harness, harness.Main, "run2");
        await next.CheckAsync(Cancellation);
        Assert.Equal("a", Assert.Single(await harness.RowsAsync())[harness.KeyField]);
    }

    /// <summary>D19</summary>
    [Fact]
    public async Task D19_Completing_again_changes_nothing_with_or_without_a_batch()
    {
        await using var harness = await StartAsync();
        await using (var destination = Open(harness, harness.Main))
        {
            await AcceptedAsync(destination, Rows(harness, "b1", Telling(harness), "a"));
            await destination.CompleteAsync(Cancellation);
            Assert.Equal(Expected(harness, "a"), await HeldAsync(harness, destination));
            await AcceptedAsync(destination, Rows(harness, "b2", Telling(harness), "b"));
            Assert.Equal(Expected(harness, "a", "b"), await HeldAsync(harness, destination));
        }

        await using var next = Open(harness, harness.Main, "run2");
        Assert.Equal(Expected(harness, "a", "b"), await HeldAsync(harness, next));
    }

    /// <summary>D19</summary>
    [Fact]
    public async Task D19_The_next_run_publishes_what_an_interrupted_one_delivered()
    {
        await using var harness = await StartAsync();
        await using (var interrupted = Open(harness, harness.Main))
        {
            await AcceptedAsync(interrupted, Rows(harness, "b1", Telling(harness), "a"));
        }

        await using var next = Open(harness, harness.Main, "run2");
        await AcceptedAsync(next, Rows(harness, "b2", Telling(harness), "b"));

        Assert.Equal(Expected(harness, "a", "b"), await HeldAsync(harness, next));
    }

    /// <summary>D20</summary>
    [Fact]
    public async Task D20_A_batch_of_as_many_rows_as_are_allowed_is_taken()
    {
        await using var harness = await StartAsync();
        await using var destination = Open(harness, harness.Main);
        Assert.True(destination.Descriptor is { MaxBatchRows: > 0, Concurrency: > 0 } and not { MaxBatchBytes: <= 0 });
        var keys = SuiteBatch.Keys(Math.Min(destination.Descriptor.MaxBatchRows, ManyRows));

        await AcceptedAsync(destination, Rows(harness, "b1", Telling(harness), keys));

        Assert.Equal(Expected(harness, keys), await HeldAsync(harness, destination));
    }

    /// <summary>D21</summary>
    [Fact]
    public async Task D21_As_many_callers_as_are_allowed_deliver_everything()
    {
        await using var harness = await StartAsync();
        await using var destination = Open(harness, harness.Main);

        await Parallel.ForAsync(0, 8 * destination.Descriptor.Concurrency,
            new ParallelOptions { MaxDegreeOfParallelism = destination.Descriptor.Concurrency, CancellationToken = Cancellation },
            async (number, _) => await AcceptedAsync(destination, Rows(harness, $"b{number}", Telling(harness), $"x{number}", $"y{number}")));

        var keys = Enumerable.Range(0, 8 * destination.Descriptor.Concurrency).SelectMany(number => new[] { $"x{number}", $"y{number}" });
        Assert.Equal(Expected(harness, keys), await HeldAsync(harness, destination));
    }
}
