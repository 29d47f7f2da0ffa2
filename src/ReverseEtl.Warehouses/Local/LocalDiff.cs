using ReverseEtl.Core.Planning;
using ReverseEtl.Core.State;
using ReverseEtl.DuckDb;

namespace ReverseEtl.Warehouses.Local;

/// <summary>Makes a plan: compares the model with the snapshot, takes out what cannot or must not be sent, and counts the rest.</summary>
internal sealed class LocalDiff(SnapshotFile file, PlanRequest request, IndexRule index)
{
    /// <summary>The changes between the model and the snapshot.</summary>
    public async Task<LocalChangePlan> CreateAsync(CancellationToken cancellationToken)
    {
        var query = request.Query;
        var change = ShapeChange.Between(file.Meta.Shape, query.Shape, query.Available);
        var rule = DiffRule.Of(request, change);
        if (request is { Replace: true, Keep: true })
            await file.AddIdentifiersAsync(query, cancellationToken);
        var sql = new PlanSql(request, file.Meta, rule);
        var hash = new RowHashFunction(RowHashFunction.Name, RowHash.Seed(query.Shape.Fingerprint));
        hash.Register(file.Connection);
        if (rule.ToldColumns is not null)
            new RowHashFunction(RowHashFunction.ToldName, RowHash.Seed(file.Meta.Shape.Fingerprint)).Register(file.Connection);
        SentValues.Register(file.Connection, query);
        ColumnHashes.Register(file.Connection);
        var maker = new PlanMaker(file, sql, hash, index);
        if (rule.IsByHash && await maker.UnchangedAsync(cancellationToken) is { } rows)
            return LocalChangePlan.Empty(file, request, new PlanSummary(0, 0, 0, 0, rows, rows) { Drift = PlanCounts.Drift(file.Meta.Shape, query.Shape) });
        await file.Plan.CreateAsync(cancellationToken);
        // One statement, so one state of the warehouse; mostly the order of the rows does not matter until they are numbered by their place.
        await file.ExecuteAsync($"set preserve_insertion_order = {(rule.ResentFields is null ? "false" : "true")}", cancellationToken);
        var diff = await maker.RunAsync(rule.IsByHash, cancellationToken);
        await file.ExecuteAsync("set preserve_insertion_order = true", cancellationToken);

        var counts = await CountAsync(cancellationToken);
        var matched = diff.SnapshotRows - counts[(int)ChangeKind.Remove];
        var quarantine = await new QuarantineCheck(file, sql).RunAsync(query, diff.Duplicates, hash.Rows, counts[(int)ChangeKind.Add], counts[PlanSql.LeftOut], matched, cancellationToken);
        var snapshot = new SnapshotSql(query, file.Meta);
        // A replacement leaves no row of another fate behind.
        var (held, taken) = request.Replace ? (0, 0) : await new HeldRows(file, snapshot, query).TakeOutAsync(cancellationToken);
        var waiting = request.RetryNow || request.Full || request.Replace ? 0 : await new RefusedRows(file, snapshot, request).TakeOutAsync(cancellationToken);
        if (quarantine.Count + taken + waiting > 0)
            counts = await CountAsync(cancellationToken);
        var summary = PlanCounts.Summarize(request.Mode, counts, quarantine.Count, hash.Rows - quarantine.Count, diff.SnapshotRows) with
        {
            Held = held,
            Waiting = waiting,
            IsFirst = file.Meta.Advanced is null,
            Drift = PlanCounts.Drift(file.Meta.Shape, query.Shape),
        };
        if (request.Replace)
            summary = await PlanCounts.ReplacingAsync(summary, change, () => file.CountAsync(sql.AddedAgain, cancellationToken));
        var meta = new PlanMeta(request.RunId, query.Shape, summary with { Notes = PlanCounts.Notes(request, change, rule, summary) }, rule.ResentFields) { HasFlags = request.ChangedFields };
        return await KeepAsync(meta, SeenModel.Plan(diff, meta.Summary), quarantine.Rows, cancellationToken);
    }

    /// <summary>The removal of everything that was told under another key than the request's.</summary>
    public async Task<LocalChangePlan> RetireAsync(CancellationToken cancellationToken)
    {
        var sql = new PlanSql(request, file.Meta, new DiffRule());
        await file.Plan.CreateAsync(cancellationToken);
        await file.Plan.WriteAsync(sql.Retirement, cancellationToken);
        var rows = await file.CountAsync($"select count(*) from {PlanSql.Plan}", cancellationToken);
        return await KeepAsync(PlanCounts.Retirement(request, file.Meta, rows) with { HasFlags = request.ChangedFields }, [SnapshotFile.DropMeta<PlanVectors>()], [], cancellationToken);
    }

    private async Task<LocalChangePlan> KeepAsync(PlanMeta meta, IEnumerable<string> seen, IReadOnlyList<QuarantinedRow> quarantine, CancellationToken cancellationToken)
    {
        if (request.Keep)
            await file.Plan.NameAsync(meta, seen, cancellationToken);
        return new LocalChangePlan(file, request, meta) { Quarantine = quarantine };
    }

    private async Task<long[]> CountAsync(CancellationToken cancellationToken)
    {
        var counts = PlanCounts.New();
        await using var command = new DuckDBCommand($"select kind, count(*) from {PlanSql.Plan} group by kind", file.Connection);
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        while (await reader.ReadAsync(cancellationToken))
            counts[reader.GetByte(0)] = reader.GetInt64(1);
        return counts;
    }
}
