using ReverseEtl.Core.Planning;
using static ReverseEtl.Warehouses.Local.SqlText;

namespace ReverseEtl.Warehouses.InWarehouse;

/// <summary>The SQL that reads a plan: number, kind, key, mapped columns, identifiers, flags; all as they travel.</summary>
/// <param name="space">The sync.</param>
/// <param name="query">The sync's rows, by the key that is kept.</param>
/// <param name="plan">The plan's table.</param>
/// <param name="hasFlags">True where rows say which of their columns have changed.</param>
internal sealed class PlanRowsSql(SyncSpace space, SyncQuery query, string plan, bool hasFlags)
{
    private readonly IPlannerDialect _sql = space.Sql;

    /// <summary>The changes of some kinds.</summary>
    /// <param name="kinds">The kinds.</param>
    /// <param name="keysOnly">True where nothing but the keys can be read.</param>
    /// <param name="afterSeq">Numbers up to this one are left out.</param>
    /// <param name="upToSeq">Numbers above this one are left out.</param>
    public PlanQuery Read(IReadOnlyList<ChangeKind> kinds, bool keysOnly, long afterSeq, long upToSeq)
    {
        var where = upToSeq == long.MaxValue ? InKinds("p.kind", kinds) : $"p.seq <= {upToSeq} and {InKinds("p.kind", kinds)}";
        return Of(where, keysOnly) with { AfterSeq = afterSeq };
    }

    /// <summary>The first changes of a kind by key.</summary>
    public PlanQuery Sample(ChangeKind kind, int rows) => Of(
        $"p.seq in (select x.seq from {plan} x where x.kind = {(int)kind} order by {List(Names("x.k", query.Key.Count))} limit {rows})", keysOnly: false);

    /// <summary>All rows of the plan, with the hash as the last column.</summary>
    public PlanQuery Whole
    {
        get
        {
            var rows = Of($"p.kind <> {DiffSql.Mark}", keysOnly: false);
            return rows with { Select = $"{rows.Select}, p.row_hash", Columns = rows.Columns + 1 };
        }
    }

    public static string InKinds(string column, IEnumerable<ChangeKind> kinds) =>
        $"{column} in ({string.Join(", ", kinds.Select(kind => (int)kind).DefaultIfEmpty(DiffSql.Mark - 1))})";

    private PlanQuery Of(string where, bool keysOnly)
    {
        var fields = new PlanFields(_sql, query.Columns);
        List<string> columns =
        [
            "p.seq",
            "p.kind",
            .. query.Key.Select((column, i) => _sql.CanonicalKey($"p.k{i}", column)),
            .. keysOnly ? [] : query.Columns.Select((_, i) => fields.Read("p", i)),
            .. keysOnly ? [] : Names("p.i", space.Meta.Identifiers.Count),
            .. hasFlags && !keysOnly ? [$"p.{ColumnHashSql.Flags}"] : Array.Empty<string>(),
        ];
        return new PlanQuery(List(columns), plan, where, -1, columns.Count);
    }
}
