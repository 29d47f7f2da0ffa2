using ReverseEtl.Core.Delivery;
using ReverseEtl.Core.Planning;
using ReverseEtl.Core.State;
using ReverseEtl.DuckDb;
using ReverseEtl.Warehouses.DuckDb;

namespace ReverseEtl.Warehouses.Local;

/// <summary>
/// Takes rows without a key, or with one that the model has twice, out of a plan and counts the rest. That no key is doubled shows
/// in the counts alone: every row of the model is either in the plan as added or matches one row of the snapshot.
/// </summary>
internal sealed class QuarantineCheck(SyncFile file)
{
    private const string Duplicates = "temp.cdp_duplicates";
    private const int Listed = 1000;

    public async Task<(PlanSummary Summary, IReadOnlyList<QuarantinedRow> Rows)> RunAsync(PlanRequest request, long modelRows, CancellationToken cancellationToken)
    {
        var sql = file.Sql;
        var snapshotRows = await file.CountAsync($"select count(*) from {PlanSql.Snapshot}", cancellationToken);
        var counts = await CountAsync(cancellationToken);
        var matched = snapshotRows - counts[(int)ChangeKind.Remove];
        var source = modelRows > matched + counts[(int)ChangeKind.Add] ? sql.Duplicates : sql.DuplicateAdds;

        var nulls = counts[(int)ChangeKind.Add] == 0 ? 0 : await file.ExecuteAsync(sql.QuarantineNullKeys, cancellationToken);
        await file.ExecuteAsync($"create or replace temp table cdp_duplicates as {source}", cancellationToken);
        var duplicates = await file.CountAsync($"select coalesce(sum(n), 0)::bigint from {Duplicates}", cancellationToken);
        if (duplicates > 0)
            await file.ExecuteAsync(sql.QuarantineDuplicates(Duplicates), cancellationToken);

        var (held, taken) = await new HeldRows(file, request).TakeOutAsync(cancellationToken);
        if (nulls + duplicates + taken > 0)
            counts = await CountAsync(cancellationToken);
        var removed = request.Mode.OperationFor(ChangeKind.Remove) is null ? 0 : counts[(int)ChangeKind.Remove];
        var summary = new PlanSummary(counts[(int)ChangeKind.Add], counts[(int)ChangeKind.Change], removed,
            nulls + duplicates, modelRows - nulls - duplicates, snapshotRows) { Held = held };
        return (summary, nulls + duplicates > 0 ? await ListAsync(request, nulls, cancellationToken) : []);
    }

    private async Task<long[]> CountAsync(CancellationToken cancellationToken)
    {
        var counts = new long[4];
        await using var command = new DuckDBCommand($"select kind, count(*) from {file.Sql.Plan} group by kind", file.Connection);
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        while (await reader.ReadAsync(cancellationToken))
            counts[reader.GetByte(0)] = reader.GetInt64(1);
        return counts;
    }

    private async Task<IReadOnlyList<QuarantinedRow>> ListAsync(PlanRequest request, long nulls, CancellationToken cancellationToken)
    {
        var rows = new List<QuarantinedRow>();
        if (nulls > 0)
            rows.Add(new QuarantinedRow("null", "null key", nulls));
        var columns = request.Query.Key.Select((column, i) => DuckDbTypes.CanonicalKey($"k{i}", column)).Append("n");
        await using var command = new DuckDBCommand($"select {string.Join(", ", columns)} from {Duplicates} order by all limit {Listed}", file.Connection);
        using var reader = command.ExecuteColumns(cancellationToken);
        while (reader.ReadChunk(cancellationToken))
        {
            var key = request.Query.Key.Select((column, i) => ChunkCopy.Column(column, reader.Chunk[i], reader.Chunk.RowCount)).ToList();
            var n = reader.Chunk[key.Count].Values<long>();
            for (var row = 0; row < reader.Chunk.RowCount; row++)
                rows.Add(new QuarantinedRow(RowKey.Text(key, row), "duplicate key", n[row]));
        }

        return rows;
    }
}
