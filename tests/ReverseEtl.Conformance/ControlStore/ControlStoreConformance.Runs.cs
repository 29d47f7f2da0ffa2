using ReverseEtl.Core.State;
using Xunit;

namespace ReverseEtl.Conformance.ControlStore;

public abstract partial class ControlStoreConformance
{
    /// <summary>S1, S7</summary>
    [Fact]
    public async Task S7_An_open_run_is_found_after_the_store_was_opened_again()
    {
        await using (var store = await OpenAsync())
        {
            var lease = await TakeAsync(store);
            await store.BeginRunAsync(lease, Run("r1") with { Added = 3, Changed = 4, Removed = 5 }, Cancellation);
        }

        await using var reopened = await OpenAsync();
        Assert.Equal(Run("r1") with { Added = 3, Changed = 4, Removed = 5 }, await reopened.FindOpenRunAsync(Sync, Cancellation));
        Assert.Null(await reopened.FindOpenRunAsync("another", Cancellation));
    }

    /// <summary>S7</summary>
    [Fact]
    public async Task S7_A_second_open_run_of_a_sync_is_refused()
    {
        await using var store = await OpenAsync();
        var lease = await BeginAsync(store, "r1");

        var refused = await Assert.ThrowsAsync<InvalidOperationException>(() => store.BeginRunAsync(lease, Run("r2"), Cancellation));

        Assert.Contains("r1", refused.Message, StringComparison.Ordinal);
        Assert.Equal("r1", Assert.Single(await store.ListRunsAsync(null, 10, Cancellation)).RunId);
    }

    /// <summary>S7</summary>
    [Fact]
    public async Task S7_Runs_of_different_syncs_are_open_at_the_same_time()
    {
        await using var store = await OpenAsync();
        await BeginAsync(store, "r1", "a");
        await BeginAsync(store, "r2", "b");

        Assert.Equal("r1", (await store.FindOpenRunAsync("a", Cancellation))?.RunId);
        Assert.Equal("r2", (await store.FindOpenRunAsync("b", Cancellation))?.RunId);
    }

    /// <summary>S8</summary>
    [Fact]
    public async Task S8_A_finished_run_is_no_longer_open_and_keeps_every_figure()
    {
        await using var store = await OpenAsync();
        var lease = await BeginAsync(store, "r1");
        var finished = Run("r1") with
        {
            Status = RunStatus.Partial, FinishedAt = Start + TimeSpan.FromMicroseconds(1), Added = 1, Changed = 2, Removed = 3, Accepted = 4,
            Rows = 12, Rejected = 5, Unknown = 6, Quarantined = 7, Waiting = 8, Resent = 9, Reported = """{"num_received":10}""", Guard = "max_removed: 21% of 20%", Error = "æ 統 😀\n'", DurationMs = long.MaxValue,
        };

        await store.FinishRunAsync(lease, finished, true, Cancellation);

        Assert.Null(await store.FindOpenRunAsync(Sync, Cancellation));
        Assert.Equal(finished, Assert.Single(await store.ListRunsAsync(Sync, 10, Cancellation)));
        await store.BeginRunAsync(lease, Run("r2"), Cancellation);
    }

    /// <summary>S8</summary>
    [Fact]
    public async Task S8_Finishing_a_run_again_replaces_its_record()
    {
        await using var store = await OpenAsync();
        var lease = await BeginAsync(store, "r1");
        var failed = Run("r1") with { Status = RunStatus.Failed, Error = "no route to host" };
        await store.FinishRunAsync(lease, failed, false, Cancellation);
        var succeeded = failed with { Status = RunStatus.Succeeded, Error = null };

        await store.FinishRunAsync(lease, succeeded, true, Cancellation);

        Assert.Equal(succeeded, Assert.Single(await store.ListRunsAsync(Sync, 10, Cancellation)));
    }

    /// <summary>S8</summary>
    [Theory]
    [InlineData(RunStatus.Stopped)]
    [InlineData(RunStatus.Unchanged)]
    [InlineData(RunStatus.Failed)]
    public async Task S8_A_run_that_never_began_is_recorded_when_it_ends(RunStatus status)
    {
        await using var store = await OpenAsync();
        var run = Run("r1") with { Status = status, FinishedAt = Start };

        await store.FinishRunAsync(await TakeAsync(store), run, false, Cancellation);

        Assert.Equal(run, Assert.Single(await store.ListRunsAsync(Sync, 10, Cancellation)));
    }

    /// <summary>S8</summary>
    [Fact]
    public async Task S8_The_id_of_a_run_is_used_once()
    {
        await using var store = await OpenAsync();
        await RunAsync(store, "r1", true);
        var lease = await TakeAsync(store);
        var other = await TakeAsync(store, "another");

        await Assert.ThrowsAsync<InvalidOperationException>(() => store.BeginRunAsync(lease, Run("r1"), Cancellation));
        await Assert.ThrowsAsync<InvalidOperationException>(() => store.BeginRunAsync(other, Run("r1", "another"), Cancellation));
        var failed = Run("r1", "another") with { Status = RunStatus.Failed };
        await Assert.ThrowsAsync<InvalidOperationException>(() => store.FinishRunAsync(other, failed, false, Cancellation));
        Assert.Equal(RunStatus.Partial, Assert.Single(await store.ListRunsAsync(null, 10, Cancellation)).Status);
    }

    /// <summary>S8</summary>
    [Fact]
    public async Task S8_A_run_begins_open_ends_closed_and_is_of_the_leases_sync()
    {
        await using var store = await OpenAsync();
        var lease = await TakeAsync(store);
        var ended = Run("r1") with { Status = RunStatus.Succeeded };

        await Assert.ThrowsAsync<ArgumentException>(() => store.BeginRunAsync(lease, ended, Cancellation));
        await Assert.ThrowsAsync<ArgumentException>(() => store.FinishRunAsync(lease, Run("r1"), true, Cancellation));
        await Assert.ThrowsAsync<ArgumentException>(() => store.BeginRunAsync(lease, Run("r1", "another"), Cancellation));
        Assert.Empty(await store.ListRunsAsync(null, 10, Cancellation));
    }

    /// <summary>S9</summary>
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task S9_A_run_does_not_end_while_the_answer_to_a_batch_is_missing(bool delivered)
    {
        await using var store = await OpenAsync();
        var lease = await BeginAsync(store, "r1");
        await store.IntendAsync(lease, Batch("r1", 1, 10), Cancellation);
        var ended = Run("r1") with { Status = RunStatus.Failed };

        await Assert.ThrowsAsync<InvalidOperationException>(() => store.FinishRunAsync(lease, ended, delivered, Cancellation));

        Assert.NotNull(await store.FindOpenRunAsync(Sync, Cancellation));
        await store.DoneAsync(lease, Batch("r1", 1, 10), [], Cancellation);
        await store.FinishRunAsync(lease, ended, delivered, Cancellation);
        Assert.Null(await store.FindOpenRunAsync(Sync, Cancellation));
    }

    /// <summary>S19</summary>
    [Fact]
    public async Task S19_Runs_are_listed_newest_first_of_one_sync_or_of_all_up_to_the_limit()
    {
        await using var store = await OpenAsync();
        var (a, b) = (await TakeAsync(store, "a"), await TakeAsync(store, "b"));
        foreach (var (lease, id) in new[] { (a, "a1"), (b, "b1"), (a, "a2"), (a, "a3") })
        {
            await store.FinishRunAsync(lease, Run(id, lease.Sync) with { Status = RunStatus.Unchanged }, true, Cancellation);
            Time.Advance(Minute);
        }

        Assert.Equal(["a3", "a2", "b1", "a1"], await IdsAsync(null, 10));
        Assert.Equal(["a3", "a2", "b1"], await IdsAsync(null, 3));
        Assert.Equal(["a3", "a2", "a1"], await IdsAsync("a", 3));
        Assert.Equal(["a3"], await IdsAsync("a", 1));
        Assert.Empty(await IdsAsync(null, 0));
        await Assert.ThrowsAsync<ArgumentOutOfRangeException>(() => store.ListRunsAsync(null, -1, Cancellation));

        async Task<string[]> IdsAsync(string? sync, int limit) =>
            [.. (await store.ListRunsAsync(sync, limit, Cancellation)).Select(run => run.RunId)];
    }

    /// <summary>S19</summary>
    [Fact]
    public async Task S19_Runs_of_the_same_instant_are_listed_by_id_highest_first()
    {
        await using var store = await OpenAsync();
        var lease = await TakeAsync(store);
        foreach (var id in new[] { "r2", "r3", "r1" })
            await store.FinishRunAsync(lease, Run(id) with { Status = RunStatus.Unchanged }, true, Cancellation);

        Assert.Equal(["r3", "r2", "r1"], (await store.ListRunsAsync(Sync, 10, Cancellation)).Select(run => run.RunId));
    }
}
