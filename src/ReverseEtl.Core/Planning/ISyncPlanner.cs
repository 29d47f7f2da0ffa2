using ReverseEtl.Core.Delivery;
using ReverseEtl.Core.State;
using ReverseEtl.Core.Syncs;

namespace ReverseEtl.Core.Planning;

/// <summary>Captures a model, compares it with the snapshot of what the destination was told, and keeps both.</summary>
public interface ISyncPlanner
{
    /// <summary>Runs the model once and writes down how it differs from the snapshot.</summary>
    /// <exception cref="Config.ProjectException">The model or the mapping is wrong.</exception>
    /// <exception cref="WarehouseException">The warehouse or the snapshot cannot be used.</exception>
    Task<IChangePlan> PlanAsync(PlanRequest request, CancellationToken cancellationToken);

    /// <summary>The plan of a run that was interrupted, or null where it is gone or its snapshot has advanced already.</summary>
    Task<IChangePlan?> ReopenAsync(PlanRequest request, CancellationToken cancellationToken);

    /// <summary>A plan whose rows were saved in a file, as a plan of the request's run.</summary>
    /// <exception cref="StalePlanException">The snapshot is another one than the plan was made from.</exception>
    Task<IChangePlan> LoadAsync(PlanRequest request, SavedPlan plan, string path, CancellationToken cancellationToken);

    /// <summary>Rows that are left out of every plan, as nobody knows whether they arrived.</summary>
    Task<IReadOnlyList<HeldRow>> ListHeldAsync(PlanRequest request, CancellationToken cancellationToken);

    /// <summary>Settles held rows: those that arrived count as told, the others are planned again.</summary>
    /// <returns>How many rows were settled.</returns>
    Task<int> ResolveAsync(PlanRequest request, Func<HeldRow, bool> which, bool arrived, CancellationToken cancellationToken);

    /// <summary>
    /// Forgets what was told and whatever else is kept of a sync, but for its history: the next plan is a first one. Harmless when repeated.
    /// </summary>
    /// <returns>How many rows were kept.</returns>
    Task<long> ForgetAsync(PlanRequest request, CancellationToken cancellationToken);

    /// <summary>How one row stands, and what the next run would do with it. Writes nothing.</summary>
    /// <param name="request">The request of a look.</param>
    /// <param name="key">The row's key as text.</param>
    /// <param name="cancellationToken">Stops it.</param>
    /// <inheritdoc cref="PlanAsync" path="/exception"/>
    Task<RowState> ExplainAsync(PlanRequest request, string key, CancellationToken cancellationToken);
}

/// <summary>A row that was sent to a destination which stands no repeats, and never answered for.</summary>
/// <param name="Key">Its key as text.</param>
/// <param name="Kind">What was told of it.</param>
public sealed record HeldRow(string Key, ChangeKind Kind);

/// <summary>What to plan.</summary>
public sealed record PlanRequest
{
    /// <summary>The sync's name: what the snapshot is filed under.</summary>
    public required string Sync { get; init; }

    /// <summary>The run's id: what the plan is filed under.</summary>
    public required string RunId { get; init; }

    /// <summary>The rows to send and how their fields are made.</summary>
    public required SyncQuery Query { get; init; }

    /// <summary>The sync's mode.</summary>
    public required SyncMode Mode { get; init; }

    /// <summary>False for a look that nothing will be sent from: nothing is written then.</summary>
    public required bool Keep { get; init; }

    /// <summary>The run's frozen instant: rejected rows are due by it.</summary>
    public required DateTimeOffset AsOf { get; init; }

    /// <summary>When rejected rows are tried again.</summary>
    public RetryRule Retry { get; init; } = new();

    /// <summary>True where the destination keeps what is not sent of a record, so that some fields can be sent alone.</summary>
    public bool PartialUpdates { get; init; }

    /// <summary>True where changed rows are sent with their changed fields only, so that the snapshot keeps a hash of each column.</summary>
    public bool ChangedFields { get; init; }

    /// <summary>Sends every row of the model again.</summary>
    public bool Full { get; init; }

    /// <summary>
    /// Plans every row of the model as added, whatever was told, was refused or is in doubt. Rows that were told and that the model has no
    /// more are shown as removed, and never sent.
    /// </summary>
    public bool Replace { get; init; }

    /// <summary>Tries rejected rows again though they are not due.</summary>
    public bool RetryNow { get; init; }

    /// <summary>Begins anew where the key is another one than the snapshot's; else that is refused.</summary>
    public bool Rekey { get; init; }
}

/// <summary>The numbered changes of one run. Numbers (<c>seq</c>) never change once the plan exists.</summary>
public interface IChangePlan : IAsyncDisposable
{
    /// <summary>How many changes there are.</summary>
    PlanSummary Summary { get; }

    /// <summary>Rows that cannot be sent; at most 1,000 of them.</summary>
    IReadOnlyList<QuarantinedRow> Quarantine { get; }

    /// <summary>What the warehouse has on record of how the plan was made, for people who look there; empty where it was made on this machine.</summary>
    IReadOnlyList<string> Records => [];

    /// <summary>
    /// False where the mapping changed since an interrupted run made the plan: it can then only be advanced by what was done, as its
    /// remaining rows would be sent with the wrong fields.
    /// </summary>
    bool IsCurrent { get; }

    /// <summary>True where the snapshot has advanced by the plan already: it has no rows any more, and its run needs only to be recorded.</summary>
    AdvanceResult? Advanced { get; }

    /// <summary>The changes that ask for an operation, in batches, by ascending number.</summary>
    /// <param name="operation">The operation.</param>
    /// <param name="afterSeq">Numbers up to this one are left out; -1 for all.</param>
    /// <param name="upToSeq">Numbers above this one are left out.</param>
    /// <param name="maxRows">Rows in a batch at the most.</param>
    /// <param name="maxBytes">Bytes of text in a batch at the most, or null.</param>
    /// <param name="cancellationToken">Stops reading.</param>
    IAsyncEnumerable<ChangeBatch> ReadAsync(Operation operation, long afterSeq, long upToSeq, int maxRows, int? maxBytes,
        CancellationToken cancellationToken);

    /// <summary>
    /// Some changes of a kind, the first by key, for people to look at; null where there are none or the mode tells of none. Where rows
    /// are replaced they have both their fields and the identifiers that they are removed by.
    /// </summary>
    Task<ChangeBatch?> SampleAsync(ChangeKind kind, int rows, CancellationToken cancellationToken);

    /// <summary>
    /// Writes the history of all rows of done batches: what the destination was told, and what it answered. Comes before
    /// <see cref="AdvanceAsync"/>, so that nothing is told of without history. Repeating it replaces what it wrote before.
    /// </summary>
    /// <param name="journal">The run's batches.</param>
    /// <param name="exceptions">The run's rows that were not accepted.</param>
    /// <param name="at">The instant that the rows count as told from.</param>
    /// <param name="cancellationToken">Stops it; nothing is written then.</param>
    Task WriteHistoryAsync(IReadOnlyList<JournalEntry> journal, IReadOnlyList<RowException> exceptions, DateTimeOffset at,
        CancellationToken cancellationToken);

    /// <summary>
    /// For a replacement, before its first batch is sent: from now on the snapshot vouches for no row, neither those that were told nor
    /// those about to be, until it advances. Whatever becomes of the plan, the next one tells of all of them. Harmless when repeated.
    /// </summary>
    /// <param name="cancellationToken">Stops it; nothing is changed then.</param>
    Task DoubtAsync(CancellationToken cancellationToken);

    /// <summary>
    /// Advances the snapshot by all rows of done batches but the exceptions, in one transaction, and drops the plan. After a replacement
    /// the snapshot has those rows and no others. Harmless when repeated.
    /// </summary>
    /// <param name="journal">The run's batches.</param>
    /// <param name="exceptions">The run's rows that were not accepted.</param>
    /// <param name="held">Numbers of rows that later plans must leave out until they are resolved.</param>
    /// <param name="cancellationToken">Stops it; nothing is advanced then.</param>
    Task<AdvanceResult> AdvanceAsync(IReadOnlyList<JournalEntry> journal, IReadOnlyList<RowException> exceptions, IReadOnlyList<long> held,
        CancellationToken cancellationToken);

    /// <summary>Keys of rows that were refused earlier and are not due to be tried again, as text.</summary>
    Task<IReadOnlyList<string>> ListWaitingAsync(CancellationToken cancellationToken);

    /// <summary>Writes the rows to a file. The same plan gives the same bytes.</summary>
    Task<PlanRows> SaveAsync(string path, CancellationToken cancellationToken);

    /// <summary>Drops the plan without advancing.</summary>
    Task DiscardAsync(CancellationToken cancellationToken);
}

/// <summary>What became of a plan.</summary>
/// <param name="Accepted">Rows that the snapshot took over, as the destination has them.</param>
public sealed record AdvanceResult(long Accepted);
