using ReverseEtl.Core.State;

namespace ReverseEtl.Core.Delivery;

/// <summary>A lease that renews itself until it is disposed, and tells when it was lost.</summary>
public sealed class HeldLease : IAsyncDisposable
{
    private static readonly TimeSpan Duration = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan Renewal = Duration / 3;

    private readonly IControlStore _store;
    private readonly TimeProvider _time;
    private readonly CancellationTokenSource _lost = new();
    private readonly CancellationTokenSource _disposed = new();
    private readonly Task _renewing;
    private long _renewed;

    private HeldLease(IControlStore store, Lease lease, TimeProvider time)
    {
        (_store, _time, Lease, _renewed) = (store, time, lease, time.GetUtcNow().Ticks);
        _renewing = RenewRegularlyAsync();
    }

    /// <summary>The lease.</summary>
    public Lease Lease { get; }

    /// <summary>Cancelled when another process took over.</summary>
    public CancellationToken Lost => _lost.Token;

    /// <summary>Takes the lease on a sync.</summary>
    /// <exception cref="SyncBusyException">Another process holds it.</exception>
    public static async Task<HeldLease> AcquireAsync(IControlStore store, string sync, Holder holder, TimeProvider time,
        CancellationToken cancellationToken)
    {
        if (await store.FindLeaseAsync(sync, cancellationToken) is { } other)
        {
            if (holder.IsDead(other.Name))
                await store.BreakLeaseAsync(sync, other.Name, cancellationToken);
            else if (other.RanOut)
                // A clock that was set forward makes every lease look as if it ran out: who is alive renews it meanwhile.
                await Task.Delay(Renewal * 1.5, time, cancellationToken);
        }

        var result = await store.AcquireLeaseAsync(sync, holder.Name, Duration, cancellationToken);
        return result.Lease is { } lease
            ? new HeldLease(store, lease, time)
            : throw new SyncBusyException(sync, result.Holder ?? "another process", result.Until ?? time.GetUtcNow());
    }

    /// <summary>
    /// Makes sure that the lease is still held, before something that cannot be taken back. A process that stood still, as its machine
    /// slept, has lost it before it can hear of that.
    /// </summary>
    /// <exception cref="LeaseLostException">Another process took over.</exception>
    public async Task ConfirmAsync(CancellationToken cancellationToken)
    {
        // Also where the clock was set back: then nothing can be told from it.
        var since = TimeSpan.FromTicks(_time.GetUtcNow().Ticks - Interlocked.Read(ref _renewed));
        if (since.Duration() > Duration / 2)
            await RenewAsync(cancellationToken);
    }

    /// <summary>Stops renewing and gives the lease back.</summary>
    public async ValueTask DisposeAsync()
    {
        await _disposed.CancelAsync();
        await _renewing;
        try
        {
            await _store.ReleaseLeaseAsync(Lease, CancellationToken.None);
        }
        catch (ControlStoreException)
        {
            // It runs out by itself; that the store cannot be used was said by the write that needed it.
        }

        _disposed.Dispose();
        _lost.Dispose();
    }

    private async Task RenewRegularlyAsync()
    {
        try
        {
            using var timer = new PeriodicTimer(Renewal, _time);
            while (await timer.WaitForNextTickAsync(_disposed.Token))
                await TryRenewAsync();
        }
        catch (OperationCanceledException) when (_disposed.IsCancellationRequested)
        {
        }
        catch (LeaseLostException)
        {
            await _lost.CancelAsync();
        }
    }

    private async Task TryRenewAsync()
    {
        try
        {
            await RenewAsync(_disposed.Token);
        }
        catch (ControlStoreException)
        {
            // Locked or full for a while: the lease is ours until somebody takes it, and every write checks that nobody did.
        }
    }

    private async Task RenewAsync(CancellationToken cancellationToken)
    {
        var now = _time.GetUtcNow().Ticks;
        await _store.RenewLeaseAsync(Lease, Duration, cancellationToken);
        Interlocked.Exchange(ref _renewed, now);
    }
}
