using System.Globalization;
using ReverseEtl.Core.Delivery;
using ReverseEtl.Server.Api;
using ReverseEtl.Server.Operations.Results;
using static ReverseEtl.Server.Operations.Remote.RemoteProject;

namespace ReverseEtl.Server.Operations.Remote;

/// <summary>What can be asked of a project that runs as a service, and orders to it.</summary>
internal sealed class RemoteOperations(RemoteProject project) : IProjectOperations
{
    /// <summary>The service's address.</summary>
    public Uri Url => project.Url;

    /// <inheritdoc/>
    public async Task<IReadOnlyList<string>> SelectAsync(IReadOnlyList<string>? names, RunOptions options, CancellationToken cancellationToken)
    {
        // Whether what is asked is for the syncs the service tells, of each in its turn.
        SyncSelection.Check(names, [], options, Caller.CommandLine.Place);
        var syncs = await project.GetAsync<StatusList<SyncStanding>>("syncs", [("runs", 0)], cancellationToken);
        return SyncSelection.Pick([.. syncs.Syncs.Select(sync => sync.Sync)], names, Caller.CommandLine.Place);
    }

    /// <inheritdoc/>
    public Task<ModelList> ModelsAsync(CancellationToken cancellationToken) => project.GetAsync<ModelList>("models", [], cancellationToken);

    /// <inheritdoc/>
    public Task<PreviewResult> PreviewAsync(string model, int limit, string? where, CancellationToken cancellationToken) =>
        project.GetAsync<PreviewResult>($"models/{Part(model)}/preview", [("limit", limit), ("where", where)], cancellationToken);

    /// <inheritdoc/>
    public Task<PlanResult> PlanAsync(string sync, RunOptions options, int rows, CancellationToken cancellationToken) =>
        project.PostAsync<PlanResult>($"{Path(sync)}/plan", RunBody.Of(options), cancellationToken, ("rows", rows));

    /// <inheritdoc/>
    public Task<SyncStanding> StatusAsync(string sync, int runs, CancellationToken cancellationToken) =>
        project.GetAsync<SyncStanding>(Path(sync), [("runs", runs)], cancellationToken);

    /// <inheritdoc/>
    public Task<RejectedList> RejectedAsync(string sync, int limit, CancellationToken cancellationToken) =>
        project.GetAsync<RejectedList>($"{Path(sync)}/rejected", [("limit", limit)], cancellationToken);

    /// <inheritdoc/>
    public Task<HistoryList> HistoryAsync(string sync, string? key, int limit, CancellationToken cancellationToken) =>
        project.GetAsync<HistoryList>($"{Path(sync)}/history", [("key", key), ("limit", limit)], cancellationToken);

    /// <inheritdoc/>
    public Task<MemberList> MembersAsync(string sync, DateTimeOffset asOf, string? key, int limit, CancellationToken cancellationToken) =>
        project.GetAsync<MemberList>(
            $"{Path(sync)}/members", [("as_of", asOf.UtcDateTime.ToString("O", CultureInfo.InvariantCulture)), ("key", key), ("limit", limit)], cancellationToken);

    /// <inheritdoc/>
    public Task<ExplanationResult> ExplainAsync(string sync, string key, CancellationToken cancellationToken) =>
        project.GetAsync<ExplanationResult>($"{Path(sync)}/explain", [("key", key)], cancellationToken);

    /// <inheritdoc/>
    public Task<UnknownList> UnknownAsync(string sync, CancellationToken cancellationToken) =>
        project.GetAsync<UnknownList>($"{Path(sync)}/unknown", [], cancellationToken);

    /// <inheritdoc/>
    public Task<ResolvedResult> ResolveAsync(string sync, bool arrived, IReadOnlyList<string> keys, CancellationToken cancellationToken) =>
        project.PostAsync<ResolvedResult>($"{Path(sync)}/unknown", new ResolveBody { Arrived = arrived, Keys = keys.Count == 0 ? null : keys }, cancellationToken);

    /// <inheritdoc/>
    public Task<AuditList> AuditAsync(string? sync, int limit, CancellationToken cancellationToken) =>
        project.GetAsync<AuditList>("audit", [("sync", sync), ("limit", limit)], cancellationToken);

    /// <summary>Asks for a run as soon as there is room.</summary>
    public Task<RunAnswer> RunAsync(string sync, RunOptions options, CancellationToken cancellationToken) =>
        project.PostAsync<RunAnswer>($"{Path(sync)}/runs", RunBody.Of(options), cancellationToken);

    /// <summary>A run that waits or has begun; null where the service knows none of that id.</summary>
    public async Task<RunAnswer?> FindRunAsync(string runId, CancellationToken cancellationToken)
    {
        try
        {
            return await project.GetAsync<RunAnswer>($"runs/{Part(runId)}", [], cancellationToken);
        }
        catch (NotThereException)
        {
            return null;
        }
    }

    /// <summary>Stops a sync's run.</summary>
    public Task<CancelAnswer> CancelAsync(string sync, CancellationToken cancellationToken) =>
        project.PostAsync<CancelAnswer>($"{Path(sync)}/cancel", null, cancellationToken);

    /// <summary>Lets a sync's schedule pass without runs.</summary>
    public Task<TimingAnswer> PauseAsync(string sync, string? reason, CancellationToken cancellationToken) =>
        project.PostAsync<TimingAnswer>($"{Path(sync)}/pause", new PauseBody { Reason = reason }, cancellationToken);

    /// <summary>Ends a pause.</summary>
    public Task<TimingAnswer> ResumeAsync(string sync, CancellationToken cancellationToken) =>
        project.PostAsync<TimingAnswer>($"{Path(sync)}/resume", null, cancellationToken);

    /// <inheritdoc/>
    public ValueTask DisposeAsync()
    {
        project.Dispose();
        return ValueTask.CompletedTask;
    }

    private static string Path(string sync) => $"syncs/{Part(sync)}";
}
