using ReverseEtl.Core.Planning;
using ReverseEtl.Warehouses.Local;

namespace ReverseEtl.Warehouses.InWarehouse;

/// <summary>
/// The hashes of single columns, for syncs that send changed fields only. The snapshot has them in one list for each row, by the numbers
/// of <see cref="SnapshotMeta.Columns"/>; the plan says in a text of 0 and 1 which mapped columns differ.
/// </summary>
internal sealed class ColumnHashSql(IPlannerDialect sql, SyncQuery query)
{
    /// <summary>The snapshot's column.</summary>
    public const string Hashes = "hashes";

    /// <summary>The plan's column.</summary>
    public const string Flags = "d";

    /// <summary>What the plan says of rows of which everything counts as changed.</summary>
    public string AllChanged => sql.Text(new string('1', query.Columns.Count));

    /// <summary>What the plan says of a row.</summary>
    /// <param name="kept">The columns that the snapshot keeps hashes of.</param>
    /// <param name="hashes">The row's list of them.</param>
    /// <param name="canonical">A mapped column of the row in its canonical form.</param>
    public string Changed(IReadOnlyList<KeptColumn> kept, string hashes, Func<int, string> canonical)
    {
        var numbers = kept.ToList();
        return SqlText.Balanced([.. query.Columns.Select(Flag)], " || ");

        string Flag(ColumnInfo column, int i) => numbers.IndexOf(KeptColumn.Of(column)) is >= 0 and var number
            ? $"case when {sql.HashAt(hashes, number)} = {Of(canonical(i), column)} then '0' else '1' end"
            : "'1'";
    }

    /// <summary>The list that the snapshot takes over.</summary>
    /// <param name="kept">The columns that the snapshot keeps hashes of.</param>
    /// <param name="planned">A mapped column of the plan's row, as it was told; null where it was not.</param>
    public string Told(IReadOnlyList<KeptColumn> kept, Func<int, string>? planned)
    {
        var columns = query.Columns.Select(KeptColumn.Of).ToList();
        return sql.Hashes(kept.Select(column => planned is not null && columns.IndexOf(column) is >= 0 and var i ? Of(planned(i), query.Columns[i]) : "null"));
    }

    /// <summary>Reads what a plan says of a row.</summary>
    public static void Append(IReadOnlyList<List<byte>> flags, ReadOnlySpan<byte> text)
    {
        for (var i = 0; i < flags.Count; i++)
            flags[i].Add((byte)(text[i] - '0'));
    }

    private string Of(string value, ColumnInfo column) => sql.Digest([(value, column.Type)]);
}
