using System.Globalization;
using ReverseEtl.DuckDb;

namespace ReverseEtl.Warehouses.Local;

/// <summary>The memory that a plan may use: DuckDB's limit, of which an index may take a share while DuckDB does without it.</summary>
/// <param name="limit">DuckDB's limit in bytes.</param>
/// <param name="share">The share of an index.</param>
internal sealed class MemoryBudget(long limit, double share)
{
    private static readonly string[] Units = ["bytes", "KiB", "MiB", "GiB", "TiB"];

    public static async Task<MemoryBudget> ReadAsync(SnapshotFile file, double share, CancellationToken cancellationToken)
    {
        await using var command = new DuckDBCommand("select current_setting('memory_limit')", file.Connection);
        return new MemoryBudget(Parse((string)(await command.ExecuteScalarAsync(cancellationToken))!), share);
    }

    /// <summary>Whether an index of so many rows has room.</summary>
    public bool Allows(long rows) => TagIndex.BytesFor(rows) <= limit * share;

    /// <summary>The statement that leaves DuckDB what an index of so many rows does not take; 0 gives it everything back.</summary>
    public string Without(long rows) =>
        string.Create(CultureInfo.InvariantCulture, $"set memory_limit = '{(limit - (rows == 0 ? 0 : TagIndex.BytesFor(rows))) >> 10}KiB'");

    /// <summary>Reads what DuckDB writes, such as <c>1.8 GiB</c>.</summary>
    internal static long Parse(string text)
    {
        var parts = text.Split(' ');
        var unit = Array.IndexOf(Units, parts[^1]);
        // An unknown unit allows no index, and the join always works.
        return unit < 0 ? 0 : (long)(double.Parse(parts[0], CultureInfo.InvariantCulture) * Math.Pow(1024, unit));
    }
}
