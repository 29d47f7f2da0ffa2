using ReverseEtl.DuckDb;

namespace ReverseEtl.Warehouses.Local;

/// <summary>
/// The diff where most rows are as they were. While the model is scanned, each of its rows is looked up in an index of the snapshot, and
/// marked there; only rows that are not found are kept. They are joined with what stays without a mark: the old versions of changed
/// rows, and the rows that the model has no more.
/// </summary>
/// <remarks>
/// A tag has 63 bits, so one day a changed row will pass for another one that did not change. The digests tell: what was marked and what
/// was not must be the whole snapshot, by hashes that tags know nothing of.
/// </remarks>
internal sealed class IndexedDiff(SnapshotFile file, IndexSql sql, TagFunction tags, long snapshotRows)
{
    private readonly DigestSum _snapshot = new();
    private readonly DigestSum _marked = new();
    private readonly ModelVectors _vectors = new();
    private long _candidates;
    private long _doubled;
    private volatile bool _gaveUp;

    /// <returns>Null where the plan has to be made in another way.</returns>
    public async Task<PlanDiff?> RunAsync(CancellationToken cancellationToken)
    {
        using var index = new TagIndex(snapshotRows);
        tags.Visitor = (rows, checks, _) =>
        {
            _snapshot.Add(TagDigest.Of(rows, checks));
            Interlocked.Add(ref _doubled, index.Add(rows));
        };
        await file.CountAsync(sql.ShowSnapshot, cancellationToken);
        if (_doubled > 0)
            return null;

        tags.Visitor = (rows, checks, keep) => Mark(index, rows, checks, keep);
        try
        {
            await file.ExecuteAsync(sql.CreateCandidates, cancellationToken);
        }
        catch (DuckDBException) when (_gaveUp)
        {
            return null;
        }

        var openRows = snapshotRows - _marked.Total.Rows;
        var open = new OpenTags(index, openRows);
        tags.Visitor = open.Pick;
        await file.Plan.WriteAsync(_candidates + openRows == 0 ? sql.NoRows : sql.Rows, cancellationToken);
        return _marked.Total + open.Picked == _snapshot.Total
            ? new PlanDiff(snapshotRows, new DuplicateSql(sql.Duplicates, sql.DuplicateAdds), _vectors, _candidates, openRows)
            : null;
    }

    private void Mark(TagIndex index, ReadOnlySpan<ulong> rows, ReadOnlySpan<ulong> checks, Span<byte> keep)
    {
        var all = TagDigest.Of(rows, checks);
        _vectors.Add(all);
        var marked = index.MarkEach(rows, keep);
        _marked.Add(all - Kept(rows, checks, keep));
        if (marked == rows.Length)
            return;
        // Where most rows differ, as after a change of the mapping, a join carries each of them once only.
        _gaveUp = Interlocked.Add(ref _candidates, rows.Length - marked) > (snapshotRows / 4) + DataChunkWriter.MaxRows;
        if (_gaveUp)
            throw new InvalidOperationException("most rows have changed");
    }

    private static TagDigest Kept(ReadOnlySpan<ulong> rows, ReadOnlySpan<ulong> checks, Span<byte> keep)
    {
        var kept = default(TagDigest);
        for (var row = keep.IndexOf((byte)1); row >= 0 && row < keep.Length; row++)
        {
            if (keep[row] != 0)
                kept += new TagDigest(1, rows[row], checks[row]);
        }

        return kept;
    }
}
