using ReverseEtl.Core.State;
using Xunit;

namespace ReverseEtl.Conformance.ControlStore;

public abstract partial class ControlStoreConformance
{
    /// <summary>S22</summary>
    [Fact]
    public async Task S22_A_batch_that_was_taken_back_stays_the_runs_and_is_told_apart_until_it_is_intended_again()
    {
        var batch = Batch("r1", 1, 10);
        await using (var store = await OpenAsync())
        {
            var lease = await BeginAsync(store, "r1");
            await store.IntendAsync(lease, batch, Cancellation);
            await store.IntendAsync(lease, Batch("r1", 11, 20), Cancellation);
            await store.WithdrawAsync(lease, batch, Cancellation);
            await store.WithdrawAsync(lease, batch, Cancellation);
            await store.ReleaseLeaseAsync(lease, Cancellation);
        }

        await using var reopened = await OpenAsync();
        var next = await TakeAsync(reopened);
        Assert.Equal([batch with { Withdrawn = true }, Batch("r1", 11, 20)], await reopened.ReadJournalAsync("r1", Cancellation));
        await Assert.ThrowsAsync<InvalidOperationException>(() => reopened.IntendAsync(next, Batch("r1", 5, 8), Cancellation));

        await reopened.IntendAsync(next, batch with { Withdrawn = true }, Cancellation);
        Assert.Equal([batch, Batch("r1", 11, 20)], await reopened.ReadJournalAsync("r1", Cancellation));
    }

    /// <summary>S22</summary>
    [Fact]
    public async Task S22_A_run_does_not_end_while_a_batch_is_taken_back_and_not_done()
    {
        await using var store = await OpenAsync();
        var lease = await BeginAsync(store, "r1");
        var batch = Batch("r1", 1, 10);
        await store.IntendAsync(lease, batch, Cancellation);
        await store.WithdrawAsync(lease, batch, Cancellation);
        var ended = Run("r1") with { Status = RunStatus.Failed };

        await Assert.ThrowsAsync<InvalidOperationException>(() => store.FinishRunAsync(lease, ended, false, Cancellation));

        Assert.NotNull(await store.FindOpenRunAsync(Sync, Cancellation));
        await store.IntendAsync(lease, batch, Cancellation);
        await store.DoneAsync(lease, batch, [], Cancellation);
        await store.FinishRunAsync(lease, ended, false, Cancellation);
    }

    /// <summary>S22</summary>
    [Fact]
    public async Task S22_Only_a_batch_that_is_intended_and_not_done_can_be_taken_back()
    {
        await using var store = await OpenAsync();
        var lease = await BeginAsync(store, "r1");
        await store.IntendAsync(lease, Batch("r1", 1, 10), Cancellation);
        await store.DoneAsync(lease, Batch("r1", 1, 10), [], Cancellation);
        await store.IntendAsync(lease, Batch("r1", 11, 20), Cancellation);
        var other = await BeginAsync(store, "x1", "another");
        JournalEntry[] wrong = [Batch("r1", 1, 10), Batch("r1", 21, 30), Batch("r1", 11, 19), Batch("r2", 11, 20)];

        foreach (var entry in wrong)
            await Assert.ThrowsAsync<InvalidOperationException>(() => store.WithdrawAsync(lease, entry, Cancellation));
        await Assert.ThrowsAsync<InvalidOperationException>(() => store.WithdrawAsync(other, Batch("r1", 11, 20), Cancellation));

        Assert.Equal([Batch("r1", 1, 10) with { Done = true }, Batch("r1", 11, 20)], await store.ReadJournalAsync("r1", Cancellation));
    }
}
