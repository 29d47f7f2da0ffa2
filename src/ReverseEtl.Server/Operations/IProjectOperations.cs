using ReverseEtl.Core.Delivery;
using ReverseEtl.Server.Operations.Results;

namespace ReverseEtl.Server.Operations;

/// <summary>
/// What can be asked of a project, here or where a service runs it. Results are the same in both places, and so is what is said where
/// something is wrong: a <see cref="Core.Config.ProjectException"/> where the project or the request is, else the failures of a warehouse,
/// a destination or a control store, or a <see cref="Remote.RemoteException"/> in their place.
/// </summary>
internal interface IProjectOperations : IAsyncDisposable
{
    /// <summary>The syncs that were named, or all, in the order in which they run.</summary>
    /// <param name="names">The names; none for all.</param>
    /// <param name="options">What will be asked of them, which is checked.</param>
    /// <param name="cancellationToken">Stops it.</param>
    Task<IReadOnlyList<string>> SelectAsync(IReadOnlyList<string>? names, RunOptions options, CancellationToken cancellationToken);

    /// <summary>The project's models.</summary>
    Task<ModelList> ModelsAsync(CancellationToken cancellationToken);

    /// <summary>Rows and size of a model.</summary>
    /// <param name="model">The model.</param>
    /// <param name="limit">Rows to show.</param>
    /// <param name="where">A condition on its columns, in SQL, or null.</param>
    /// <param name="cancellationToken">Stops it.</param>
    Task<PreviewResult> PreviewAsync(string model, int limit, string? where, CancellationToken cancellationToken);

    /// <summary>What a run would send; sends nothing.</summary>
    /// <param name="sync">The sync.</param>
    /// <param name="options">What is asked of the run.</param>
    /// <param name="rows">Rows to show of each kind.</param>
    /// <param name="cancellationToken">Stops it.</param>
    Task<PlanResult> PlanAsync(string sync, RunOptions options, int rows, CancellationToken cancellationToken);

    /// <summary>How a sync stands, with its latest runs.</summary>
    Task<SyncStanding> StatusAsync(string sync, int runs, CancellationToken cancellationToken);

    /// <summary>Rows that were refused or cannot be sent.</summary>
    Task<RejectedList> RejectedAsync(string sync, int limit, CancellationToken cancellationToken);

    /// <summary>What the destination was told, newest first; of one row, or of all.</summary>
    Task<HistoryList> HistoryAsync(string sync, string? key, int limit, CancellationToken cancellationToken);

    /// <summary>Who was in the destination at an instant.</summary>
    Task<MemberList> MembersAsync(string sync, DateTimeOffset asOf, string? key, int limit, CancellationToken cancellationToken);

    /// <summary>How one row stands, why, and what the next run would do with it.</summary>
    Task<ExplanationResult> ExplainAsync(string sync, string key, CancellationToken cancellationToken);

    /// <summary>Rows that were sent and never answered for.</summary>
    Task<UnknownList> UnknownAsync(string sync, CancellationToken cancellationToken);

    /// <summary>Settles rows that were sent and never answered for.</summary>
    /// <param name="sync">The sync.</param>
    /// <param name="arrived">True where they count as told; false where the next run sends them.</param>
    /// <param name="keys">The rows; none for all.</param>
    /// <param name="cancellationToken">Stops it.</param>
    Task<ResolvedResult> ResolveAsync(string sync, bool arrived, IReadOnlyList<string> keys, CancellationToken cancellationToken);

    /// <summary>What people ordered, the latest first; of one sync, or of all.</summary>
    Task<AuditList> AuditAsync(string? sync, int limit, CancellationToken cancellationToken);
}
