using Dapper;
using ReverseEtl.Conformance;
using ReverseEtl.Core.Delivery;
using ReverseEtl.Core.State;
using ReverseEtl.State.Sqlite;
using ReverseEtl.Tests.State;

namespace ReverseEtl.Tests.Delivery;

/// <summary>A lease that is held: renewed while its holder lives, taken from it only when it does not.</summary>
public sealed class HeldLeaseTests : IDisposable
{
    private const string Sync = "sync";

    /// <summary>How long a lease is held without being renewed, and three times as long as between two renewals.</summary>
    private static readonly TimeSpan Duration = TimeSpan.FromMinutes(1);

    private static readonly TimeSpan Hours = TimeSpan.FromHours(5);

    private static readonly Holder One = new("one", _ => false);
    private static readonly Holder Two = new("two", _ => false);

    private readonly TemporaryFolder _folder = new();
    private readonly ManualTime _time = new(new DateTimeOffset(2026, 3, 1, 8, 0, 0, TimeSpan.Zero));

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task A_lease_is_renewed_for_as_long_as_it_is_held_and_given_back_then()
    {
        await using var store = await OpenAsync();
        await using (var lease = await AcquireAsync(store, One))
        {
            for (var renewal = 1; renewal <= 10; renewal++)
            {
                _time.Advance(Duration / 3);
                await RenewedAsync(store, _time.GetUtcNow() + Duration);
            }

            var busy = await Assert.ThrowsAsync<SyncBusyException>(() => AcquireAsync(store, Two));
            Assert.Contains("is being run by one", busy.Message, StringComparison.Ordinal);
        }

        await using var next = await AcquireAsync(store, Two);
        Assert.Equal("two", next.Lease.Holder);
    }

    /// <summary>S26: whoever lives renews its lease while the other one waits to see.</summary>
    [Fact]
    public async Task A_clock_that_is_set_forward_takes_no_lease_from_a_holder_that_lives()
    {
        await using var store = await OpenAsync();
        await using var lease = await AcquireAsync(store, One);
        _time.Set(Hours);

        var other = AcquireAsync(store, Two);
        Assert.False(other.IsCompleted);
        _time.Advance(Duration / 3);
        await RenewedAsync(store, _time.GetUtcNow() + Duration);
        _time.Advance(Duration / 2);

        await Assert.ThrowsAsync<SyncBusyException>(() => other);
        await store.SaveQuarantineAsync(lease.Lease, [], Cancellation);
    }

    /// <summary>S26</summary>
    [Fact]
    public async Task A_clock_that_is_set_back_takes_no_lease_from_a_holder_that_lives()
    {
        await using var store = await OpenAsync();
        await using var lease = await AcquireAsync(store, One);
        _time.Set(-Hours);

        await Assert.ThrowsAsync<SyncBusyException>(() => AcquireAsync(store, Two));
        _time.Advance(Duration / 3);
        await RenewedAsync(store, _time.GetUtcNow() + Duration);
        await Assert.ThrowsAsync<SyncBusyException>(() => AcquireAsync(store, Two));
        await store.SaveQuarantineAsync(lease.Lease, [], Cancellation);
    }

    [Fact]
    public async Task A_lease_that_ran_out_is_taken_where_its_holder_does_not_renew_it()
    {
        await using var store = await OpenAsync();
        var gone = (await store.AcquireLeaseAsync(Sync, "gone", Duration, Cancellation)).Lease!;
        _time.Advance(Duration);

        var next = AcquireAsync(store, Two);
        _time.Advance(Duration / 2);

        await using var lease = await next;
        await Assert.ThrowsAsync<LeaseLostException>(() => store.SaveQuarantineAsync(gone, [], Cancellation));
    }

    [Fact]
    public async Task The_lease_of_a_holder_that_is_known_to_be_dead_is_not_waited_for()
    {
        await using var store = await OpenAsync();
        await store.AcquireLeaseAsync(Sync, "gone", Duration, Cancellation);

        await using var lease = await AcquireAsync(store, new Holder("two", name => name == "gone"));

        Assert.Equal("two", lease.Lease.Holder);
    }

    [Fact]
    public async Task A_holder_hears_that_its_lease_was_taken()
    {
        await using var store = await OpenAsync();
        await using var lease = await AcquireAsync(store, One);
        await store.BreakLeaseAsync(Sync, "one", Cancellation);
        await store.AcquireLeaseAsync(Sync, "two", Duration, Cancellation);

        _time.Advance(Duration / 3);

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => Task.Delay(Timeout.Infinite, lease.Lost));
        Assert.Equal("two", (await store.FindLeaseAsync(Sync, Cancellation))?.Name);
    }

    /// <summary>A store that is locked for a while costs a renewal, not the lease.</summary>
    [Fact]
    public async Task A_renewal_that_fails_is_made_up_for_by_the_next()
    {
        using var connection = SqliteFile.Open(_folder.File("control.db"));
        connection.Impatient();
        await using var store = new SqliteControlStore(_folder.File("control.db"), _time, connection);
        await using var lease = await AcquireAsync(store, One);
        using (var other = SqliteFile.Open(_folder.File("control.db")))
        {
            other.Execute("begin immediate");
            _time.Advance(Duration / 3);
            // The store does one thing at a time: this comes after the renewal.
            await Assert.ThrowsAsync<ControlStoreException>(() => store.SaveQuarantineAsync(lease.Lease, [], Cancellation));
        }

        _time.Advance(Duration / 3);
        await RenewedAsync(store, _time.GetUtcNow() + Duration);
        Assert.False(lease.Lost.IsCancellationRequested);
    }

    private async Task<SqliteControlStore> OpenAsync() => await SqliteControlStore.OpenAsync(_folder.File("control.db"), _time, Cancellation);

    private Task<HeldLease> AcquireAsync(SqliteControlStore store, Holder holder) =>
        HeldLease.AcquireAsync(store, Sync, holder, _time, Cancellation);

    /// <summary>Waits for a renewal, which happens beside the test once its time has come.</summary>
    private static async Task RenewedAsync(SqliteControlStore store, DateTimeOffset until)
    {
        while ((await store.FindLeaseAsync(Sync, Cancellation))?.Until != until)
            await Task.Delay(1, Cancellation);
    }
}
