using ReverseEtl.Core.State;
using Xunit;

namespace ReverseEtl.Conformance.ControlStore;

public abstract partial class ControlStoreConformance
{
    /// <summary>S2</summary>
    [Fact]
    public async Task S2_A_lease_has_one_holder_and_the_next_one_is_told_who_and_until_when()
    {
        await using var one = await OpenAsync();
        await using var two = await OpenAsync();
        await TakeAsync(one, holder: "host:1");
        Time.Advance(Minute - TimeSpan.FromTicks(10));

        var refused = await two.AcquireLeaseAsync(Sync, "host:2", Minute, Cancellation);

        Assert.Equal(new LeaseResult(null, "host:1", Start + Minute), refused);
    }

    /// <summary>S2</summary>
    [Fact]
    public async Task S2_Not_even_the_same_holder_gets_a_lease_twice()
    {
        await using var store = await OpenAsync();
        await TakeAsync(store, holder: "host:1");

        Assert.Null((await store.AcquireLeaseAsync(Sync, "host:1", Minute, Cancellation)).Lease);
    }

    /// <summary>S2</summary>
    [Fact]
    public async Task S2_Leases_on_other_syncs_are_free()
    {
        await using var store = await OpenAsync();
        await TakeAsync(store, "a");

        var other = await store.AcquireLeaseAsync("A", "host:2", Minute, Cancellation);

        Assert.Equal("A", other.Lease?.Sync);
    }

    /// <summary>S2</summary>
    [Fact]
    public async Task S2_Of_many_that_race_for_a_lease_one_gets_it()
    {
        await using var one = await OpenAsync();
        await using var two = await OpenAsync();
        for (var round = 0; round < 20; round++)
        {
            var sync = $"sync {round}";
            var racers = Enumerable.Range(0, 8).Select(racer => Task.Run(
                () => (racer % 2 == 0 ? one : two).AcquireLeaseAsync(sync, $"host:{racer}", Minute, Cancellation), Cancellation));

            var results = await Task.WhenAll(racers);

            var winner = Assert.Single(results, result => result.Lease is not null);
            Assert.All(results, result => Assert.Equal(winner.Lease!.Holder, result.Lease?.Holder ?? result.Holder));
        }
    }

    /// <summary>S3, S4</summary>
    [Fact]
    public async Task S4_Every_write_of_a_holder_whose_lease_was_taken_over_fails_and_changes_nothing()
    {
        await using var one = await OpenAsync();
        await using var two = await OpenAsync();
        var old = await BeginAsync(one, "r1");
        await one.IntendAsync(old, Batch("r1", 1, 10), Cancellation);
        Time.Advance(Minute);
        var current = await TakeAsync(two, holder: "host:2");

        Assert.True(current.Fence > old.Fence, $"{current.Fence} after {old.Fence}");
        await AssertAllWritesFailAsync(one, old);
        Assert.False(Assert.Single(await two.ReadJournalAsync("r1", Cancellation)).Done);
        Assert.Empty(await two.ReadExceptionsAsync("r1", Cancellation));
        Assert.Equal("r1", (await two.FindOpenRunAsync(Sync, Cancellation))?.RunId);
        Assert.Empty(await two.ListQuarantineAsync(Sync, Cancellation));
    }

    /// <summary>S4</summary>
    [Fact]
    public async Task S4_A_released_lease_writes_nothing_more_and_the_next_holder_has_a_higher_number()
    {
        await using var store = await OpenAsync();
        var released = await BeginAsync(store, "r1");
        await store.IntendAsync(released, Batch("r1", 1, 10), Cancellation);
        await store.ReleaseLeaseAsync(released, Cancellation);

        await AssertAllWritesFailAsync(store, released);
        var next = await TakeAsync(store, holder: "host:2");
        Assert.True(next.Fence > released.Fence, $"{next.Fence} after {released.Fence}");
    }

    /// <summary>S4</summary>
    [Fact]
    public async Task S4_A_lease_that_nobody_ever_took_writes_nothing()
    {
        await using var store = await OpenAsync();

        await AssertAllWritesFailAsync(store, new Lease(Sync, "host:1", 1));
    }

    /// <summary>S5</summary>
    [Fact]
    public async Task S5_A_lease_that_ran_out_and_that_nobody_took_is_still_its_holders()
    {
        await using var store = await OpenAsync();
        var lease = await BeginAsync(store, "r1");
        Time.Advance(10 * Minute);

        await store.IntendAsync(lease, Batch("r1", 1, 10), Cancellation);
        await store.RenewLeaseAsync(lease, Minute, Cancellation);

        Assert.Single(await store.ReadJournalAsync("r1", Cancellation));
        var refused = await store.AcquireLeaseAsync(Sync, "host:2", Minute, Cancellation);
        Assert.Equal(new LeaseResult(null, "host:1", Start + (11 * Minute)), refused);
    }

    /// <summary>S5</summary>
    [Fact]
    public async Task S5_Renewal_extends_a_lease_from_now_and_keeps_its_number()
    {
        await using var store = await OpenAsync();
        var lease = await TakeAsync(store);
        Time.Advance(0.5 * Minute);

        await store.RenewLeaseAsync(lease, 2 * Minute, Cancellation);

        Time.Advance(1.9 * Minute);
        Assert.Equal(Start + (2.5 * Minute), (await store.AcquireLeaseAsync(Sync, "host:2", Minute, Cancellation)).Until);
        await store.SaveQuarantineAsync(lease, [], Cancellation);
        Time.Advance(0.1 * Minute);
        Assert.NotNull((await store.AcquireLeaseAsync(Sync, "host:2", Minute, Cancellation)).Lease);
    }

    /// <summary>S6</summary>
    [Fact]
    public async Task S6_Giving_a_lost_lease_back_does_not_free_the_new_holders()
    {
        await using var store = await OpenAsync();
        var old = await TakeAsync(store, holder: "host:1");
        Time.Advance(Minute);
        var current = await TakeAsync(store, holder: "host:2");

        await store.ReleaseLeaseAsync(old, Cancellation);
        await store.ReleaseLeaseAsync(old, Cancellation);

        await store.SaveQuarantineAsync(current, [], Cancellation);
        Assert.Equal("host:2", (await store.AcquireLeaseAsync(Sync, "host:3", Minute, Cancellation)).Holder);
    }

    /// <summary>S3</summary>
    [Fact]
    public async Task S3_The_number_goes_on_rising_after_the_store_was_closed()
    {
        Lease first;
        await using (var store = await OpenAsync())
        {
            first = await TakeAsync(store);
            await store.ReleaseLeaseAsync(first, Cancellation);
        }

        await using var reopened = await OpenAsync();
        Assert.True((await TakeAsync(reopened)).Fence > first.Fence);
    }

    private async Task AssertAllWritesFailAsync(IControlStore store, Lease lease)
    {
        var batch = Batch("r1", 1, 10);
        var later = Run("r2") with { Status = RunStatus.Failed };
        await Assert.ThrowsAsync<LeaseLostException>(() => store.RenewLeaseAsync(lease, Minute, Cancellation));
        await Assert.ThrowsAsync<LeaseLostException>(() => store.BeginRunAsync(lease, Run("r2"), Cancellation));
        await Assert.ThrowsAsync<LeaseLostException>(() => store.FinishRunAsync(lease, later, true, Cancellation));
        await Assert.ThrowsAsync<LeaseLostException>(() => store.IntendAsync(lease, Batch("r1", 11, 20), Cancellation));
        await Assert.ThrowsAsync<LeaseLostException>(() => store.WithdrawAsync(lease, batch, Cancellation));
        await Assert.ThrowsAsync<LeaseLostException>(() => store.DoneAsync(lease, batch, [Rejected(1, "a")], Cancellation));
        await Assert.ThrowsAsync<LeaseLostException>(
            () => store.SaveQuarantineAsync(lease, [new QuarantinedRow("a", "duplicate key", 2)], Cancellation));
    }
}
