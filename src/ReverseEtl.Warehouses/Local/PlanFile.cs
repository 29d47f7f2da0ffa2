using ReverseEtl.Warehouses.DuckDb;

namespace ReverseEtl.Warehouses.Local;

/// <summary>
/// The file of a plan, beside the sync's: it is deleted with the plan, while a table dropped from the sync's file would leave its space
/// there. The sync's file alone says what is true: a plan that its meta does not name is garbage, whatever stands in this file.
/// </summary>
/// <param name="file">The sync's file.</param>
/// <param name="path">The path, or null for a plan in memory.</param>
internal sealed class PlanFile(SnapshotFile file, string? path)
{
    /// <summary>What it is attached as.</summary>
    public const string Name = "cdp_plan";

    public static string Beside(string syncFile) => Path.ChangeExtension(syncFile, ".plan.duckdb");

    /// <summary>Begins a file anew. To be named by the meta only once all of the plan is in it.</summary>
    public async Task CreateAsync(CancellationToken cancellationToken)
    {
        if (path is not null)
            await file.ExecuteAsync(SnapshotFile.DropMeta<PlanMeta>(), cancellationToken);
        Delete();
        await AttachAsync(cancellationToken);
    }

    /// <summary>Opens the file of a plan that the meta names.</summary>
    /// <returns>False where somebody deleted it.</returns>
    public async Task<bool> OpenAsync(CancellationToken cancellationToken)
    {
        if (!File.Exists(path))
            return false;
        await AttachAsync(cancellationToken);
        return true;
    }

    /// <summary>Deletes the file of a plan that the meta names no more.</summary>
    public async Task DropAsync(CancellationToken cancellationToken)
    {
        // The table goes first, for DuckDB would compress it with care when it closes the file.
        await file.ExecuteAsync($"drop table if exists {PlanSql.Plan}; detach {Name}", cancellationToken);
        Delete();
    }

    private Task AttachAsync(CancellationToken cancellationToken) =>
        file.ExecuteAsync($"attach {DuckDbDialect.Text(path ?? ":memory:")} as {Name}", cancellationToken);

    private void Delete()
    {
        if (path is null)
            return;
        File.Delete(path);
        File.Delete($"{path}.wal");
    }
}
