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
/// <param name="Options">What is asked of this run only.</param>
public sealed record RunRequest(
    Sync Sync,
    IDestination Destination,
    SyncQuery Query,
    string RunId,
    DateTimeOffset AsOf,
    Holder Holder,
    RunOptions Options)
{
    /// <summary>The saved plan to send instead of a new one, or null.</summary>
    public SavedPlanSource? Saved { get; init; }

    /// <summary>What a person ordered for this run beyond the ordinary: recorded before any of it takes effect.</summary>
    internal IEnumerable<Override> Overrides => Saved is null ? Options.Overrides : Options.Overrides.Append(new Override("apply", "a saved plan"));

    /// <summary>The guards, as they hold for this run.</summary>
    internal Guards Guards => Sync.File.Guards with
    {
        MaxRemoved = Options.AllowRemoved ?? Sync.File.Guards.MaxRemoved,
        SchemaChange = Options.AllowSchema ? SchemaChange.Allow : Sync.File.Guards.SchemaChange,
    };

    /// <summary>The first guard that a plan breaks, with its numbers, or null.</summary>
    internal string? Check(PlanSummary plan) => Check(plan, Guards, Sync.File.Mode, isAllowed: Options.AllowRemoved is not null);

    /// <summary>The same for a look, by a sync's own guards.</summary>
    public static string? Check(PlanSummary plan, Sync sync) => Check(plan, sync.File.Guards, sync.File.Mode, isAllowed: false);

    private static string? Check(PlanSummary plan, Guards guards, SyncMode mode, bool isAllowed) =>
        guards.Check(plan, mode) ?? (plan is { IsReplacement: true, Members: null } && !isAllowed
            ? $"{Syncs.Guards.OfReplacement}: the destination does not tell how many members it has, so nobody knows how many would vanish"
            : null);

    internal PlanRequest PlanOf(string runId) => PlanOf(Sync, Destination.Descriptor, Query, runId, AsOf, Options) with { Keep = true };

    /// <summary>What a planner is asked for a run, or for a look at what it would do.</summary>
    public static PlanRequest PlanOf(Sync sync, DestinationDescriptor destination, SyncQuery query, string runId, DateTimeOffset asOf, RunOptions options) => new()
    {
        Sync = sync.Name,
        RunId = runId,
        Query = query,
        Mode = sync.File.Mode,
        Keep = false,
        AsOf = asOf,
        Retry = sync.File.Retry,
        PartialUpdates = destination.PartialUpdates,
        ChangedFields = sync.SendsChangedFields,
        Full = options.Full,
        RetryNow = options.RetryRejected,
        Rekey = options.Rekey,
        Replace = options.Replace,
    };
}

/// <summary>What is asked of one run, against what its sync says. Recorded in the audit.</summary>
public sealed record RunOptions
{
    /// <summary>Replaces the guard <c>max_removed</c>.</summary>
    public Limit? AllowRemoved { get; init; }

    /// <summary>Lets columns of another type pass.</summary>
    public bool AllowSchema { get; init; }

    /// <summary>Sends every row of the model again.</summary>
    public bool Full { get; init; }

    /// <summary>Replaces everything that the destination holds by the rows of the model.</summary>
    public bool Replace { get; init; }

    /// <summary>Begins anew where the model's key is another one.</summary>
    public bool Rekey { get; init; }

    /// <summary>Tries rejected rows again though they are not due.</summary>
    public bool RetryRejected { get; init; }

    internal IEnumerable<Override> Overrides
    {
        get
        {
            if (AllowRemoved is not null)
                yield return new Override("allow-removed", $"--allow-removed {AllowRemoved}");
            if (AllowSchema)
                yield return new Override("allow-schema", "--allow-schema");
            if (Full)
                yield return new Override("full", "--full");
            if (Replace)
                yield return new Override("replace", "--replace");
            if (Rekey)
                yield return new Override("rekey", "--rekey");
            if (RetryRejected)
                yield return new Override("retry-rejected", "--retry-rejected");
        }
    }
}

/// <summary>Something that a person ordered for one run, for the audit.</summary>
/// <param name="Action">What, as one word: <c>allow-removed</c>.</param>
/// <param name="Detail">How far: <c>--allow-removed 60%</c>.</param>
internal sealed record Override(string Action, string Detail);

/// <summary>Who runs a sync.</summary>
/// <param name="Name">User, host and process, for people and for other processes to read.</param>
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

    /// <summary>A step is behind the run; where it can be killed, and where its time goes.</summary>
    void Step(RunStep step)
    {
    }
}

/// <summary>The steps of a run, in their order; those of a batch come again for each.</summary>
public enum RunStep
{
    /// <summary>The run is recorded; the model is about to be read.</summary>
    Capture,

    /// <summary>The plan is made.</summary>
    Diff,

    /// <summary>A batch is written ahead.</summary>
    Intend,

    /// <summary>A batch was answered, and the answer is not recorded.</summary>
    Answer,

    /// <summary>A batch's answer is recorded.</summary>
    Done,

    /// <summary>The destination has published what it staged.</summary>
    Complete,

    /// <summary>What was told is written to the history.</summary>
    History,

    /// <summary>The snapshot has advanced.</summary>
    Advance,

    /// <summary>The run's end is recorded.</summary>
    Finish,
}

/// <summary>Another process runs the sync.</summary>
public sealed class SyncBusyException(string sync, string holder, DateTimeOffset until)
    : Exception($"sync {sync} is being run by {holder}, whose lease lasts until {until:u} unless renewed; wait for it, or stop that process")
{
    public string Sync => sync;
}
