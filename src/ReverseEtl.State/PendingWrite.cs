namespace ReverseEtl.State;

/// <summary>
/// A write that waits for a transaction. Writes that wait at the same time share one, in the order they came: the flush to disk is what
/// a write costs, and it then serves them all.
/// </summary>
internal sealed class PendingWrite<TWork>(TWork work)
{
    private const int Waiting = 0;
    private const int Taken = 1;
    private const int Cancelled = 2;

    private readonly TaskCompletionSource _settled = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int _state = Waiting;

    /// <summary>What is to be done in the transaction.</summary>
    public TWork Work => work;

    /// <summary>Ends when the write is on disk, or fails when it never will be.</summary>
    public Task Settled => _settled.Task;

    /// <summary>True for whoever may run it: one caller, unless it was cancelled.</summary>
    public bool TryTake() => Interlocked.CompareExchange(ref _state, Taken, Waiting) == Waiting;

    /// <summary>True where it will never be run.</summary>
    public bool TryCancel() => Interlocked.CompareExchange(ref _state, Cancelled, Waiting) == Waiting;

    public void Succeed() => _settled.TrySetResult();

    public void Fail(Exception error) => _settled.TrySetException(error);
}
