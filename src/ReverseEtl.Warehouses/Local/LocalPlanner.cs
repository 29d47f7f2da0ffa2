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
    /// <inheritdoc/>
    public async Task<IChangePlan> PlanAsync(PlanRequest request, CancellationToken cancellationToken)
    {
        var file = await SyncFile.OpenAsync(warehouse, FileOf(request.Sync), request, cancellationToken);
        try
        {
            return await LocalChangePlan.CreateAsync(file, request, cancellationToken);
        }
        catch (DuckDBException error)
        {
            await file.DisposeAsync();
            throw DuckDbErrors.Translate(error, request.Query.Query);
        }
        catch
        {
            await file.DisposeAsync();
            throw;
        }
    }

    /// <inheritdoc/>
    public async Task<IChangePlan?> ReopenAsync(PlanRequest request, CancellationToken cancellationToken)
    {
        if (!File.Exists(FileOf(request.Sync)))
            return null;
        var file = await SyncFile.OpenAsync(warehouse, FileOf(request.Sync), request, cancellationToken);
        if (await LocalChangePlan.ReopenAsync(file, request, cancellationToken) is { } plan)
            return plan;
        await file.DisposeAsync();
        return null;
    }

    /// <inheritdoc/>
    public async Task<IReadOnlyList<HeldRow>> ListHeldAsync(PlanRequest request, CancellationToken cancellationToken)
    {
        await using var file = await SyncFile.OpenAsync(warehouse, FileOf(request.Sync), request, cancellationToken);
        return [.. (await new HeldRows(file, request).ListAsync(cancellationToken)).Select(row => row.Held)];
    }

    /// <inheritdoc/>
    public async Task<int> ResolveAsync(PlanRequest request, Func<HeldRow, bool> which, bool arrived, CancellationToken cancellationToken)
    {
        await using var file = await SyncFile.OpenAsync(warehouse, FileOf(request.Sync), request, cancellationToken);
        var held = new HeldRows(file, request);
        var rows = (await held.ListAsync(cancellationToken)).Where(row => which(row.Held)).Select(row => row.Row).ToList();
        if (rows.Count > 0)
            await held.ResolveAsync(rows, arrived, cancellationToken);
        return rows.Count;
    }

    private string FileOf(string sync) => Path.Combine(folder, $"{sync}.duckdb");
}
