using ReverseEtl.Core.State;

namespace ReverseEtl.Core.Delivery;

/// <summary>A lease that renews itself until it is disposed, and tells when it was lost.</summary>
internal sealed class HeldLease : IAsyncDisposable
{
    private readonly IControlStore _store;
    private readonly CancellationTokenSource _lost = new();
    private readonly CancellationTokenSource _disposed = new();
    private readonly Task _renewing;

    private HeldLease(IControlStore store, Lease lease, TimeSpan duration, TimeProvider time)
    {
        (_store, Lease) = (store, lease);
        _renewing = RenewAsync(duration, time);
    }

    /// <summary>The lease.</summary>
    public Lease Lease { get; }

    /// <summary>Cancelled when another process took over.</summary>
    public CancellationToken Lost => _lost.Token;

    /// <exception cref="SyncBusyException">Another process holds it.</exception>
    public static async Task<HeldLease> AcquireAsync(IControlStore store, string sync, Holder holder, TimeSpan duration, TimeProvider time,
        CancellationToken cancellationToken)
    {
        var result = await store.AcquireLeaseAsync(sync, holder.Name, duration, cancellationToken);
        if (result.Holder is { } other && holder.IsDead(other))
        {
            await store.BreakLeaseAsync(sync, other, cancellationToken);
            result = await store.AcquireLeaseAsync(sync, holder.Name, duration, cancellationToken);
        }

        return result.Lease is { } lease
            ? new HeldLease(store, lease, duration, time)
            : throw new SyncBusyException(sync, result.Holder ?? "another process", result.Until ?? time.GetUtcNow());
    }

    /// <summary>Stops renewing and gives the lease back.</summary>
    public async ValueTask DisposeAsync()
    {
        await _disposed.CancelAsync();
        await _renewing;
        await _store.ReleaseLeaseAsync(Lease, CancellationToken.None);
        _disposed.Dispose();
        _lost.Dispose();
    }

    private async Task RenewAsync(TimeSpan duration, TimeProvider time)
    {
        try
        {
            using var timer = new PeriodicTimer(duration / 3, time);
            while (await timer.WaitForNextTickAsync(_disposed.Token))
                await _store.RenewLeaseAsync(Lease, duration, _disposed.Token);
        }
        catch (OperationCanceledException) when (_disposed.IsCancellationRequested)
        {
        }
        catch (LeaseLostException)
        {
            await _lost.CancelAsync();
        }
    }
}
