using ReverseEtl.Core.Delivery;
using ReverseEtl.Core.Planning;
using ReverseEtl.Core.State;
using ReverseEtl.Warehouses.Local;

namespace ReverseEtl.Warehouses.InWarehouse;

/// <summary>Makes a plan: compares the model with the snapshot, takes out what cannot or must not be sent, and counts the rest.</summary>
internal sealed class WarehouseDiff
{
    // What a count may cost of a plan, as its part: less than to number the rows.
    private const int DearCount = 4;

    private readonly SyncSpace _space;
    private readonly PlanRequest _request;
    private readonly string _plan;

    /// <param name="space">The sync.</param>
    /// <param name="request">What to plan, by the key that is kept.</param>
    public WarehouseDiff(SyncSpace space, PlanRequest request)
    {
        (_space, _request) = (space, request);
        _plan = request.Keep ? space.Tables.PlanOf(request.RunId) : space.Session.LookTable("plan");
    }

    /// <summary>The changes between the model and the snapshot.</summary>
    public async Task<WarehousePlan> CreateAsync(CancellationToken cancellationToken)
    {
        var query = _request.Query;
        var change = ShapeChange.Between(_space.Meta.Shape, query.Shape, query.Available);
        var before = await KeptCounts.ReadAsync(_space, cancellationToken);
        if (_request is { Replace: true, Keep: true })
            await _space.AddIdentifiersAsync(query, cancellationToken);
        var rule = before.HasOtherHashes && _request.Mode.TellsOfChanges() && !_request.Replace ? new DiffRule { Different = ChangeKind.Resend } : DiffRule.Of(_request, change);
        var sql = new DiffSql(_space, _request, rule);
        var drift = PlanCounts.Drift(_space.Meta.Shape, query.Shape);
        if (rule.IsByHash && before.IsQuiet && _space.Sql.DigestsFirst && await UnchangedAsync(sql, cancellationToken))
            return WarehousePlan.Empty(_space, _request, new PlanSummary(0, 0, 0, 0, before.Snapshot, before.Snapshot) { Drift = drift });

        var countsApart = before.Snapshot > 0 && rule.IsByHash && await CountsApartAsync(sql, cancellationToken);
        await MakeAsync(before.Snapshot == 0 ? sql.FirstRows : sql.Rows(countsApart), cancellationToken);
        var (counts, last, mark) = await CountAsync(cancellationToken);
        var modelRows = countsApart ? mark : last + 1 - counts[(int)ChangeKind.Remove];
        var isQuiet = modelRows == before.Snapshot && counts.All(count => count == 0);
        var quarantine = await new DoubledKeys(_space, _request, sql, _plan).TakeOutAsync(counts, modelRows, before.Snapshot, cancellationToken);
        var kept = new KeptSql(_space, query);
        // A replacement leaves no row of another fate behind.
        var held = _request.Replace ? 0 : before.Held;
        var taken = held == 0 ? 0 : await LeaveOutAsync(_space.Kept!.Held, kept.IsHeld, cancellationToken);
        var waiting = before.Refused == 0 || _request.RetryNow || _request.Full || _request.Replace ? 0 : await LeaveOutAsync(_space.Kept!.Refused, kept.IsWaiting(_request.AsOf), cancellationToken);
        if (quarantine.Count + taken + waiting > 0)
            (counts, _, _) = await CountAsync(cancellationToken);
        var summary = PlanCounts.Summarize(_request.Mode, counts, quarantine.Count, modelRows - quarantine.Count, before.Snapshot) with
        {
            Held = held,
            Waiting = waiting,
            IsFirst = _space.Meta.Advanced is null,
            Drift = drift,
        };
        if (_request.Replace)
            summary = await PlanCounts.ReplacingAsync(summary, change, () => _space.CountAsync(sql.AddedAgain(_plan), cancellationToken));
        var notes = PlanCounts.Notes(_request, change, rule, summary);
        if (before.HasOtherHashes && !_request.Replace)
            notes = [.. notes, "the warehouse's hash functions became other ones with its version, so it cannot be told which rows changed: every row is sent"];
        var meta = new PlanMeta(_request.RunId, query.Shape, summary with { Notes = notes }, rule.ResentFields) { HasFlags = _request.ChangedFields };
        return await KeepAsync(meta, before.Probe, isQuiet && _request.Mode.TellsOfChanges(), quarantine.Rows, cancellationToken);
    }

    /// <summary>The removal of everything that was told under another key than the request's.</summary>
    public async Task<WarehousePlan> RetireAsync(CancellationToken cancellationToken)
    {
        await MakeAsync(new DiffSql(_space, _request, new DiffRule()).Retirement, cancellationToken);
        var rows = await _space.CountAsync($"select count(*) from {_plan}", cancellationToken);
        return await KeepAsync(PlanCounts.Retirement(_request, _space.Meta, rows) with { HasFlags = _request.ChangedFields }, null, isQuiet: false, [], cancellationToken);
    }

    /// <summary>The rows of a plan that was saved.</summary>
    /// <param name="rows">The query that gives the plan's rows.</param>
    /// <param name="plan">What the plan says of itself.</param>
    /// <param name="cancellationToken">Stops it.</param>
    public async Task<WarehousePlan> LoadAsync(string rows, SavedPlan plan, CancellationToken cancellationToken)
    {
        await MakeAsync(rows, cancellationToken);
        var meta = new PlanMeta(_request.RunId, _request.Query.Shape, plan.Summary, plan.ResentFields) { HasFlags = _request.ChangedFields };
        return await KeepAsync(meta, (await KeptCounts.ReadAsync(_space, cancellationToken)).Probe, isQuiet: false, plan.Quarantine, cancellationToken);
    }

    private async Task<bool> UnchangedAsync(DiffSql sql, CancellationToken cancellationToken)
    {
        using var page = await _space.Session.QueryAsync(sql.Digests, [FieldType.Text, FieldType.Text, FieldType.Text, FieldType.Text], _request.Query.Query, cancellationToken);
        return page[0].Text(0) == page[2].Text(0) && page[1].Text(0) == page[3].Text(0);
    }

    // From here on until it is named nobody finds a plan. What is left of one that was not named is dropped before the next is made.
    private async Task MakeAsync(string rows, CancellationToken cancellationToken)
    {
        List<string> statements = [];
        if (_request.Keep)
        {
            if (_space.Record(PlanJson.Default.PlanTable) is { } earlier)
                statements.Add($"drop table if exists {earlier.Name}");
            statements.AddRange([_space.DropMeta<PlanMeta>(), .. _space.WriteMeta(new PlanTable(_plan), PlanJson.Default.PlanTable)]);
        }

        statements.Add($"drop table if exists {_plan}");
        statements.Add($"{_space.Sql.CreateTable} {_plan} as {rows}");
        if (_request.Keep)
            statements.AddRange(_space.Sql.IndexPlan(_plan));
        await _space.TransactAsync(statements, cancellationToken, _request.Query.Query);
    }

    private async Task<WarehousePlan> KeepAsync(PlanMeta meta, string? probe, bool isQuiet, IReadOnlyList<QuarantinedRow> quarantine, CancellationToken cancellationToken)
    {
        if (_request.Keep)
        {
            await _space.TransactAsync(
                [
                    .. _space.WriteMeta(meta, SnapshotJson.Default.PlanMeta),
                    .. probe is null ? [_space.DropMeta<PlanHashFunctions>()] : _space.WriteMeta(new PlanHashFunctions(probe), PlanJson.Default.PlanHashFunctions),
                    .. isQuiet ? _space.WriteMeta(new QuietModel(meta.Summary.ModelRows), PlanJson.Default.QuietModel) : [_space.DropMeta<QuietModel>()],
                ],
                cancellationToken);
        }

        return new WarehousePlan(_space, _request, meta, _plan) { Quarantine = quarantine };
    }

    private async Task<long> LeaveOutAsync(string others, string match, CancellationToken cancellationToken) => (await _space.TransactAsync(
        [_space.Sql.Update(_plan, $"kind = {DiffSql.LeftOut}", others, $"{match} and p.kind > {DiffSql.LeftOut}")], cancellationToken))[0];

    // To number all rows that come out of the join takes a third of its time; to count those of a table much less, but a model may be
    // dearer than that.
    private async Task<bool> CountsApartAsync(DiffSql sql, CancellationToken cancellationToken) =>
        await _space.Session.EstimateAsync(sql.CountRows, _request.Query.Query, cancellationToken) is { } count
        && await _space.Session.EstimateAsync(sql.Rows(countsApart: false), _request.Query.Query, cancellationToken) is { } whole
        && count < whole / DearCount;

    private async Task<(long[] Counts, long Last, long Mark)> CountAsync(CancellationToken cancellationToken)
    {
        using var page = await _space.Session.QueryAsync(
            $"select kind, count(*), max(seq), max(row_hash) from {_plan} group by kind", [.. Enumerable.Repeat(FieldType.Integer, 4)], null, cancellationToken);
        var (counts, last, mark) = (PlanCounts.New(), -1L, 0L);
        for (var row = 0; row < page.Count; row++)
        {
            last = Math.Max(last, page[2].Integer(row));
            if (page[0].Integer(row) is var kind and not DiffSql.Mark)
                counts[kind] = page[1].Integer(row);
            else
                mark = page[3].Integer(row);
        }

        return (counts, last, mark);
    }
}

/// <summary>How many rows are kept before a plan is made, and by which hashes.</summary>
/// <param name="Snapshot">Rows that were told.</param>
/// <param name="Held">Rows in doubt.</param>
/// <param name="Refused">Rows that were refused.</param>
/// <param name="Probe">What the warehouse's hash functions are; null where nothing is kept.</param>
/// <param name="HasOtherHashes">True where rows were hashed by others.</param>
/// <param name="IsQuiet">True where the model was found as it had been told, so that it may be worth a look whether it still is.</param>
internal sealed record KeptCounts(long Snapshot, long Held, long Refused, string? Probe, bool HasOtherHashes, bool IsQuiet)
{
    public static async Task<KeptCounts> ReadAsync(SyncSpace space, CancellationToken cancellationToken)
    {
        if (space.Kept is not { } kept)
            return new KeptCounts(0, 0, 0, null, false, false);
        using var page = await space.Session.QueryAsync(
            $"select (select count(*) from {kept.Snapshot} x), (select count(*) from {kept.Held} x), (select count(*) from {kept.Refused} x), {space.Sql.HashProbe}",
            [FieldType.Integer, FieldType.Integer, FieldType.Integer, FieldType.Text], null, cancellationToken);
        var (snapshot, held) = (page[0].Integer(0), page[1].Integer(0));
        var hashes = space.Record(PlanJson.Default.HashFunctions);
        return new KeptCounts(
            snapshot,
            held,
            page[2].Integer(0),
            page[3].Text(0),
            snapshot > 0 && hashes is not null && hashes.Probe != page[3].Text(0),
            snapshot > 0 && held == 0 && space.Record(PlanJson.Default.QuietModel) is not null);
    }
}
