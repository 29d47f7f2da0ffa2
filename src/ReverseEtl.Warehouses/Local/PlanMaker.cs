namespace ReverseEtl.Warehouses.Local;

/// <summary>Writes the plan's rows, by the cheapest way that gives the right one.</summary>
internal sealed class PlanMaker
{
    private readonly SnapshotFile _file;
    private readonly PlanSql _plan;
    private readonly RowHashFunction _hash;
    private readonly IndexRule _rule;
    private readonly TagFunction _tags;
    private readonly IndexSql _sql;

    public PlanMaker(SnapshotFile file, PlanSql plan, RowHashFunction hash, IndexRule rule)
    {
        (_file, _plan, _hash, _rule) = (file, plan, hash, rule);
        _tags = new TagFunction(plan.KeyColumns.Count, rule.TagMask);
        _tags.Register(file.Connection);
        _sql = new IndexSql(plan);
    }

    /// <summary>Finds out by one scan that nothing has changed, where the model was seen when the snapshot became what it is.</summary>
    /// <returns>The rows of the model, or null where something has changed or cannot be told so.</returns>
    public async Task<long?> UnchangedAsync(CancellationToken cancellationToken)
    {
        if (await SeenModel.ReadAsync(_file, cancellationToken) is not { } known || !await new UnchangedCheck(_file, _sql, _tags).RunAsync(known, cancellationToken))
            return null;
        return known.Total.Rows;
    }

    /// <param name="byHash">True where rows are the same if their hashes are; else only the whole join tells.</param>
    /// <param name="cancellationToken">Stops it.</param>
    public Task<PlanDiff> RunAsync(bool byHash, CancellationToken cancellationToken) => byHash ? CompareAsync(cancellationToken) : JoinAsync(cancellationToken);

    private async Task<PlanDiff> CompareAsync(CancellationToken cancellationToken)
    {
        _hash.Restart();
        var rows = await _file.CountAsync($"select count(*) from {SnapshotSql.Snapshot}", cancellationToken);
        var memory = await MemoryBudget.ReadAsync(_file, _rule.Share, cancellationToken);
        if (rows == 0)
            return await FirstAsync(memory, cancellationToken);
        if (memory.Allows(rows) && await IndexedAsync(memory, rows, cancellationToken) is { } indexed)
            return indexed;
        return await JoinAsync(cancellationToken);
    }

    private async Task<PlanDiff> JoinAsync(CancellationToken cancellationToken)
    {
        _hash.Restart();
        await _file.Plan.WriteAsync(_plan.Rows, cancellationToken);
        return new PlanDiff(await _file.CountAsync($"select count(*) from {SnapshotSql.Snapshot}", cancellationToken), DuplicateSql.Joined(_plan));
    }

    private async Task<PlanDiff> FirstAsync(MemoryBudget memory, CancellationToken cancellationToken)
    {
        var vectors = new ModelVectors();
        _tags.Visitor = (rows, checks, keep) =>
        {
            vectors.Add(TagDigest.Of(rows, checks));
            keep.Fill(1);
        };
        await _file.Plan.WriteAsync(_sql.FirstRows, cancellationToken);
        var total = vectors.Total.Rows;
        var unique = memory.Allows(total) && await AreUniqueAsync(total, cancellationToken);
        return new PlanDiff(0, unique ? DuplicateSql.None(_plan) : DuplicateSql.Joined(_plan), vectors, Candidates: total);
    }

    // In a first sync every row may be a second one of its key. Hashes tell of nearly all tables that there is none, at a fraction of
    // what it costs to group all keys; where two are alike, grouping has the last word.
    private async Task<bool> AreUniqueAsync(long rows, CancellationToken cancellationToken)
    {
        using var index = new TagIndex(rows);
        var doubled = 0L;
        _tags.Visitor = (keys, _, _) => Interlocked.Add(ref doubled, index.Add(keys));
        await _file.CountAsync(_sql.ShowPlanKeys, cancellationToken);
        return doubled == 0;
    }

    private async Task<PlanDiff?> IndexedAsync(MemoryBudget memory, long rows, CancellationToken cancellationToken)
    {
        await _file.ExecuteAsync(memory.Without(rows), cancellationToken);
        var diff = await new IndexedDiff(_file, _sql, _tags, rows).RunAsync(cancellationToken);
        await _file.ExecuteAsync(memory.Without(0), cancellationToken);
        return diff;
    }
}
