using ReverseEtl.Core.State;

namespace ReverseEtl.Core.Planning;

/// <summary>
/// The log of deliveries as two tables for analysts: <c>sync_runs</c>, one row per run, and <c>sync_log</c>, one row for each row that a run
/// told of: its key and what was answered, never its other values.
/// </summary>
public interface ISyncLog
{
    /// <summary>Writes those of a sync's runs that the log has not yet, each of them whole or not at all, and forgets what is too old.</summary>
    /// <param name="sync">The sync.</param>
    /// <param name="runs">Runs that have ended, the first first.</param>
    /// <param name="since">What is older is forgotten; null where nothing is.</param>
    /// <param name="cancellationToken">Stops it; the next call goes on.</param>
    /// <returns>How many runs were written.</returns>
    /// <exception cref="WarehouseException">The log cannot be written now; the next call catches up.</exception>
    Task<int> WriteAsync(string sync, IReadOnlyList<RunRecord> runs, DateTimeOffset? since, CancellationToken cancellationToken);
}
