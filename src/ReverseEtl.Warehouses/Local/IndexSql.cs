using ReverseEtl.Core.Planning;

namespace ReverseEtl.Warehouses.Local;

/// <summary>The statements in which rows are shown to a <see cref="TagFunction"/>.</summary>
internal sealed class IndexSql(PlanSql sql)
{
    private const string Candidates = "temp.cdp_candidates";

    /// <summary>Shows the snapshot.</summary>
    public string ShowSnapshot => $"select count({Tag}) from {SnapshotSql.Snapshot}";

    /// <summary>Shows the model.</summary>
    public string ShowModel => $"select count({Tag}) from ({sql.Captured}) c";

    /// <summary>Shows the plan's keys.</summary>
    public string ShowPlanKeys => $"select count({TagFunction.Name}({Keys}, 0::ubigint)) from {PlanSql.Plan}";

    /// <summary>Shows the model, and keeps the rows that are picked.</summary>
    public string CreateCandidates => $"create or replace temp table cdp_candidates as select * from ({sql.Captured}) c where {Tag}";

    /// <summary>The plan's rows of the candidates; shows the snapshot, and compares them with the rows of it that are picked.</summary>
    public string Rows => sql.RowsOf(Candidates, $"(select * from {SnapshotSql.Snapshot} where {Tag})");

    /// <summary>The plan's rows of a first sync; shows the model.</summary>
    public string FirstRows => sql.FirstRowsOf($"(select * from ({sql.Captured}) where {Tag})");

    /// <summary>No rows.</summary>
    public string NoRows => sql.NoRows;

    /// <summary>Keys that the model has more than once, where one of them is a candidate.</summary>
    public string Duplicates => DuplicatesOf($"{Candidates} where {string.Join(" and ", sql.KeyColumns.Select(key => $"{key} is not null"))}");

    /// <summary>Keys that the model has more than once, where one of them is added.</summary>
    public string DuplicateAdds => DuplicatesOf($"{PlanSql.Plan} where kind = {(int)ChangeKind.Add}");

    private string Tag => $"{TagFunction.Name}({Keys}, row_hash)";

    private string Keys => string.Join(", ", sql.KeyColumns);

    // What is added although the snapshot has its key is the second row of it: the first one is as it was, and so no candidate.
    private string DuplicatesOf(string rows) =>
        $"select {Keys}, count(*) as n from (select {Keys} from {rows} union all select {Keys} from {SnapshotSql.Snapshot} s "
        + $"semi join (select * from {PlanSql.Plan} where kind = {(int)ChangeKind.Add}) p using ({Keys})) group by all having count(*) > 1";
}
