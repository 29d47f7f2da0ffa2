namespace ReverseEtl.Warehouses.Local;

/// <summary>The statements that find keys which the model has more than once, with how often.</summary>
/// <param name="All">All of them; asked only where the counts show that there are some.</param>
/// <param name="Adds">Those of which a row is added, which the counts do not show.</param>
internal sealed record DuplicateSql(string All, string Adds)
{
    /// <summary>For a plan that was made by one join.</summary>
    public static DuplicateSql Joined(PlanSql sql) => new(sql.Duplicates, sql.DuplicateAdds);

    /// <summary>For a plan that is known to have none.</summary>
    public static DuplicateSql None(PlanSql sql) => new(sql.Duplicates, sql.NoDuplicates);
}
