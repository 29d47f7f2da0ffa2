using ReverseEtl.Core.Planning;
using ReverseEtl.DuckDb;
using ReverseEtl.Warehouses.DuckDb;

namespace ReverseEtl.Warehouses.Local;

/// <summary>
/// The hashes of single columns, for syncs that send changed fields only. They are made of rows that differ, and not of the whole model:
/// of those alone it matters in what.
/// </summary>
internal static class ColumnHashes
{
    private const string Name = "cdp_column_hash";

    /// <summary>The SQL of the hash of a planned column.</summary>
    public static string Of(string planned) => $"{Name}({planned})";

    /// <summary>The SQL of whether a row's column differs from what was told.</summary>
    /// <param name="query">The sync's query.</param>
    /// <param name="kept">The columns that the snapshot keeps hashes of.</param>
    /// <param name="column">The column's index.</param>
    public static string Differs(SyncQuery query, IReadOnlyList<KeptColumn> kept, int column)
    {
        var at = kept.ToList().IndexOf(KeptColumn.Of(query.Columns[column]));
        return at < 0
            ? "true"
            : $"(s.row_hash is null or c.row_hash is null or s.h{at} is null or s.h{at} <> {Of(DuckDbTypes.Planned($"c.c{column}", query.Columns[column]))})";
    }

    /// <summary>The SQL of the hashes that the snapshot takes over, by the plan's row <c>p</c>.</summary>
    /// <param name="query">The sync's query.</param>
    /// <param name="kept">The columns that the snapshot keeps hashes of.</param>
    /// <param name="isTold">True where the plan has the columns as they were told.</param>
    public static IEnumerable<string> Told(SyncQuery query, IReadOnlyList<KeptColumn> kept, bool isTold)
    {
        var columns = query.Columns.Select(KeptColumn.Of).ToList();
        return kept.Select(column => isTold && columns.IndexOf(column) is >= 0 and var at ? Of($"p.f{at}") : "null");
    }

    /// <summary>Makes the function known to a session.</summary>
    public static void Register(DuckDBConnection connection) => new RowHashFunction(Name, RowHash.Seed("a column")).RegisterOnce(connection);
}
