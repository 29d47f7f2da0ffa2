using ReverseEtl.Core.Delivery;
using ReverseEtl.Core.Planning;
using ReverseEtl.Core.State;
using static ReverseEtl.Warehouses.Local.SqlText;

namespace ReverseEtl.Warehouses.InWarehouse;

/// <summary>
/// Takes rows with a key that the model has twice out of a plan. That no key is doubled shows in the counts alone: every row of the
/// model is either in the plan as added or matches one row of the snapshot.
/// </summary>
internal sealed class DoubledKeys(SyncSpace space, PlanRequest request, DiffSql sql, string plan)
{
    private const int Listed = 1000;

    private readonly string _doubled = request.Keep ? space.Tables.Doubled : space.Session.LookTable("doubled");

    /// <param name="counts">The plan's rows by kind; those that are left out so far have no key.</param>
    /// <param name="modelRows">Rows of the model.</param>
    /// <param name="snapshotRows">Rows of the snapshot.</param>
    /// <param name="cancellationToken">Stops it.</param>
    /// <returns>How many rows cannot be sent, and the first of them by key.</returns>
    public async Task<(long Count, IReadOnlyList<QuarantinedRow> Rows)> TakeOutAsync(long[] counts, long modelRows, long snapshotRows, CancellationToken cancellationToken)
    {
        var (added, nulls) = (counts[(int)ChangeKind.Add], counts[DiffSql.LeftOut]);
        var matched = snapshotRows - counts[(int)ChangeKind.Remove];
        var rows = new List<QuarantinedRow>();
        if (nulls > 0)
            rows.Add(new QuarantinedRow("null", "null key", nulls));
        if (modelRows > matched + added + nulls)
            return (nulls + await TakeOutAsync(sql.DoubledKeys, rows, cancellationToken), rows);
        if (added > 1 && await space.CountAsync($"select count(*) from ({sql.DoubledAdds(plan)}) x", cancellationToken) > 0)
            return (nulls + await TakeOutAsync(sql.DoubledAdds(plan), rows, cancellationToken), rows);
        return (nulls, rows);
    }

    private async Task<long> TakeOutAsync(string doubled, List<QuarantinedRow> rows, CancellationToken cancellationToken)
    {
        await space.TransactAsync(
            [
                $"drop table if exists {_doubled}",
                $"{space.Sql.CreateTable} {_doubled} as {doubled}",
                space.Sql.Update(plan, $"kind = {DiffSql.LeftOut}", _doubled, $"{sql.IsDoubled} and p.kind > {DiffSql.LeftOut}"),
            ],
            cancellationToken,
            request.Query.Query);
        var key = request.Query.Key;
        var columns = List([.. key.Select((column, i) => space.Sql.CanonicalKey($"x.k{i}", column)), "x.n"]);
        using var page = await space.Session.QueryAsync(
            $"select {columns} from {_doubled} x order by {List(Names("x.k", key.Count))} limit {Listed}", [.. key.Select(column => column.Type), FieldType.Integer], null, cancellationToken);
        for (var row = 0; row < page.Count; row++)
            rows.Add(new QuarantinedRow(RowKey.Text([.. page.Columns.Take(key.Count)], row), "duplicate key", page[key.Count].Integer(row)));
        var count = await space.CountAsync($"select coalesce(sum(n), 0) from {_doubled}", cancellationToken);
        await space.TransactAsync([$"drop table {_doubled}"], cancellationToken);
        return count;
    }
}
