using ReverseEtl.Core.Config;
using ReverseEtl.Core.Delivery;
using ReverseEtl.Core.Planning;
using ReverseEtl.Core.Projects;
using ReverseEtl.Core.State;
using ReverseEtl.Server.Composition;
using ReverseEtl.Server.Operations.Results;

namespace ReverseEtl.Server.Operations;

/// <summary>What can be asked of a project that is open here.</summary>
/// <param name="session">The project; closed with this.</param>
/// <param name="caller">Who asks.</param>
internal sealed class LocalOperations(Session session, Caller caller) : IProjectOperations
{
    /// <summary>Who asks.</summary>
    public Caller Caller => caller;

    /// <summary>The project.</summary>
    public Session Session => session;

    /// <inheritdoc/>
    public Task<IReadOnlyList<string>> SelectAsync(IReadOnlyList<string>? names, RunOptions options, CancellationToken cancellationToken) =>
        Task.FromResult<IReadOnlyList<string>>([.. Select(names, options).Select(sync => sync.Name)]);

    /// <inheritdoc cref="SelectAsync"/>
    public IReadOnlyList<Sync> Select(IReadOnlyList<string>? names, RunOptions options)
    {
        var ordered = SyncSelection.InOrder(session.Project);
        var picked = SyncSelection.Pick([.. ordered.Select(sync => sync.Name)], names, caller.Place);
        IReadOnlyList<Sync> syncs = [.. ordered.Where(sync => picked.Contains(sync.Name))];
        SyncSelection.Check(names, syncs, options, caller.Place);
        return syncs;
    }

    /// <inheritdoc/>
    public Task<ModelList> ModelsAsync(CancellationToken cancellationToken) =>
        Task.FromResult(new ModelList([.. session.Project.Models.Ordered.Select(model => ModelResult.Of(session.Project, model))]));

    /// <inheritdoc/>
    public async Task<PreviewResult> PreviewAsync(string model, int limit, string? where, CancellationToken cancellationToken)
    {
        var found = FindModel(model);
        var query = (await session.CompilerAsync(cancellationToken)).Compile(found);
        var options = new PreviewOptions(limit, where, found.Key);
        return PreviewResult.Of(model, await (await session.WarehouseAsync(cancellationToken)).PreviewAsync(query, options, cancellationToken));
    }

    /// <summary>A model of the project.</summary>
    /// <exception cref="ProjectException">There is none of that name.</exception>
    public Core.Models.Model FindModel(string name) => session.Project.Models.Find(name) ?? throw new ProjectException(
        caller.Place, $"there is no model named \"{name}\"{Nearest.Hint(name, session.Project.Models.Ordered.Select(model => model.Name))}");

    /// <inheritdoc/>
    public Task<PlanResult> PlanAsync(string sync, RunOptions options, int rows, CancellationToken cancellationToken) =>
        PlanAsync(Find(sync), options, rows, save: null, cancellationToken);

    /// <inheritdoc cref="PlanAsync(string, RunOptions, int, CancellationToken)"/>
    /// <param name="sync">The sync.</param>
    /// <param name="options">What is asked of the run.</param>
    /// <param name="rows">Rows to show of each kind.</param>
    /// <param name="save">Takes the plan while it is there; null where nobody wants it.</param>
    /// <param name="cancellationToken">Stops it.</param>
    public Task<PlanResult> PlanAsync(Sync sync, RunOptions options, int rows, Func<Sync, SyncQuery, IChangePlan, Task>? save, CancellationToken cancellationToken)
    {
        SyncSelection.Check(sync, options, caller.Place);
        return PlanLook.MakeAsync(session, sync, options, rows, save, cancellationToken);
    }

    /// <inheritdoc/>
    public async Task<SyncStanding> StatusAsync(string sync, int runs, CancellationToken cancellationToken) =>
        (await SyncLook.ReadAsync(await session.StoreAsync(cancellationToken), Find(sync).Name, runs, cancellationToken)).ToResult(runs);

    /// <inheritdoc/>
    public async Task<RejectedList> RejectedAsync(string sync, int limit, CancellationToken cancellationToken)
    {
        var name = Find(sync).Name;
        var store = await session.StoreAsync(cancellationToken);
        var rejected = await store.ListRejectedAsync(name, limit, cancellationToken);
        return new RejectedList(
            name, await store.CountRejectedAsync(name, cancellationToken),
            [.. rejected.Select(row => new RejectedResult(row.Key, row.Code, row.Message, row.Attempts, row.FirstAt, row.LastAt))],
            await store.ListQuarantineAsync(name, cancellationToken));
    }

    /// <inheritdoc/>
    public async Task<HistoryList> HistoryAsync(string sync, string? key, int limit, CancellationToken cancellationToken)
    {
        var (found, asked) = FindRow(sync, key);
        var entries = await (await session.HistoryAsync(found, cancellationToken)).ListAsync(asked, limit, cancellationToken);
        return new HistoryList(found.Name, [.. entries.Select(HistoryResult.Of)]);
    }

    /// <inheritdoc/>
    public async Task<MemberList> MembersAsync(string sync, DateTimeOffset asOf, string? key, int limit, CancellationToken cancellationToken)
    {
        var (found, asked) = FindRow(sync, key);
        var members = await (await session.HistoryAsync(found, cancellationToken)).MembersAsync(asOf, asked, limit, cancellationToken);
        return new MemberList(found.Name, asOf, members.Count, members.Keys);
    }

    /// <inheritdoc/>
    public async Task<ExplanationResult> ExplainAsync(string sync, string key, CancellationToken cancellationToken)
    {
        var (found, asked) = FindRow(sync, key);
        return (await Explaining.ReadAsync(session, found, asked!, cancellationToken)).ToResult();
    }

    /// <inheritdoc/>
    public async Task<UnknownList> UnknownAsync(string sync, CancellationToken cancellationToken) =>
        new(sync, await Resolving.ListAsync(session, Find(sync), cancellationToken));

    /// <inheritdoc/>
    public async Task<ResolvedResult> ResolveAsync(string sync, bool arrived, IReadOnlyList<string> keys, CancellationToken cancellationToken) =>
        new(sync, await Resolving.SettleAsync(session, Find(sync), caller, arrived, keys, cancellationToken));

    /// <inheritdoc/>
    public async Task<AuditList> AuditAsync(string? sync, int limit, CancellationToken cancellationToken)
    {
        var entries = await (await session.StoreAsync(cancellationToken)).ListAuditAsync(sync, limit, cancellationToken);
        // A sync that left the project keeps its entries; a name that has none may be misspelt.
        if (sync is not null && entries.Count == 0)
            Find(sync);
        return new AuditList([.. entries.Select(AuditResult.Of)]);
    }

    /// <summary>The latest runs, newest first; of one sync, or of all.</summary>
    public Task<RunList<RunStanding>> RunsAsync(string? sync, int limit, CancellationToken cancellationToken) =>
        RunLook.ListAsync(session, sync is null ? null : Find(sync).Name, limit, cancellationToken);

    /// <summary>A run that has begun; null where there is none of that id.</summary>
    public Task<RunStanding?> FindRunAsync(string runId, CancellationToken cancellationToken) => RunLook.FindAsync(session, runId, cancellationToken);

    /// <summary>The rows of a run that were not accepted; null where there is no such run.</summary>
    public Task<OutcomeList?> OutcomesAsync(string runId, int limit, CancellationToken cancellationToken) =>
        RunLook.OutcomesAsync(session, runId, limit, cancellationToken);

    /// <summary>Records an order of the caller, before it takes effect.</summary>
    /// <param name="sync">The sync; empty where the order is for none, or for several.</param>
    /// <param name="runId">The run, or null.</param>
    /// <param name="action">What, as one word.</param>
    /// <param name="detail">How far.</param>
    /// <param name="cancellationToken">Stops it.</param>
    public async Task RecordAsync(string sync, string? runId, string action, string detail, CancellationToken cancellationToken) =>
        await (await session.StoreAsync(cancellationToken)).RecordAuditAsync(
            null, new AuditEntry(TimeProvider.System.GetUtcNow(), sync, runId, caller.Name, action, detail), cancellationToken);

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => session.DisposeAsync();

    private Sync Find(string name) => Select([name], new RunOptions())[0];

    private (Sync Sync, string? Key) FindRow(string sync, string? key)
    {
        var found = Find(sync);
        return (found, key is null ? null : RowKeyText.Read(found, key, caller.Place));
    }
}
