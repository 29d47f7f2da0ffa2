using ReverseEtl.Core.Delivery;
using ReverseEtl.Core.Planning;
using ReverseEtl.Core.State;
using ReverseEtl.DuckDb;
using ReverseEtl.Warehouses.DuckDb;

namespace ReverseEtl.Warehouses.Local;

/// <summary>
/// Takes rows without a key, or with one that the model has twice, out of a plan. That no key is doubled shows in the counts alone:
/// every row of the model is either in the plan as added or matches one row of the snapshot.
/// </summary>
internal sealed class QuarantineCheck(SnapshotFile file, PlanSql sql)
{
    private const string Duplicates = "temp.cdp_duplicates";
    private const int Listed = 1000;

    /// <param name="query">The sync's rows.</param>
    /// <param name="look">Where to look for doubled keys.</param>
    /// <param name="modelRows">Rows of the model.</param>
    /// <param name="added">Rows that the plan adds.</param>
    /// <param name="nulls">Rows that it would add, had they a key.</param>
    /// <param name="matched">Rows of the snapshot that the model has.</param>
    /// <param name="cancellationToken">Stops it.</param>
    /// <returns>How many rows were taken out, and the first of them by key.</returns>
    public async Task<(long Count, IReadOnlyList<QuarantinedRow> Rows)> RunAsync(SyncQuery query, DuplicateSql look, long modelRows, long added, long nulls, long matched, CancellationToken cancellationToken)
    {
        var source = modelRows > matched + added + nulls ? look.All : look.Adds;
        await file.ExecuteAsync($"create or replace temp table cdp_duplicates as {source}", cancellationToken);
        var duplicates = await file.CountAsync($"select coalesce(sum(n), 0)::bigint from {Duplicates}", cancellationToken);
        if (duplicates > 0)
            await file.Plan.LeaveOutAsync($"{Duplicates} d", sql.IsDuplicate, cancellationToken);
        return (nulls + duplicates, nulls + duplicates > 0 ? await ListAsync(query, nulls, cancellationToken) : []);
    }

    private async Task<IReadOnlyList<QuarantinedRow>> ListAsync(SyncQuery query, long nulls, CancellationToken cancellationToken)
    {
        var rows = new List<QuarantinedRow>();
        if (nulls > 0)
            rows.Add(new QuarantinedRow("null", "null key", nulls));
        var columns = query.Key.Select((column, i) => DuckDbTypes.CanonicalKey($"k{i}", column)).Append("n");
        await using var command = new DuckDBCommand($"select {string.Join(", ", columns)} from {Duplicates} order by all limit {Listed}", file.Connection);
        using var reader = command.ExecuteColumns(cancellationToken);
        while (reader.ReadChunk(cancellationToken))
        {
            var key = query.Key.Select((column, i) => ChunkCopy.Column(column, reader.Chunk[i], reader.Chunk.RowCount)).ToList();
            var n = reader.Chunk[key.Count].Values<long>();
            for (var row = 0; row < reader.Chunk.RowCount; row++)
                rows.Add(new QuarantinedRow(RowKey.Text(key, row), "duplicate key", n[row]));
        }

        return rows;
    }
}
