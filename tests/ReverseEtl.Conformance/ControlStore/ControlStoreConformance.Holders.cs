using ReverseEtl.Core.State;
using Xunit;

namespace ReverseEtl.Conformance.ControlStore;

public abstract partial class ControlStoreConformance
{
    /// <summary>S21</summary>
    [Fact]
    public async Task S21_The_lease_of_a_dead_holder_is_broken_before_it_runs_out_and_its_writes_are_refused()
    {
        await using var one = await OpenAsync();
        await using var two = await OpenAsync();
        var dead = await BeginAsync(one, "r1");
        await one.IntendAsync(dead, Batch("r1", 1, 10), Cancellation);

        await two.BreakLeaseAsync(Sync, "host:1", Cancellation);

        await AssertAllWritesFailAsync(one, dead);
        var next = await TakeAsync(two, holder: "host:2");
        Assert.True(next.Fence > dead.Fence, $"{next.Fence} after {dead.Fence}");
        Assert.Equal([Batch("r1", 1, 10)], await two.ReadJournalAsync("r1", Cancellation));
    }

    /// <summary>S21</summary>
    [Fact]
    public async Task S21_Breaking_a_lease_that_another_one_holds_or_nobody_does_changes_nothing()
    {
        await using var store = await OpenAsync();
        await store.BreakLeaseAsync("never", "host:1", Cancellation);
        var lease = await TakeAsync(store, holder: "host:1");
        var other = await TakeAsync(store, "another", "host:2");

        await store.BreakLeaseAsync(Sync, "host:2", Cancellation);
        await store.BreakLeaseAsync(Sync, "HOST:1", Cancellation);
        await store.BreakLeaseAsync(Sync, "", Cancellation);

        Assert.Equal("host:1", (await store.AcquireLeaseAsync(Sync, "host:3", Minute, Cancellation)).Holder);
        await store.SaveQuarantineAsync(lease, [], Cancellation);
        await store.SaveQuarantineAsync(other, [], Cancellation);
        Assert.Null(await store.FindLeaseAsync("never", Cancellation));
    }

    /// <summary>S23</summary>
    [Fact]
    public async Task S23_Who_holds_a_lease_is_told_until_it_is_given_back_also_after_it_ran_out()
    {
        await using var one = await OpenAsync();
        await using var two = await OpenAsync();
        Assert.Null(await two.FindLeaseAsync(Sync, Cancellation));

        var lease = await TakeAsync(one, holder: "host:1");
        Assert.Equal(new LeaseHolder("host:1", Start + Minute), await two.FindLeaseAsync(Sync, Cancellation));
        Assert.Null(await two.FindLeaseAsync("another", Cancellation));
        Time.Advance(Minute - TimeSpan.FromTicks(10));
        Assert.False((await two.FindLeaseAsync(Sync, Cancellation))!.RanOut);
        Time.Advance(TimeSpan.FromTicks(10));
        Assert.Equal(new LeaseHolder("host:1", Start + Minute) { RanOut = true }, await two.FindLeaseAsync(Sync, Cancellation));
        Time.Advance(Minute);
        await one.RenewLeaseAsync(lease, Minute, Cancellation);
        Assert.Equal(new LeaseHolder("host:1", Start + (3 * Minute)), await two.FindLeaseAsync(Sync, Cancellation));

        await one.ReleaseLeaseAsync(lease, Cancellation);
        Assert.Null(await two.FindLeaseAsync(Sync, Cancellation));
        await TakeAsync(one, holder: "host:2");
        Assert.Equal("host:2", (await two.FindLeaseAsync(Sync, Cancellation))?.Name);
        await one.BreakLeaseAsync(Sync, "host:2", Cancellation);
        Assert.Null(await two.FindLeaseAsync(Sync, Cancellation));
    }

    /// <summary>S26</summary>
    [Fact]
    public async Task S26_A_clock_that_is_set_back_frees_no_lease_and_stops_no_holder()
    {
        await using var store = await OpenAsync();
        var lease = await BeginAsync(store, "r1");
        Time.Set(-300 * Minute);

        Assert.Null((await store.AcquireLeaseAsync(Sync, "host:2", Minute, Cancellation)).Lease);
        await store.IntendAsync(lease, Batch("r1", 1, 10), Cancellation);
        await store.RenewLeaseAsync(lease, Minute, Cancellation);

        // From now, so that a holder that dies does not keep its lease for hours.
        Assert.Equal(new LeaseHolder("host:1", Start - (299 * Minute)), await store.FindLeaseAsync(Sync, Cancellation));
        await store.DoneAsync(lease, Batch("r1", 1, 10), [Rejected(3, "c")], Cancellation);
        await store.FinishRunAsync(lease, Run("r1") with { Status = RunStatus.Partial }, true, Cancellation);
        await store.ReleaseLeaseAsync(lease, Cancellation);
        await RunAsync(store, "r2", true, Rejected(3, "c"));
        Assert.Equal(2, Assert.Single(await store.ListRejectedAsync(Sync, 10, Cancellation)).Attempts);
    }

    /// <summary>S26</summary>
    [Fact]
    public async Task S26_A_clock_that_is_set_forward_leaves_a_lease_with_its_holder_until_another_takes_it_and_never_with_both()
    {
        await using var one = await OpenAsync();
        await using var two = await OpenAsync();
        var lease = await BeginAsync(one, "r1");
        Time.Set(300 * Minute);

        await one.IntendAsync(lease, Batch("r1", 1, 10), Cancellation);
        await one.RenewLeaseAsync(lease, Minute, Cancellation);
        Assert.Null((await two.AcquireLeaseAsync(Sync, "host:2", Minute, Cancellation)).Lease);

        Time.Set(300 * Minute);
        await TakeAsync(two, holder: "host:2");
        await AssertAllWritesFailAsync(one, lease);
        Time.Set(-600 * Minute);
        await AssertAllWritesFailAsync(one, lease);
        Assert.Null((await one.AcquireLeaseAsync(Sync, "host:1", Minute, Cancellation)).Lease);
    }
}
