using ReverseEtl.DuckDb;

namespace ReverseEtl.Warehouses.Local;

/// <summary>
/// Finds out that nothing has changed by digests alone: those of the model now, and of the model that the snapshot is equal to. It gives up at the first rows that the model did not
/// have before, so that it costs next to nothing where something has changed.
/// </summary>
internal sealed class UnchangedCheck(SnapshotFile file, IndexSql sql, TagFunction tags)
{
    private volatile bool _gaveUp;

    /// <param name="known">The model that the snapshot is equal to.</param>
    /// <param name="cancellationToken">Stops it.</param>
    public async Task<bool> RunAsync(ModelVectors known, CancellationToken cancellationToken)
    {
        var found = new DigestSum();
        tags.Visitor = (rows, checks, _) =>
        {
            var vector = TagDigest.Of(rows, checks);
            found.Add(vector);
            if (known.Contains(vector))
                return;
            _gaveUp = true;
            throw new InvalidOperationException("the model has changed");
        };
        try
        {
            await file.CountAsync(sql.ShowModel, cancellationToken);
            return found.Total == known.Total;
        }
        catch (DuckDBException) when (_gaveUp)
        {
            return false;
        }
    }
}
