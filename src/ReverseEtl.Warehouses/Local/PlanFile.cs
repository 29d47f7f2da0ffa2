using ReverseEtl.Core.Planning;
using ReverseEtl.Warehouses.DuckDb;

namespace ReverseEtl.Warehouses.Local;

/// <summary>
/// The rows of a plan, numbered by their place: a Parquet file beside the sync's, or a table in memory for a plan that is only looked at.
/// The file is deleted with the plan. The sync's file alone says what is true: a plan that its meta does not name is garbage, whatever
/// stands in this file.
/// </summary>
/// <param name="file">The sync's file.</param>
/// <param name="path">The path, or null for a plan in memory.</param>
internal sealed class PlanFile(SnapshotFile file, string? path)
{
    /// <summary>The database of the view on its rows.</summary>
    public const string Name = "cdp_plan";

    // To compress it, or to look for values that repeat, takes longer than to write and read it as it is. The values of so many rows are
    // still in the processor's cache when they are written.
    private const string Format = "compression uncompressed, dictionary_size_limit 1, row_group_size 16384";
    private const string InMemory = $"{Name}.rows";

    private Task _flushed = Task.CompletedTask;

    public static string Beside(string syncFile) => Path.ChangeExtension(syncFile, ".plan.parquet");

    private string Unfinished => $"{path}.tmp";

    /// <summary>Begins a plan.</summary>
    public async Task CreateAsync(CancellationToken cancellationToken)
    {
        if (path is not null)
            await file.ExecuteAsync(SnapshotFile.DropMeta<PlanMeta>(), cancellationToken);
        Delete();
        await AttachAsync(cancellationToken);
    }

    /// <summary>Writes the plan's rows, in place of those that are there.</summary>
    public async Task WriteAsync(string rows, CancellationToken cancellationToken)
    {
        if (path is null)
            await file.ExecuteAsync($"create or replace table {InMemory} as {rows}", cancellationToken);
        else
            await WriteAsync(path, rows, cancellationToken);
        await ShowAsync(cancellationToken);
    }

    /// <summary>Names the plan, once it is safe on the disk: from now on it is found again.</summary>
    /// <param name="meta">What it says of itself.</param>
    /// <param name="others">Other statements of the same transaction.</param>
    /// <param name="cancellationToken">Stops it.</param>
    public async Task NameAsync(PlanMeta meta, IEnumerable<string> others, CancellationToken cancellationToken)
    {
        await _flushed;
        await file.TransactAsync([SnapshotFile.WriteMeta(meta, SnapshotJson.Default.PlanMeta), .. others], cancellationToken);
    }

    /// <summary>Leaves rows out of a plan that was just made; they stay in it, as of no kind.</summary>
    /// <param name="others">The table that says which.</param>
    /// <param name="match">Which rows <c>p</c> of the plan, as a condition on both.</param>
    /// <param name="cancellationToken">Stops it.</param>
    /// <returns>How many.</returns>
    public async Task<long> LeaveOutAsync(string others, string match, CancellationToken cancellationToken)
    {
        await file.ExecuteAsync(
            $"create or replace temp table cdp_left_out as select p.seq from {PlanSql.Plan} p semi join {others} on {match} where p.kind <> {PlanSql.LeftOut}", cancellationToken);
        var rows = await file.CountAsync("select count(*) from temp.cdp_left_out", cancellationToken);
        if (rows > 0)
        {
            var kind = $"case when seq in (select seq from temp.cdp_left_out) then {PlanSql.LeftOut}::utinyint else kind end as kind";
            await WriteAsync($"select * exclude (seq) replace ({kind}) from {PlanSql.Plan}", cancellationToken);
        }

        return rows;
    }

    /// <summary>Opens the file of a plan that the meta names.</summary>
    /// <returns>False where somebody deleted it.</returns>
    public async Task<bool> OpenAsync(CancellationToken cancellationToken)
    {
        if (!File.Exists(path))
            return false;
        await AttachAsync(cancellationToken);
        await ShowAsync(cancellationToken);
        return true;
    }

    /// <summary>Deletes the file of a plan that the meta names no more.</summary>
    public async Task DropAsync(CancellationToken cancellationToken)
    {
        await file.ExecuteAsync($"detach {Name}", cancellationToken);
        Delete();
    }

    private async Task WriteAsync(string target, string rows, CancellationToken cancellationToken)
    {
        await file.ExecuteAsync($"copy ({Storable(rows)}) to {DuckDbDialect.Text(Unfinished)} (format parquet, {Format}, use_tmp_file false)", cancellationToken);
        await _flushed;
        File.Move(Unfinished, target, overwrite: true);
        // Meanwhile the rows are counted and checked, out of the system's memory.
        _flushed = Task.Run(() => Flush(target), CancellationToken.None);
    }

    private static void Flush(string path)
    {
        try
        {
            using var handle = File.OpenHandle(path, FileMode.Open, FileAccess.ReadWrite, FileShare.ReadWrite | FileShare.Delete);
            RandomAccess.FlushToDisk(handle);
        }
        catch (IOException error)
        {
            throw new WarehouseException($"the plan {path} cannot be written: {error.Message}", error);
        }
    }

    // A database, as what is temporary belongs to one connection, and rows are read by others.
    private Task AttachAsync(CancellationToken cancellationToken) => file.ExecuteAsync($"attach ':memory:' as {Name}", cancellationToken);

    private Task ShowAsync(CancellationToken cancellationToken) => file.ExecuteAsync(
        path is null
            ? $"create or replace view {PlanSql.Plan} as select rowid as seq, * from {InMemory}"
            : $"create or replace view {PlanSql.Plan} as select file_row_number as seq, * replace ({Keys(DuckDbTypes.FromParquetKey)}) "
                + $"from read_parquet({DuckDbDialect.Text(path)}, hive_partitioning = false)",
        cancellationToken);

    // On one line with the rows' SQL, so that the lines of DuckDB's errors are the model's.
    private string Storable(string rows) => Key.All(DuckDbTypes.IsParquetKey) ? rows : $"select * replace ({Keys(DuckDbTypes.ParquetKey)}) from ({rows})";

    private IReadOnlyList<ColumnInfo> Key => file.Meta.Shape.Key;

    private string Keys(Func<string, ColumnInfo, string> convert) => SqlText.List(Key.Select((column, i) => $"{convert($"k{i}", column)} as k{i}"));

    private void Delete()
    {
        if (path is null)
            return;
        File.Delete(path);
        File.Delete(Unfinished);
    }
}
