using ReverseEtl.Core.Delivery;
using ReverseEtl.Core.Planning;
using ReverseEtl.Warehouses.Local;

namespace ReverseEtl.Warehouses.InWarehouse;

/// <summary>
/// <c>planner: warehouse</c>: the model, the diff, the plan, the snapshot and its advance run as SQL inside the warehouse, in a schema of
/// the planner's own. Only the changes leave it.
/// </summary>
/// <param name="engine">The warehouse.</param>
/// <param name="scope">The project.</param>
internal sealed class WarehousePlanner(IPlannerEngine engine, PlannerScope scope) : ISyncPlanner
{
    /// <inheritdoc/>
    public async Task<IChangePlan> PlanAsync(PlanRequest request, CancellationToken cancellationToken) => (await OpenAsync<IChangePlan>(
        request,
        async space =>
        {
            if (space.Meta.HasKeyOf(request.Query))
                return await new WarehouseDiff(space, request).CreateAsync(cancellationToken);
            var hasHeld = request.Rekey && await space.CountAsync($"select count(*) from {space.Kept!.Held} x", cancellationToken) > 0;
            if (KeyChange.Refuse(request, space.Meta.Shape.Key, hasHeld) is { } problem)
                throw problem;
            if (request.Mode.Removes() && await space.CountAsync($"select count(*) from {space.Kept!.Snapshot} x", cancellationToken) > 0)
                return await new WarehouseDiff(space, ByKeptKey(space, request)).RetireAsync(cancellationToken);
            await space.BeginAnewAsync(request, cancellationToken);
            return await new WarehouseDiff(space, request).CreateAsync(cancellationToken);
        },
        cancellationToken))!;

    /// <inheritdoc/>
    public Task<IChangePlan?> ReopenAsync(PlanRequest request, CancellationToken cancellationToken) => OpenAsync<IChangePlan>(
        request,
        async space =>
        {
            var plan = space.Tables.PlanOf(request.RunId);
            if (space.Record(SnapshotJson.Default.PlanMeta) is { } meta && meta.RunId == request.RunId && await space.Session.ExistsAsync(plan, cancellationToken))
                return new WarehousePlan(space, ByKeptKey(space, request), meta, plan);
            return space.Meta.Advanced is { } advanced && advanced.RunId == request.RunId
                ? new WarehousePlan(space, request, new PlanMeta(request.RunId, space.Meta.Shape, advanced.Summary, null), plan) { Advanced = advanced.Result }
                : null;
        },
        cancellationToken);

    /// <inheritdoc/>
    public async Task<IChangePlan> LoadAsync(PlanRequest request, SavedPlan plan, string path, CancellationToken cancellationToken) => (await OpenAsync<IChangePlan>(
        request,
        async space =>
        {
            var file = new SavedFile(space, request.Query, request.ChangedFields);
            if (!space.Meta.HasKeyOf(request.Query) || await file.DigestAsync(cancellationToken) != plan.Snapshot)
                throw new StalePlanException("the destination was told something else");
            await file.StageAsync(path, cancellationToken);
            var loaded = await new WarehouseDiff(space, request).LoadAsync(file.Staged, plan, cancellationToken);
            await space.TransactAsync([$"drop table {space.Tables.Staged}"], cancellationToken);
            return loaded;
        },
        cancellationToken))!;

    /// <inheritdoc/>
    public async Task<IReadOnlyList<HeldRow>> ListHeldAsync(PlanRequest request, CancellationToken cancellationToken)
    {
        await using var space = await SyncSpace.OpenAsync(engine, scope, request with { Keep = false }, cancellationToken);
        return [.. (await HeldRows.ListAsync(space, ByKeptKey(space, request).Query, cancellationToken)).Select(row => row.Held)];
    }

    /// <inheritdoc/>
    public async Task<int> ResolveAsync(PlanRequest request, Func<HeldRow, bool> which, bool arrived, CancellationToken cancellationToken)
    {
        await using var space = await SyncSpace.OpenAsync(engine, scope, request with { Keep = true }, cancellationToken);
        var kept = ByKeptKey(space, request);
        var rows = (await HeldRows.ListAsync(space, kept.Query, cancellationToken)).Where(row => which(row.Held)).Select(row => row.Id).ToList();
        if (rows.Count > 0)
        {
            await space.TransactAsync(
                [
                    .. new HistorySql(space, kept, request.AsOf).OfHeld(rows, arrived),
                    .. new KeptSql(space, kept.Query).Settle(rows, arrived),
                    // What the snapshot is equal to is not known any more.
                    space.DropMeta<QuietModel>(),
                ],
                cancellationToken);
        }

        return rows.Count;
    }

    /// <inheritdoc/>
    public async Task<long> ForgetAsync(PlanRequest request, CancellationToken cancellationToken)
    {
        await using var space = await SyncSpace.OpenAsync(engine, scope, request with { Keep = true }, cancellationToken);
        var rows = await space.CountAsync($"select count(*) from {space.Tables.Snapshot} x", cancellationToken);
        await space.TransactAsync([.. new KeptSql(space, request.Query).Forget, .. space.Record(PlanJson.Default.PlanTable) is { } plan ? [$"drop table if exists {plan.Name}"] : Array.Empty<string>()], cancellationToken);
        return rows;
    }

    /// <inheritdoc/>
    public async Task<RowState> ExplainAsync(PlanRequest request, string key, CancellationToken cancellationToken)
    {
        var look = request with { Keep = false };
        await using var space = await SyncSpace.OpenAsync(engine, scope, look, cancellationToken);
        return await new OneRow(space, look, key).ExplainAsync(cancellationToken);
    }

    private async Task<T?> OpenAsync<T>(PlanRequest request, Func<SyncSpace, Task<T?>> work, CancellationToken cancellationToken)
        where T : class
    {
        var space = await SyncSpace.OpenAsync(engine, scope, request, cancellationToken);
        T? result = null;
        try
        {
            return result = await work(space);
        }
        finally
        {
            // A plan keeps the session and closes it itself.
            if (result is null)
                await space.DisposeAsync();
        }
    }

    /// <summary>The request with the key that is kept.</summary>
    private static PlanRequest ByKeptKey(SyncSpace space, PlanRequest request) => request with { Query = request.Query with { Key = space.Meta.Shape.Key } };
}
