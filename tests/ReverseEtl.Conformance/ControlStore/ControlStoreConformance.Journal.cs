using ReverseEtl.Core.Delivery;
using ReverseEtl.Core.State;
using Xunit;

namespace ReverseEtl.Conformance.ControlStore;

public abstract partial class ControlStoreConformance
{
    /// <summary>S10</summary>
    [Fact]
    public async Task S10_The_journal_is_read_by_operation_and_first_row()
    {
        await using var store = await OpenAsync();
        var lease = await BeginAsync(store, "r1");
        JournalEntry[] ordered =
        [
            Batch("r1", 2, 9) with { Rows = 3 }, Batch("r1", 10, 11), Batch("r1", 100, 101),
            Batch("r1", 1, 5, Operation.Update) with { Rows = 2 }, Batch("r1", 20, 21, Operation.Insert),
            Batch("r1", 30, 31, Operation.Append), Batch("r1", 3, 8, Operation.Remove) with { Rows = 3 },
        ];
        foreach (var index in new[] { 6, 2, 4, 0, 5, 1, 3 })
            await store.IntendAsync(lease, ordered[index], Cancellation);
        await store.DoneAsync(lease, ordered[1], [], Cancellation);

        ordered[1] = ordered[1] with { Done = true };
        Assert.Equal(ordered, await store.ReadJournalAsync("r1", Cancellation));
        Assert.Empty(await store.ReadJournalAsync("r2", Cancellation));
    }

    /// <summary>S1, S10</summary>
    [Fact]
    public async Task S10_An_intended_and_a_done_batch_are_there_after_the_store_was_opened_again()
    {
        await using (var store = await OpenAsync())
        {
            var lease = await BeginAsync(store, "r1");
            await store.IntendAsync(lease, Batch("r1", 1, 10), Cancellation);
            await store.DoneAsync(lease, Batch("r1", 1, 10), [Rejected(4, "d")], Cancellation);
            await store.IntendAsync(lease, Batch("r1", 11, 20), Cancellation);
        }

        await using var reopened = await OpenAsync();
        Assert.Equal([Batch("r1", 1, 10) with { Done = true }, Batch("r1", 11, 20)], await reopened.ReadJournalAsync("r1", Cancellation));
        Assert.Equal([Rejected(4, "d")], await reopened.ReadExceptionsAsync("r1", Cancellation));
    }

    /// <summary>S11</summary>
    [Fact]
    public async Task S11_A_batch_is_intended_only_for_the_open_run_of_the_leases_sync()
    {
        await using var store = await OpenAsync();
        await RunAsync(store, "r1", true);
        await BeginAsync(store, "x1", "another");
        var lease = await TakeAsync(store);

        foreach (var runId in new[] { "r1", "x1", "never" })
            await Assert.ThrowsAsync<InvalidOperationException>(() => store.IntendAsync(lease, Batch(runId, 11, 20), Cancellation));

        Assert.Empty(await store.ReadJournalAsync("x1", Cancellation));
        Assert.Empty(await store.ReadJournalAsync("never", Cancellation));
    }

    /// <summary>S11</summary>
    [Fact]
    public async Task S11_A_batch_that_is_not_done_may_be_intended_again_for_its_replay()
    {
        await using var store = await OpenAsync();
        var lease = await BeginAsync(store, "r1");
        await store.IntendAsync(lease, Batch("r1", 1, 10), Cancellation);

        await store.IntendAsync(lease, Batch("r1", 1, 10), Cancellation);

        Assert.Equal([Batch("r1", 1, 10)], await store.ReadJournalAsync("r1", Cancellation));
    }

    /// <summary>S12</summary>
    [Fact]
    public async Task S12_A_done_batch_is_not_intended_again()
    {
        await using var store = await OpenAsync();
        var lease = await BeginAsync(store, "r1");
        await store.IntendAsync(lease, Batch("r1", 1, 10), Cancellation);
        await store.DoneAsync(lease, Batch("r1", 1, 10), [], Cancellation);

        await Assert.ThrowsAsync<InvalidOperationException>(() => store.IntendAsync(lease, Batch("r1", 1, 10), Cancellation));

        Assert.True(Assert.Single(await store.ReadJournalAsync("r1", Cancellation)).Done);
    }

    /// <summary>S12</summary>
    [Theory]
    [InlineData(10, 20, 11)]
    [InlineData(10, 19, 10)]
    [InlineData(10, 20, 10)]
    [InlineData(1, 10, 10)]
    [InlineData(20, 30, 11)]
    [InlineData(1, 99, 50)]
    [InlineData(12, 13, 2)]
    public async Task S12_Rows_of_one_batch_are_not_sent_with_another(long from, long to, int rows)
    {
        await using var store = await OpenAsync();
        var lease = await BeginAsync(store, "r1");
        var known = Batch("r1", 10, 20) with { Rows = 9 };
        await store.IntendAsync(lease, known, Cancellation);
        var overlapping = Batch("r1", from, to) with { Rows = rows };

        await Assert.ThrowsAsync<InvalidOperationException>(() => store.IntendAsync(lease, overlapping, Cancellation));

        Assert.Equal([known], await store.ReadJournalAsync("r1", Cancellation));
        await store.IntendAsync(lease, Batch("r1", 5, 9), Cancellation);
        await store.IntendAsync(lease, Batch("r1", 21, 25), Cancellation);
        await store.IntendAsync(lease, overlapping with { Operation = Operation.Remove }, Cancellation);
    }

    /// <summary>S13</summary>
    [Fact]
    public async Task S13_Done_keeps_every_row_that_was_not_accepted_in_plan_order()
    {
        await using var store = await OpenAsync();
        var lease = await BeginAsync(store, "r1");
        await store.IntendAsync(lease, Batch("r1", 1, 10), Cancellation);
        var removal = Batch("r1", 2, 7, Operation.Remove) with { Rows = 2 };
        await store.IntendAsync(lease, removal, Cancellation);
        await store.DoneAsync(lease, removal, [Unknown(2, "b"), Unknown(7, "g")], Cancellation);
        var late = new RowException(3, "c", RowOutcome.PutOff("quiet_hours", "later", Start.AddHours(7)));
        var forGood = new RowException(4, "d", RowOutcome.RejectedForGood("opted_out", "no"));

        await store.DoneAsync(lease, Batch("r1", 1, 10), [Unknown(10, "j"), late, forGood, Rejected(9, "i"), Rejected(2, "b")], Cancellation);

        var rows = await store.ReadExceptionsAsync("r1", Cancellation);
        Assert.Equal([2, 2, 3, 4, 7, 9, 10], rows.Select(row => row.Seq));
        Assert.Contains(Unknown(2, "b"), rows);
        Assert.Contains(Rejected(2, "b"), rows);
        Assert.Equal([late, forGood, Unknown(7, "g"), Rejected(9, "i"), Unknown(10, "j")], rows.Skip(2));
    }

    /// <summary>S14</summary>
    [Fact]
    public async Task S14_Done_twice_is_done_once_and_the_first_answer_stands()
    {
        await using var store = await OpenAsync();
        var lease = await BeginAsync(store, "r1");
        await store.IntendAsync(lease, Batch("r1", 1, 10), Cancellation);
        await store.DoneAsync(lease, Batch("r1", 1, 10), [Rejected(3, "c"), Unknown(4, "d")], Cancellation);
        Time.Advance(Minute / 2);

        await store.DoneAsync(lease, Batch("r1", 1, 10), [Rejected(3, "c"), Unknown(4, "d")], Cancellation);
        await store.DoneAsync(lease, Batch("r1", 1, 10) with { Done = true }, [Rejected(5, "e")], Cancellation);

        Assert.Equal([Rejected(3, "c"), Unknown(4, "d")], await store.ReadExceptionsAsync("r1", Cancellation));
        Assert.Equal([new RejectedRow("c", "bad", "no such field", 1, Start, Start)], await store.ListRejectedAsync(Sync, 10, Cancellation));
    }

    /// <summary>S15</summary>
    [Fact]
    public async Task S15_A_batch_that_was_never_intended_cannot_be_done()
    {
        await using var store = await OpenAsync();
        var lease = await BeginAsync(store, "r1");
        await store.IntendAsync(lease, Batch("r1", 1, 10), Cancellation);
        var other = await BeginAsync(store, "x1", "another");
        JournalEntry[] unknown = [Batch("r1", 11, 20), Batch("r1", 1, 9), Batch("r1", 1, 10, Operation.Remove), Batch("r2", 1, 10)];

        foreach (var entry in unknown)
            await Assert.ThrowsAsync<InvalidOperationException>(() => store.DoneAsync(lease, entry, [], Cancellation));
        await Assert.ThrowsAsync<InvalidOperationException>(() => store.DoneAsync(other, Batch("r1", 1, 10), [], Cancellation));

        Assert.Equal([Batch("r1", 1, 10)], await store.ReadJournalAsync("r1", Cancellation));
    }

    /// <summary>S15</summary>
    [Fact]
    public async Task S15_A_report_with_a_row_that_cannot_be_is_refused_whole()
    {
        await using var store = await OpenAsync();
        var lease = await BeginAsync(store, "r1");
        var batch = Batch("r1", 5, 10);
        await store.IntendAsync(lease, batch, Cancellation);
        RowException[] impossible =
        [
            Rejected(4, "d"), Rejected(11, "k"), new(6, "f", RowOutcome.Accepted), new(6, "f", RowOutcome.Retry("busy", "later")),
        ];

        foreach (var row in impossible)
            await Assert.ThrowsAsync<ArgumentException>(() => store.DoneAsync(lease, batch, [Rejected(5, "e"), row], Cancellation));

        Assert.False(Assert.Single(await store.ReadJournalAsync("r1", Cancellation)).Done);
        Assert.Empty(await store.ReadExceptionsAsync("r1", Cancellation));
        Assert.Equal(0, await store.CountRejectedAsync(Sync, Cancellation));
    }

    /// <summary>S13, S20</summary>
    [Fact]
    public async Task S20_Concurrent_batches_of_one_run_are_all_recorded()
    {
        await using var store = await OpenAsync();
        var lease = await BeginAsync(store, "r1");
        var batches = Enumerable.Range(0, 200).Select(number => Batch("r1", (number * 10) + 1, (number * 10) + 10)).ToArray();
        var start = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var workers = batches.Chunk(25).Select(share => Task.Run(
            async () =>
            {
                await start.Task;
                foreach (var batch in share)
                {
                    await store.IntendAsync(lease, batch, Cancellation);
                    await store.DoneAsync(lease, batch, [Rejected(batch.SeqFrom, $"key {batch.SeqFrom}")], Cancellation);
                }
            },
            Cancellation)).ToList();

        start.SetResult();
        await Task.WhenAll(workers);

        Assert.Equal(batches.Select(batch => batch with { Done = true }), await store.ReadJournalAsync("r1", Cancellation));
        Assert.Equal(200, await store.CountRejectedAsync(Sync, Cancellation));
    }

    /// <summary>S20</summary>
    [Fact]
    public async Task S20_Instances_that_write_at_the_same_time_wait_for_each_other()
    {
        await using var one = await OpenAsync();
        await using var two = await OpenAsync();

        await Task.WhenAll(Task.Run(() => WriteAsync(one, "a"), Cancellation), Task.Run(() => WriteAsync(two, "b"), Cancellation));

        Assert.Equal(200, (await one.ReadJournalAsync("a", Cancellation)).Count);
        Assert.Equal(200, (await one.ReadJournalAsync("b", Cancellation)).Count);

        async Task WriteAsync(IControlStore store, string name)
        {
            var lease = await BeginAsync(store, name, name);
            for (var row = 1; row <= 200; row++)
                await store.IntendAsync(lease, Batch(name, row, row), Cancellation);
        }
    }

    /// <summary>S13</summary>
    [Fact]
    public async Task S13_A_batch_of_ten_thousand_refused_rows_is_recorded_whole()
    {
        await using var store = await OpenAsync();
        var lease = await BeginAsync(store, "r1");
        var rows = Enumerable.Range(1, 10_000).Select(seq => Rejected(seq, $"key {seq}")).ToArray();
        await store.IntendAsync(lease, Batch("r1", 1, 10_000), Cancellation);

        await store.DoneAsync(lease, Batch("r1", 1, 10_000), rows, Cancellation);

        Assert.Equal(rows, await store.ReadExceptionsAsync("r1", Cancellation));
        Assert.Equal(10_000, await store.CountRejectedAsync(Sync, Cancellation));
    }
}
