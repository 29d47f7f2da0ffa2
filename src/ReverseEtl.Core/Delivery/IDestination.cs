namespace ReverseEtl.Core.Delivery;

/// <summary>
/// Delivers batches to one object of one destination, for one run of one sync. It returns what the destination answered as values
/// and never throws for it; it decides nothing about retries, batching, concurrency, rate, logging or state.
/// </summary>
public interface IDestination : IAsyncDisposable
{
    /// <summary>What this destination can do and how it wants to be driven.</summary>
    DestinationDescriptor Descriptor { get; }

    /// <summary>Checks credentials and that the object exists, before anything is sent.</summary>
    /// <exception cref="DestinationException">The destination cannot be used; the message says why and what to do.</exception>
    ValueTask CheckAsync(CancellationToken cancellationToken);

    /// <summary>
    /// How many members the object has, as the destination counts them; null where it does not tell. Comes after
    /// <see cref="CheckAsync"/>, and changes nothing.
    /// </summary>
    /// <exception cref="DestinationException">The destination cannot be used.</exception>
    ValueTask<long?> CountAsync(CancellationToken cancellationToken) => ValueTask.FromResult<long?>(null);

    /// <summary>Sends one batch. Called by up to <see cref="DestinationDescriptor.Concurrency"/> callers at once.</summary>
    /// <exception cref="DestinationException">
    /// The destination cannot be used any more. No row of this batch has arrived or may have: what was sent is reported.
    /// </exception>
    /// <exception cref="OperationCanceledException">
    /// Cancelled. No row of this batch has arrived or may have: a request that was under way is reported as unknown.
    /// </exception>
    ValueTask<DeliveryReport> DeliverAsync(ChangeBatch batch, CancellationToken cancellationToken);

    /// <summary>
    /// Called after the last batch of a run and before the snapshot advances: the place to publish what was staged. One instance may
    /// finish an interrupted run and then deliver a new one, so it may be called twice. Must be harmless when repeated.
    /// </summary>
    /// <exception cref="DestinationException">What was delivered could not be published; the next run calls it again.</exception>
    ValueTask CompleteAsync(CancellationToken cancellationToken) => ValueTask.CompletedTask;
}

/// <summary>A destination that cannot be used at all: wrong credentials, no such object, not reachable.</summary>
public sealed class DestinationException(string message, Exception? inner = null) : Exception(message, inner)
{
    /// <summary>True where trying again later may help (exit code 4), false where the set-up is wrong (exit code 2).</summary>
    public bool IsUnreachable { get; init; } = true;
}

/// <summary>What the runner and the kit need to know of a destination's object. Data, not code.</summary>
public sealed record DestinationDescriptor
{
    /// <summary>The modes that make sense for the object.</summary>
    public required IReadOnlySet<SyncMode> Modes { get; init; }

    /// <summary>Rows per request at the most.</summary>
    public required int MaxBatchRows { get; init; }

    /// <summary>Rows per request with removals, where those take another number.</summary>
    public int? MaxRemovalRows { get; init; }

    /// <summary>Text bytes per request at the most, before the body's own punctuation; null for no limit.</summary>
    public int? MaxBatchBytes { get; init; }

    /// <summary>Requests in flight at the most.</summary>
    public int Concurrency { get; init; } = 1;

    /// <summary>Requests that the account may make in a period; null where the vendor names none.</summary>
    public RateBudget? Rate { get; init; }

    /// <summary>
    /// Mapped fields that a removal needs, as the destination knows a row by them and not by the model's key. The snapshot keeps what
    /// was sent in them.
    /// </summary>
    public IReadOnlyList<string> Identifiers { get; init; } = [];

    /// <summary>
    /// True where a record keeps what an upsert does not name, so that after a change of the mapping only the affected fields are sent.
    /// </summary>
    public bool PartialUpdates { get; init; }

    /// <summary>True where sending the same batch twice does no harm, so that an unanswered request may be repeated.</summary>
    public required bool ReplaySafe { get; init; }

    /// <summary>True where it takes batches that are part of a <see cref="Replacement"/>.</summary>
    public bool Replaces { get; init; }

    /// <summary>Rows per request at the most, of what a batch asks for.</summary>
    public int RowsPerRequest(Operation operation) => operation is Operation.Remove ? MaxRemovalRows ?? MaxBatchRows : MaxBatchRows;
}

/// <summary>A request budget.</summary>
/// <param name="Requests">How many requests.</param>
/// <param name="Per">In how long.</param>
public sealed record RateBudget(int Requests, TimeSpan Per);
