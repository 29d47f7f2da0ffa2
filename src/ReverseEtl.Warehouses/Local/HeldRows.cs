using System.Globalization;
using ReverseEtl.Core.Delivery;
using ReverseEtl.Core.Planning;
using ReverseEtl.DuckDb;
using ReverseEtl.Warehouses.DuckDb;

namespace ReverseEtl.Warehouses.Local;

/// <summary>
/// Rows that were sent to a destination which stands no repeats, and never answered for. They are kept beside the snapshot, as they
/// were sent, and left out of every plan until a person says what became of them.
/// </summary>
internal sealed class HeldRows(SnapshotFile file, SnapshotSql sql, SyncQuery query)
{
    private const string Table = SnapshotSql.Held;

    /// <summary>Takes held rows out of a plan that was just made.</summary>
    /// <returns>How many rows are held, and how many of them the plan had.</returns>
    public async Task<(long Held, long Taken)> TakeOutAsync(CancellationToken cancellationToken)
    {
        var held = await file.CountAsync($"select count(*) from {Table}", cancellationToken);
        return (held, held == 0 ? 0 : await file.Plan.LeaveOutAsync($"{Table} h", sql.IsHeld, cancellationToken));
    }

    /// <summary>Makes a table of rows of a plan, by their numbers.</summary>
    /// <returns>A condition on the plan's row <c>p</c>.</returns>
    public Task<string> ChooseAsync(IReadOnlyList<long> seqs, CancellationToken cancellationToken) => ChooseAsync(file, "cdp_unknown", seqs, cancellationToken);

    /// <inheritdoc cref="ChooseAsync(IReadOnlyList{long}, CancellationToken)"/>
    public static async Task<string> ChooseAsync(SnapshotFile file, string table, IReadOnlyList<long> seqs, CancellationToken cancellationToken)
    {
        await file.FillAsync(table, "seq bigint", seqs.Select(seq => string.Create(CultureInfo.InvariantCulture, $"({seq})")), cancellationToken);
        return $"p.seq in (select seq from temp.{table})";
    }

    /// <summary>All held rows.</summary>
    public async Task<IReadOnlyList<(long Row, HeldRow Held)>> ListAsync(CancellationToken cancellationToken)
    {
        var rows = new List<(long, HeldRow)>();
        var columns = query.Key.Select((column, i) => DuckDbTypes.CanonicalKey($"k{i}", column));
        await using var command = new DuckDBCommand($"select rowid, kind, {string.Join(", ", columns)} from {Table} order by rowid", file.Connection);
        using var reader = command.ExecuteColumns(cancellationToken);
        while (reader.ReadChunk(cancellationToken))
        {
            var key = query.Key.Select((column, i) => ChunkCopy.Column(column, reader.Chunk[i + 2], reader.Chunk.RowCount)).ToList();
            for (var row = 0; row < reader.Chunk.RowCount; row++)
                rows.Add((reader.Chunk[0].Values<long>()[row], new HeldRow(RowKey.Text(key, row), (ChangeKind)reader.Chunk[1].Values<byte>()[row])));
        }

        return rows;
    }

    /// <summary>Settles rows: those that arrived become part of the snapshot, the others are planned again.</summary>
    public Task ResolveAsync(IReadOnlyList<long> rows, bool arrived, CancellationToken cancellationToken)
    {
        var which = $"h.rowid in ({string.Join(", ", rows)})";
        return file.TransactAsync(
            [
                .. arrived ? sql.AdvanceByHeld(which) : [],
                $"delete from {Table} as h where {which}",
            ],
            cancellationToken);
    }
}
