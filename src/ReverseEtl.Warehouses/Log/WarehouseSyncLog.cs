using ReverseEtl.Core.Delivery;
using ReverseEtl.Core.Planning;
using ReverseEtl.Core.State;
using ReverseEtl.Warehouses.InWarehouse;

namespace ReverseEtl.Warehouses.Log;

/// <summary>The log in the planner's schema of the warehouse, whichever place makes the plans.</summary>
/// <param name="engine">The warehouse.</param>
/// <param name="scope">Whose runs they are.</param>
/// <param name="historyOf">The history of a sync.</param>
/// <param name="name">A column's name in quotes, in the case that it has without them.</param>
internal sealed class WarehouseSyncLog(IPlannerEngine engine, PlannerScope scope, Func<string, ISyncHistory> historyOf, Func<string, string> name) : ISyncLog
{
    private const int PageRows = 50_000;

    private readonly string[] _columns = ["kind", name("key"), "outcome", "code", "message"];
    private readonly IPlannerDialect _sql = engine.Dialect;
    private readonly LogTables _tables = new(
        new LogWords(
            $"{SyncTables.Schema}.sync_runs", $"{SyncTables.Schema}.sync_log", name, engine.Dialect.StorageOf(FieldType.Text), "timestamp with time zone", engine.Dialect.Text, engine.Dialect.Instant),
        scope);

    /// <inheritdoc/>
    public async Task<int> WriteAsync(string sync, IReadOnlyList<RunRecord> runs, DateTimeOffset? since, CancellationToken cancellationToken)
    {
        // Names and a lock of their own: the sync's next run may be planned meanwhile.
        var own = new SyncTables(_sql, scope, $"{sync} log");
        await using var session = await engine.OpenAsync(sync, null, cancellationToken);
        await session.CreateSchemaAsync(cancellationToken);
        await session.LockAsync(own, $"{sync} (its log)", cancellationToken);
        if (!await session.ExistsAsync($"{SyncTables.Schema}.sync_log", cancellationToken))
            await CreateAsync(session, cancellationToken);
        var known = await KnownAsync(session, sync, cancellationToken);
        var missing = runs.Where(run => !known.Contains(run.RunId)).ToList();
        foreach (var run in missing)
            await WriteAsync(session, own.Staged, historyOf(sync), run, cancellationToken);
        if (since is { } before)
            await session.TransactAsync([.. _tables.Forget(before)], null, cancellationToken);
        return missing.Count;
    }

    private async Task CreateAsync(IPlannerSession session, CancellationToken cancellationToken)
    {
        try
        {
            await session.TransactAsync([.. _tables.Create], null, cancellationToken);
        }
        catch (WarehouseException)
        {
            // Another sync may have made them at the same moment; if not, the next statement says what is wrong.
        }
    }

    private async Task<HashSet<string>> KnownAsync(IPlannerSession session, string sync, CancellationToken cancellationToken)
    {
        using var page = await session.QueryAsync(_tables.Known(sync), [FieldType.Text], null, cancellationToken);
        return [.. Enumerable.Range(0, page.Count).Select(row => page[0].Text(row)!)];
    }

    /// <summary>Brings a run's rows into a table of their own, which a run that was interrupted left or not, and then takes all of them over at once.</summary>
    private async Task WriteAsync(IPlannerSession session, string staged, ISyncHistory history, RunRecord run, CancellationToken cancellationToken)
    {
        var text = _sql.StorageOf(FieldType.Text);
        var (after, at) = (long.MinValue, (DateTimeOffset?)null);
        while (await history.OfRunAsync(run, after, PageRows, cancellationToken) is { Count: > 0 } entries)
        {
            if (at is null)
                await session.TransactAsync([$"drop table if exists {staged}", $"{_sql.CreateScratch} {staged} ({string.Join(", ", _columns.Select(column => $"{column} {text}"))})"], null, cancellationToken);
            using (var page = PageOf(entries))
                await session.FillAsync(staged, [page], cancellationToken);
            (after, at) = (entries[^1].Seq, entries[^1].At);
        }

        await session.TransactAsync(
            at is null ? [_tables.AddRun(run)] : [_tables.AddRows(run, _sql.Instant(at.Value), staged), _tables.AddRun(run)], null, cancellationToken);
        if (at is not null)
            await session.TransactAsync([$"drop table if exists {staged}"], null, cancellationToken);
    }

    private RowPage PageOf(IReadOnlyList<HistoryEntry> entries)
    {
        var builders = _columns.Select(column => new FieldColumnBuilder(column, FieldType.Text)).ToList();
        foreach (var entry in entries)
        {
            string?[] values = [entry.Kind, entry.Key, entry.Outcome, entry.Code, entry.Message];
            for (var column = 0; column < values.Length; column++)
                builders[column].AppendText(values[column]);
        }

        return new RowPage([.. builders.Select(builder => builder.Build())], entries.Count);
    }
}
