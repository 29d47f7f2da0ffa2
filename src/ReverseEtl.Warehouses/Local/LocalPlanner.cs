using ReverseEtl.Core.Delivery;
using ReverseEtl.Core.Planning;
using ReverseEtl.DuckDb;
using ReverseEtl.Warehouses.DuckDb;

namespace ReverseEtl.Warehouses.Local;

/// <summary>
/// <c>planner: local</c>: each sync has a DuckDB file of its own with the snapshot and the plan of an open run; the model's rows
/// come into the same instance of DuckDB, next to it.
/// </summary>
/// <param name="source">Where the rows of models come from.</param>
/// <param name="folder">The folder of the syncs' files.</param>
internal sealed class LocalPlanner(IModelSource source, string folder) : ISyncPlanner
{
    public IndexRule Index { get; init; } = IndexRule.Default;

    /// <inheritdoc/>
    public async Task<IChangePlan> PlanAsync(PlanRequest request, CancellationToken cancellationToken) => (await OpenAsync<IChangePlan>(
        request,
        (file, local) => source.CaptureAsync<IChangePlan?>(
            file.Connection, request, query => PlanAsync(file, local with { Query = query }, cancellationToken), cancellationToken),
        cancellationToken))!;

    /// <inheritdoc/>
    public async Task<IChangePlan?> ReopenAsync(PlanRequest asked, CancellationToken cancellationToken)
    {
        if (!File.Exists(FileOf(asked.Sync)))
            return null;
        return await OpenAsync(
            asked,
            async (file, request) =>
            {
                if (await file.ReadMetaAsync(SnapshotJson.Default.PlanMeta, cancellationToken) is { } meta && meta.RunId == request.RunId && await file.Plan.OpenAsync(cancellationToken))
                    return new LocalChangePlan(file, ByKeptKey(file, request), meta);
                return file.Meta.Advanced is { } advanced && advanced.RunId == request.RunId
                    ? new LocalChangePlan(file, request, new PlanMeta(request.RunId, file.Meta.Shape, advanced.Summary, null)) { Advanced = advanced.Result }
                    : null;
            },
            cancellationToken);
    }

    /// <inheritdoc/>
    public async Task<IChangePlan> LoadAsync(PlanRequest asked, SavedPlan plan, string path, CancellationToken cancellationToken) => (await OpenAsync<IChangePlan>(
        asked,
        async (file, request) =>
        {
            var rows = new SavedRows(file, request);
            if (!file.Meta.HasKeyOf(request.Query) || await rows.DigestAsync(cancellationToken) != plan.Snapshot)
                throw new StalePlanException("the destination was told something else");
            await file.Plan.CreateAsync(cancellationToken);
            await rows.ReadAsync(path, cancellationToken);
            var meta = new PlanMeta(request.RunId, request.Query.Shape, plan.Summary, plan.ResentFields) { HasFlags = request.ChangedFields };
            await file.Plan.NameAsync(meta, [SnapshotFile.DropMeta<PlanVectors>()], cancellationToken);
            return new LocalChangePlan(file, request, meta) { Quarantine = plan.Quarantine };
        },
        cancellationToken))!;

    /// <inheritdoc/>
    public async Task<IReadOnlyList<HeldRow>> ListHeldAsync(PlanRequest asked, CancellationToken cancellationToken)
    {
        var request = InDuckDb(asked);
        await using var file = await SnapshotFile.OpenAsync(source, FileOf(request.Sync), request, cancellationToken);
        return [.. (await Held(file, request).ListAsync(cancellationToken)).Select(row => row.Held)];
    }

    /// <inheritdoc/>
    public async Task<int> ResolveAsync(PlanRequest asked, Func<HeldRow, bool> which, bool arrived, CancellationToken cancellationToken)
    {
        var request = InDuckDb(asked);
        await using var file = await SnapshotFile.OpenAsync(source, FileOf(request.Sync), request, cancellationToken);
        var held = Held(file, request);
        var rows = (await held.ListAsync(cancellationToken)).Where(row => which(row.Held)).Select(row => row.Row).ToList();
        if (rows.Count > 0)
        {
            await new HistoryOfHeld(file, request).WriteAsync(rows, arrived, cancellationToken);
            await held.ResolveAsync(rows, arrived, cancellationToken);
        }

        return rows.Count;
    }

    /// <inheritdoc/>
    public async Task<long> ForgetAsync(PlanRequest asked, CancellationToken cancellationToken)
    {
        var path = FileOf(asked.Sync);
        if (!File.Exists(path))
            return 0;
        var rows = 0L;
        // Whoever has it open is not to lose it.
        await using (var file = await SnapshotFile.OpenAsync(source, path, InDuckDb(asked) with { Keep = true }, cancellationToken))
            rows = await file.CountAsync($"select count(*) from {SnapshotSql.Snapshot}", cancellationToken);
        foreach (var kept in new[] { PlanFile.Beside(path), $"{path}.wal", path })
            File.Delete(kept);
        return rows;
    }

    /// <inheritdoc/>
    public async Task<RowState> ExplainAsync(PlanRequest request, string key, CancellationToken cancellationToken)
    {
        var look = InDuckDb(request) with { Keep = false };
        await using var file = await SnapshotFile.OpenAsync(source, FileOf(request.Sync), look, cancellationToken);
        try
        {
            return await source.CaptureAsync(
                file.Connection, request, query => new LocalExplanation(file, look with { Query = query }, key).RunAsync(cancellationToken), cancellationToken);
        }
        catch (DuckDBException error)
        {
            throw DuckDbErrors.Translate(error, request.Query.Query);
        }
    }

    private async Task<IChangePlan?> PlanAsync(SnapshotFile file, PlanRequest request, CancellationToken cancellationToken)
    {
        if (file.Meta.HasKeyOf(request.Query))
            return await new LocalDiff(file, request, Index).CreateAsync(cancellationToken);
        await RekeyOrRefuseAsync(file, request, cancellationToken);
        if (request.Mode.Removes() && await file.CountAsync($"select count(*) from {SnapshotSql.Snapshot}", cancellationToken) > 0)
            return await new LocalDiff(file, ByKeptKey(file, request), Index).RetireAsync(cancellationToken);
        await file.BeginAnewAsync(request, cancellationToken);
        return await new LocalDiff(file, request, Index).CreateAsync(cancellationToken);
    }

    /// <param name="asked">The request, with the warehouse's types.</param>
    /// <param name="work">Gets the sync's file, and the request with DuckDB's types.</param>
    /// <param name="cancellationToken">Stops it.</param>
    private async Task<T?> OpenAsync<T>(PlanRequest asked, Func<SnapshotFile, PlanRequest, Task<T?>> work, CancellationToken cancellationToken)
        where T : class
    {
        var request = InDuckDb(asked);
        var file = await SnapshotFile.OpenAsync(source, FileOf(request.Sync), request, cancellationToken);
        T? result = null;
        try
        {
            return result = await work(file, request);
        }
        catch (DuckDBException error)
        {
            throw DuckDbErrors.Translate(error, request.Query.Query);
        }
        finally
        {
            // A plan keeps the file open and closes it itself.
            if (result is null)
                await file.DisposeAsync();
        }
    }

    private PlanRequest InDuckDb(PlanRequest request) => request with { Query = source.InDuckDb(request.Query) };

    /// <summary>The key is not the snapshot's: its rows cannot be compared.</summary>
    private static async Task RekeyOrRefuseAsync(SnapshotFile file, PlanRequest request, CancellationToken cancellationToken)
    {
        var hasHeld = request.Rekey && (await Held(file, request).ListAsync(cancellationToken)).Count > 0;
        if (KeyChange.Refuse(request, file.Meta.Shape.Key, hasHeld) is { } problem)
            throw problem;
    }

    private static HeldRows Held(SnapshotFile file, PlanRequest request)
    {
        var query = ByKeptKey(file, request).Query;
        return new HeldRows(file, new SnapshotSql(query, file.Meta), query);
    }

    /// <summary>The request with the key that the file's rows have.</summary>
    private static PlanRequest ByKeptKey(SnapshotFile file, PlanRequest request) => request with { Query = request.Query with { Key = file.Meta.Shape.Key } };

    private string FileOf(string sync) => Path.Combine(folder, $"{sync}.duckdb");
}
