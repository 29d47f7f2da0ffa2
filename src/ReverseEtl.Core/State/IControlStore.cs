namespace ReverseEtl.Core.State;

/// <summary>
/// The small store that makes runs safe: leases, runs, the write-ahead journal of batches, what was rejected or quarantined, what people
/// ordered, and what destinations remember.
/// Every write is durable when its task completes. Writes that belong to a run name their lease, and fail with
/// <see cref="LeaseLostException"/> when another holder took over since, or the lease was released. A store that cannot be used
/// throws <see cref="ControlStoreException"/>; a call out of order throws <see cref="InvalidOperationException"/>, as it is a bug.
/// The numbered rules are in <c>docs/spec/state.md</c>. Safe for concurrent callers.
/// </summary>
public interface IControlStore : IAsyncDisposable
{
    /// <summary>Takes the lease on a sync, for a first time or when its holder let it run out.</summary>
    /// <returns>The lease, with a fencing number above all earlier ones; or who holds it.</returns>
    Task<LeaseResult> AcquireLeaseAsync(string sync, string holder, TimeSpan duration, CancellationToken cancellationToken);

    /// <summary>Extends a lease, counted from now; also one that ran out, as long as nobody took it.</summary>
    Task RenewLeaseAsync(Lease lease, TimeSpan duration, CancellationToken cancellationToken);

    /// <summary>Ends the lease of a holder that is known to be dead, before it runs out; nothing happens where another one holds it.</summary>
    Task BreakLeaseAsync(string sync, string holder, CancellationToken cancellationToken);

    /// <summary>Gives a lease back; harmless when it was lost already.</summary>
    Task ReleaseLeaseAsync(Lease lease, CancellationToken cancellationToken);

    /// <summary>Who holds the lease on a sync; null where nobody does, as it was never taken, was given back or was broken.</summary>
    Task<LeaseHolder?> FindLeaseAsync(string sync, CancellationToken cancellationToken);

    /// <summary>Records a run that is about to deliver; its status is <see cref="RunStatus.Running"/>.</summary>
    /// <exception cref="InvalidOperationException">The sync has an open run, or the run's id was used before.</exception>
    Task BeginRunAsync(Lease lease, RunRecord run, CancellationToken cancellationToken);

    /// <summary>The sync's run that began and never finished, if any.</summary>
    Task<RunRecord?> FindOpenRunAsync(string sync, CancellationToken cancellationToken);

    /// <summary>
    /// Records how a run ended; also one that never began, as a guard stopped it or nothing was to send. Where
    /// <paramref name="delivered"/> is true every row of its plan was offered to the destination, so rejected rows of earlier runs
    /// that were not rejected again are settled and forgotten. Journals and exceptions of the sync's earlier runs are dropped, and so
    /// are its runs beyond the latest <see cref="RunRecord.Kept"/>.
    /// </summary>
    /// <exception cref="InvalidOperationException">A batch of the run is intended and not done: its rows would be lost.</exception>
    Task FinishRunAsync(Lease lease, RunRecord run, bool delivered, CancellationToken cancellationToken);

    /// <summary>
    /// Marks rejected rows that the run leaves waiting for their next attempt, so that finishing it does not settle them. Keys that are
    /// not on the list are passed over.
    /// </summary>
    Task KeepRejectedAsync(Lease lease, string runId, IReadOnlyList<string> keys, CancellationToken cancellationToken);

    /// <summary>The latest runs, newest first; of all syncs where <paramref name="sync"/> is null.</summary>
    Task<IReadOnlyList<RunRecord>> ListRunsAsync(string? sync, int limit, CancellationToken cancellationToken);

    /// <summary>Writes ahead that a batch is about to be sent. Repeating it for a batch that is not done changes nothing.</summary>
    /// <exception cref="InvalidOperationException">
    /// The run is not open, or the rows are part of another batch, or of one that is done already.
    /// </exception>
    Task IntendAsync(Lease lease, JournalEntry entry, CancellationToken cancellationToken);

    /// <summary>Takes back what was written ahead, as nothing of the batch arrived. It stays the run's, to be sent when the run is resumed.</summary>
    /// <exception cref="InvalidOperationException">The batch was never intended, or is done.</exception>
    Task WithdrawAsync(Lease lease, JournalEntry entry, CancellationToken cancellationToken);

    /// <summary>
    /// Records that a batch was answered, with every row that was not accepted (rejected or unknown). Repeating it changes nothing:
    /// the first answer stands.
    /// </summary>
    /// <exception cref="InvalidOperationException">The batch was never intended.</exception>
    Task DoneAsync(Lease lease, JournalEntry entry, IReadOnlyList<RowException> exceptions, CancellationToken cancellationToken);

    /// <summary>A run's batches, by operation and first row.</summary>
    Task<IReadOnlyList<JournalEntry>> ReadJournalAsync(string runId, CancellationToken cancellationToken);

    /// <summary>A run's rows that were not accepted, by their number in the plan.</summary>
    Task<IReadOnlyList<RowException>> ReadExceptionsAsync(string runId, CancellationToken cancellationToken);

    /// <summary>Rows of a sync that the destination refused and has not accepted since, newest first.</summary>
    Task<IReadOnlyList<RejectedRow>> ListRejectedAsync(string sync, int limit, CancellationToken cancellationToken);

    /// <summary>How many rows <see cref="ListRejectedAsync"/> would list without a limit.</summary>
    Task<long> CountRejectedAsync(string sync, CancellationToken cancellationToken);

    /// <summary>Replaces what is known of a sync's rows that cannot be sent (NULL and duplicate keys).</summary>
    Task SaveQuarantineAsync(Lease lease, IReadOnlyList<QuarantinedRow> rows, CancellationToken cancellationToken);

    /// <summary>A sync's rows that cannot be sent, in the order they were saved.</summary>
    Task<IReadOnlyList<QuarantinedRow>> ListQuarantineAsync(string sync, CancellationToken cancellationToken);

    /// <summary>
    /// Records what a person ordered, before it takes effect. Entries are never changed and never dropped.
    /// </summary>
    /// <param name="lease">The lease on the entry's sync, where the order is carried out under one.</param>
    /// <param name="entry">The entry.</param>
    /// <param name="cancellationToken">Stops it; nothing is recorded then.</param>
    Task RecordAuditAsync(Lease? lease, AuditEntry entry, CancellationToken cancellationToken);

    /// <summary>The latest orders, in reverse of the order in which they were recorded; of all syncs where <paramref name="sync"/> is null.</summary>
    Task<IReadOnlyList<AuditEntry>> ListAuditAsync(string? sync, int limit, CancellationToken cancellationToken);

    /// <summary>What a destination remembers of some keys. See <see cref="Delivery.IDestinationMemory"/>.</summary>
    Task<IReadOnlyDictionary<string, string>> RecallAsync(string destination, IReadOnlyCollection<string> keys, CancellationToken cancellationToken);

    /// <summary>Everything that <see cref="RememberAsync"/> was told under a name and that was not forgotten since.</summary>
    Task<IReadOnlyDictionary<string, string>> RecallAllAsync(string destination, CancellationToken cancellationToken);

    /// <summary>Remembers values for a destination, all or none of them; null forgets a key.</summary>
    Task RememberAsync(string destination, IReadOnlyDictionary<string, string?> values, CancellationToken cancellationToken);
}
