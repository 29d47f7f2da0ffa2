using ReverseEtl.Core.Planning;
using ReverseEtl.Core.Projects;
using ReverseEtl.Core.State;
using ReverseEtl.Core.Syncs;

namespace ReverseEtl.Core.Delivery;

/// <summary>A sync that is ready to run: resolved, with its destination opened and its query built.</summary>
/// <param name="Sync">The sync.</param>
/// <param name="Destination">Its destination.</param>
/// <param name="Query">Its rows and fields.</param>
/// <param name="RunId">The id of a new run: ascending within the sync.</param>
/// <param name="AsOf">The run's frozen instant.</param>
/// <param name="Holder">Who runs it, for the lease.</param>
/// <param name="AllowRemoved">Replaces the guard <c>max_removed</c> for this run, or null.</param>
public sealed record RunRequest(
    Sync Sync,
    IDestination Destination,
    SyncQuery Query,
    string RunId,
    DateTimeOffset AsOf,
    Holder Holder,
    Limit? AllowRemoved)
{
    internal PlanRequest PlanOf(string runId) => new()
    {
        Sync = Sync.Name,
        RunId = runId,
        Query = Query,
        Mode = Sync.File.Mode,
        Keep = true,
    };
}

/// <summary>Who runs a sync.</summary>
/// <param name="Name">Host and process, for people and for other processes to read.</param>
/// <param name="IsDead">True where another holder is known to be gone, so that its lease need not be waited for.</param>
public sealed record Holder(string Name, Func<string, bool> IsDead);

/// <summary>Hears of a run's progress. Calls come from several threads.</summary>
public interface IRunObserver
{
    /// <summary>The changes are known and delivery begins.</summary>
    void Planned(RunRecord run, PlanSummary plan);

    /// <summary>A batch was answered.</summary>
    void Delivered(RunRecord run, int rows);

    /// <summary>A run ended and is recorded.</summary>
    void Finished(RunRecord run);
}

/// <summary>Another process runs the sync.</summary>
public sealed class SyncBusyException(string sync, string holder, DateTimeOffset until)
    : Exception($"sync {sync} is being run by {holder}, whose lease lasts until {until:u} unless renewed; wait for it, or stop that process")
{
    public string Sync => sync;
}
