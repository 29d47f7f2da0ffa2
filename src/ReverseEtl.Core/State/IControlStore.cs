namespace ReverseEtl.Core.State;

/// <summary>
/// The small store that makes runs safe: leases, runs, the write-ahead journal of batches, and what was rejected or quarantined.
/// Every write is durable when its task completes. Writes that belong to a run name their lease, and fail with
/// <see cref="LeaseLostException"/> when another holder took over since.
/// </summary>
public interface IControlStore : IAsyncDisposable
{
    /// <summary>Takes the lease on a sync, for a first time or when its holder let it run out.</summary>
    /// <returns>The lease, with a fencing number above all earlier ones; or who holds it.</returns>
    Task<LeaseResult> AcquireLeaseAsync(string sync, string holder, TimeSpan duration, CancellationToken cancellationToken);

    /// <summary>Extends a lease.</summary>
    Task RenewLeaseAsync(Lease lease, TimeSpan duration, CancellationToken cancellationToken);

    /// <summary>Gives a lease back; harmless when it was lost already.</summary>
    Task ReleaseLeaseAsync(Lease lease, CancellationToken cancellationToken);

    /// <summary>Records a run that is about to deliver.</summary>
    Task BeginRunAsync(Lease lease, RunRecord run, CancellationToken cancellationToken);

    /// <summary>The sync's run that began and never finished, if any.</summary>
    Task<RunRecord?> FindOpenRunAsync(string sync, CancellationToken cancellationToken);

    /// <summary>
    /// Records how a run ended. Where <paramref name="delivered"/> is true every row of its plan was offered to the destination, so
    /// rejected rows of earlier runs that were not rejected again are settled and forgotten.
    /// </summary>
    Task FinishRunAsync(Lease lease, RunRecord run, bool delivered, CancellationToken cancellationToken);

    /// <summary>The latest runs, newest first; of all syncs where <paramref name="sync"/> is null.</summary>
    Task<IReadOnlyList<RunRecord>> ListRunsAsync(string? sync, int limit, CancellationToken cancellationToken);

    /// <summary>Writes ahead that a batch is about to be sent.</summary>
    Task IntendAsync(Lease lease, JournalEntry entry, CancellationToken cancellationToken);

    /// <summary>Records that a batch was answered, with every row that was not accepted.</summary>
    Task DoneAsync(Lease lease, JournalEntry entry, IReadOnlyList<RowException> exceptions, CancellationToken cancellationToken);

    /// <summary>A run's batches, by operation and first row.</summary>
    Task<IReadOnlyList<JournalEntry>> ReadJournalAsync(string runId, CancellationToken cancellationToken);

    /// <summary>A run's rows that were not accepted.</summary>
    Task<IReadOnlyList<RowException>> ReadExceptionsAsync(string runId, CancellationToken cancellationToken);

    /// <summary>Rows of a sync that the destination refused and has not accepted since, newest first.</summary>
    Task<IReadOnlyList<RejectedRow>> ListRejectedAsync(string sync, int limit, CancellationToken cancellationToken);

    /// <summary>How many rows <see cref="ListRejectedAsync"/> would list without a limit.</summary>
    Task<long> CountRejectedAsync(string sync, CancellationToken cancellationToken);

    /// <summary>Replaces what is known of a sync's rows that cannot be sent (NULL and duplicate keys).</summary>
    Task SaveQuarantineAsync(Lease lease, IReadOnlyList<QuarantinedRow> rows, CancellationToken cancellationToken);

    /// <summary>A sync's rows that cannot be sent.</summary>
    Task<IReadOnlyList<QuarantinedRow>> ListQuarantineAsync(string sync, CancellationToken cancellationToken);
}
