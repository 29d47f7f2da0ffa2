namespace ReverseEtl.Warehouses.InWarehouse.Snowflake;

/// <summary>
/// Snowflake has no locks that outlive a request, so nobody can be kept waiting. Instead whoever comes last writes down that the sync is its
/// own, and every transaction of somebody else fails from then on.
/// </summary>
/// <param name="table">A table of one row.</param>
internal sealed class Fence(string table)
{
    private const string Mark = "cdp_fence";

    private readonly string _token = Guid.NewGuid().ToString("N");

    /// <summary>Takes the sync over. Who is in the middle of a transaction is waited for.</summary>
    public IReadOnlyList<string> Take =>
    [
        $"create transient table if not exists {table} (token varchar, checks bigint)",
        "begin",
        $"delete from {table}",
        $"insert into {table} values ('{_token}', 0)",
        "commit",
    ];

    /// <summary>
    /// Fails where another one has taken the sync over. It is written and not only read, so that nobody takes it over before the transaction that it
    /// stands in is over.
    /// </summary>
    public string Check => $"update {table} set checks = cast(iff(token = '{_token}', '1', '{Mark} ' || token) as bigint)";

    /// <summary>True for the failure of <see cref="Check"/>.</summary>
    public static bool IsLost(string message) => message.Contains(Mark, StringComparison.Ordinal);
}
