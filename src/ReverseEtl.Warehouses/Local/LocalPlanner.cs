using ReverseEtl.Core.Config;
using ReverseEtl.Core.Delivery;
using ReverseEtl.Core.Planning;
using ReverseEtl.DuckDb;
using ReverseEtl.Warehouses.DuckDb;

namespace ReverseEtl.Warehouses.Local;

/// <summary>
/// <c>planner: local</c>: each sync has a DuckDB file of its own with the snapshot and the plan of an open run; the model runs in
/// the same instance of DuckDB, next to it.
/// </summary>
/// <param name="warehouse">The warehouse that models run in.</param>
/// <param name="folder">The folder of the syncs' files.</param>
public sealed class LocalPlanner(DuckDbWarehouse warehouse, string folder) : ISyncPlanner
{
    internal IndexRule Index { get; init; } = IndexRule.Default;

    /// <inheritdoc/>
    public async Task<IChangePlan> PlanAsync(PlanRequest request, CancellationToken cancellationToken) => (await OpenAsync<IChangePlan>(
        request,
        async file =>
        {
            if (file.Meta.HasKeyOf(request.Query))
                return await new LocalDiff(file, request, Index).CreateAsync(cancellationToken);
            await RekeyOrRefuseAsync(file, request, cancellationToken);
            if (request.Mode.Removes() && await file.CountAsync($"select count(*) from {SnapshotSql.Snapshot}", cancellationToken) > 0)
                return await new LocalDiff(file, ByKeptKey(file, request), Index).RetireAsync(cancellationToken);
            await file.BeginAnewAsync(request, cancellationToken);
            return await new LocalDiff(file, request, Index).CreateAsync(cancellationToken);
        },
        cancellationToken))!;

    /// <inheritdoc/>
    public async Task<IChangePlan?> ReopenAsync(PlanRequest request, CancellationToken cancellationToken)
    {
        if (!File.Exists(FileOf(request.Sync)))
            return null;
        return await OpenAsync(
            request,
            async file =>
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
    public async Task<IChangePlan> LoadAsync(PlanRequest request, SavedPlan plan, string path, CancellationToken cancellationToken) => (await OpenAsync<IChangePlan>(
        request,
        async file =>
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
    public async Task<IReadOnlyList<HeldRow>> ListHeldAsync(PlanRequest request, CancellationToken cancellationToken)
    {
        await using var file = await SnapshotFile.OpenAsync(warehouse, FileOf(request.Sync), request, cancellationToken);
        return [.. (await Held(file, request).ListAsync(cancellationToken)).Select(row => row.Held)];
    }

    /// <inheritdoc/>
    public async Task<int> ResolveAsync(PlanRequest request, Func<HeldRow, bool> which, bool arrived, CancellationToken cancellationToken)
    {
        await using var file = await SnapshotFile.OpenAsync(warehouse, FileOf(request.Sync), request, cancellationToken);
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
    public async Task<RowState> ExplainAsync(PlanRequest request, string key, CancellationToken cancellationToken)
    {
        await using var file = await SnapshotFile.OpenAsync(warehouse, FileOf(request.Sync), request with { Keep = false }, cancellationToken);
        try
        {
            return await new LocalExplanation(file, request with { Keep = false }, key).RunAsync(cancellationToken);
        }
        catch (DuckDBException error)
        {
            throw DuckDbErrors.Translate(error, request.Query.Query);
        }
    }

    private async Task<T?> OpenAsync<T>(PlanRequest request, Func<SnapshotFile, Task<T?>> work, CancellationToken cancellationToken)
        where T : class
    {
        var file = await SnapshotFile.OpenAsync(warehouse, FileOf(request.Sync), request, cancellationToken);
        T? result = null;
        try
        {
            return result = await work(file);
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

    /// <summary>The key is not the snapshot's: its rows cannot be compared.</summary>
    private static async Task RekeyOrRefuseAsync(SnapshotFile file, PlanRequest request, CancellationToken cancellationToken)
    {
        var keys = $"the key of sync {request.Sync} was ({SnapshotMeta.KeyText(file.Meta.Shape.Key)}) and is now ({SnapshotMeta.KeyText(request.Query.Key)}), so its rows cannot be compared";
        var problem = request switch
        {
            _ when !request.Mode.TellsOfChanges() => $"{keys}; as mode {request.Mode.ToString().ToLowerInvariant()} tells of each row once, restore the key, or give the sync another name to send everything again",
            { Rekey: false, Mode: SyncMode.Mirror } => $"{keys}; restore the key, or run once with --rekey, which removes what was told under the old key and then sends every row",
            { Rekey: false } => $"{keys}; restore the key, or run once with --rekey, which sends every row again",
            _ when (await Held(file, request).ListAsync(cancellationToken)).Count > 0 => $"sync {request.Sync} has rows in doubt under its old key; settle them with cdp resolve first",
            _ => null,
        };
        if (problem is not null)
            throw new ProjectException(request.Query.Query.Root, problem);
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
