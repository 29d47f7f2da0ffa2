using ReverseEtl.Core.Delivery;
using ReverseEtl.Core.Planning;

namespace ReverseEtl.Warehouses.InWarehouse;

/// <summary>
/// Looks at one row: everything but it is left out of the model and of what is kept beside it, and then the plan is made as ever.
/// </summary>
internal sealed class OneRow(SyncSpace space, PlanRequest request, string key)
{
    public async Task<RowState> ExplainAsync(CancellationToken cancellationToken)
    {
        Narrow();
        var state = new RowState
        {
            ModelRows = null,
            Fields = [],
            IsTold = space.Kept is { } kept && await space.CountAsync($"select count(*) from {kept.Snapshot} x", cancellationToken) > 0,
            Held = await HeldAsync(cancellationToken),
            Refused = await RefusedAsync(cancellationToken),
        };
        if (!space.Meta.HasKeyOf(request.Query))
            return state;
        var is_ = new KeyWords(space.Sql, request.Query.Key).Is(key, (column, _) => space.Sql.Canonical(space.Sql.Name(column.Name), column));
        var query = request.Query;
        var one = request with { Query = query with { Query = query.Query.Where(is_), Including = more => query.Including(more).Where(is_) } };
        var (rows, fields) = await ModelAsync(one.Query, cancellationToken);
        var plan = await new WarehouseDiff(space, one).CreateAsync(cancellationToken);
        return state with
        {
            ModelRows = rows,
            Fields = fields,
            Quarantined = plan.Quarantine.Select(row => row.Reason).FirstOrDefault(),
            IsWaiting = plan.Summary.Waiting > 0,
            Next = await NextAsync(plan, cancellationToken),
        };
    }

    private void Narrow()
    {
        if (space.Kept is not { } kept)
            return;
        var is_ = new KeyWords(space.Sql, space.Meta.Shape.Key).Is(key, (column, i) => space.Sql.CanonicalKey($"t.k{i}", column));
        space.Kept = new KeptRows(Only(kept.Snapshot), Only(kept.Held), Only(kept.Refused));

        string Only(string rows) => $"(select * from {rows} t where {is_})";
    }

    private async Task<(long Rows, IReadOnlyList<FieldColumn> Fields)> ModelAsync(SyncQuery query, CancellationToken cancellationToken)
    {
        var columns = query.Columns.Select(column => space.Sql.Canonical($"m.{space.Sql.Name(column.Name)}", column)).Append("count(*) over ()");
        using var page = await space.Session.QueryAsync(
            $"select {string.Join(", ", columns)} from ({query.Query.Sql}\n) m limit 1", [.. query.Columns.Select(column => column.Type), FieldType.Integer], query.Query, cancellationToken);
        return page.Count == 0 ? (0, []) : (page[query.Columns.Count].Integer(0), query.Mapper.Map([.. page.Columns.Take(query.Columns.Count)], 1));
    }

    private async Task<ChangeKind?> HeldAsync(CancellationToken cancellationToken)
    {
        if (space.Kept is not { } kept)
            return null;
        using var page = await space.Session.QueryAsync($"select x.kind from {kept.Held} x limit 1", [FieldType.Integer], null, cancellationToken);
        return page.Count == 0 ? null : (ChangeKind)page[0].Integer(0);
    }

    private async Task<RefusedRow?> RefusedAsync(CancellationToken cancellationToken)
    {
        if (space.Kept is not { } kept)
            return null;
        using var page = await space.Session.QueryAsync(
            $"select x.attempts, {space.Sql.InstantText("x.due")} from {kept.Refused} x limit 1", [FieldType.Integer, FieldType.TimestampTz], null, cancellationToken);
        if (page.Count == 0)
            return null;
        var due = HistorySql.InstantOf(page[1].Text(0)!);
        return new RefusedRow((int)page[0].Integer(0), due < RowOutcome.Never ? due : null);
    }

    private static async Task<ChangeBatch?> NextAsync(WarehousePlan plan, CancellationToken cancellationToken)
    {
        foreach (var kind in Enum.GetValues<ChangeKind>())
        {
            if (await plan.SampleAsync(kind, 1, cancellationToken) is { } next)
                return next;
        }

        return null;
    }
}
