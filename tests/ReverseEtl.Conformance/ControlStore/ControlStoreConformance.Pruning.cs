using ReverseEtl.Core.State;
using Xunit;

namespace ReverseEtl.Conformance.ControlStore;

public abstract partial class ControlStoreConformance
{
    /// <summary>S24</summary>
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task S24_A_finished_run_keeps_its_batches_and_exceptions_until_the_next_one_of_its_sync_finishes(bool delivered)
    {
        await using var store = await OpenAsync();
        await RunAsync(store, "r1", true, Rejected(1, "a"), Unknown(2, "b"));
        Assert.Single(await store.ReadJournalAsync("r1", Cancellation));
        Assert.Equal(2, (await store.ReadExceptionsAsync("r1", Cancellation)).Count);
        var other = await BeginAsync(store, "x1", "another");
        await store.IntendAsync(other, Batch("x1", 1, 10), Cancellation);
        await store.DoneAsync(other, Batch("x1", 1, 10), [Unknown(2, "b")], Cancellation);
        await store.FinishRunAsync(other, Run("x1", "another") with { Status = RunStatus.Partial }, true, Cancellation);
        Assert.Single(await store.ReadJournalAsync("r1", Cancellation));

        await RunAsync(store, "r2", delivered, Rejected(1, "a"));

        Assert.Empty(await store.ReadJournalAsync("r1", Cancellation));
        Assert.Empty(await store.ReadExceptionsAsync("r1", Cancellation));
        Assert.Single(await store.ReadJournalAsync("r2", Cancellation));
        Assert.Equal([Rejected(1, "a")], await store.ReadExceptionsAsync("r2", Cancellation));
        Assert.Single(await store.ReadJournalAsync("x1", Cancellation));
        Assert.Single(await store.ReadExceptionsAsync("x1", Cancellation));
        Assert.Equal(2, Assert.Single(await store.ListRejectedAsync(Sync, 10, Cancellation)).Attempts);
        Assert.Equal(["r2", "r1"], (await store.ListRunsAsync(Sync, 10, Cancellation)).Select(run => run.RunId));
    }

    /// <summary>S24</summary>
    [Fact]
    public async Task S24_The_batches_of_an_open_run_stay_when_a_run_that_never_began_is_recorded()
    {
        await using var store = await OpenAsync();
        var lease = await BeginAsync(store, "r1");
        await store.IntendAsync(lease, Batch("r1", 1, 10), Cancellation);
        await store.DoneAsync(lease, Batch("r1", 1, 10), [Unknown(2, "b")], Cancellation);
        await store.IntendAsync(lease, Batch("r1", 11, 20), Cancellation);

        await store.FinishRunAsync(lease, Run("r2") with { Status = RunStatus.Failed }, false, Cancellation);

        Assert.Equal("r1", (await store.FindOpenRunAsync(Sync, Cancellation))?.RunId);
        Assert.Equal(2, (await store.ReadJournalAsync("r1", Cancellation)).Count);
        Assert.Single(await store.ReadExceptionsAsync("r1", Cancellation));
    }

    /// <summary>S24</summary>
    [Fact]
    public async Task S24_The_latest_runs_of_a_sync_are_remembered()
    {
        await using var store = await OpenAsync();
        var (lease, other) = (await TakeAsync(store), await TakeAsync(store, "another"));
        await store.FinishRunAsync(other, Run("x1", "another") with { Status = RunStatus.Unchanged }, true, Cancellation);
        for (var number = 0; number < RunRecord.Kept + 3; number++)
        {
            await store.FinishRunAsync(lease, Run($"r{number:0000}") with { Status = RunStatus.Unchanged }, true, Cancellation);
            Time.Advance(TimeSpan.FromSeconds(1));
        }

        var runs = await store.ListRunsAsync(Sync, int.MaxValue, Cancellation);
        Assert.Equal(
            Enumerable.Range(3, RunRecord.Kept).Reverse().Select(number => $"r{number:0000}"), runs.Select(run => run.RunId));
        Assert.Single(await store.ListRunsAsync("another", 10, Cancellation));

        // Neither the run that ends nor one that is open goes, however old a clock that was set back makes them look.
        Time.Set(-10_000 * Minute);
        await store.BeginRunAsync(lease, Run("open"), Cancellation);
        await store.FinishRunAsync(lease, Run("ended") with { Status = RunStatus.Unchanged }, true, Cancellation);
        Assert.Equal("open", (await store.FindOpenRunAsync(Sync, Cancellation))?.RunId);
        Assert.Contains("ended", (await store.ListRunsAsync(Sync, int.MaxValue, Cancellation)).Select(run => run.RunId));
    }
}
