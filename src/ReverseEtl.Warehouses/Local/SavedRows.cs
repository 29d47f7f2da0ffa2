using ReverseEtl.Core.Planning;
using ReverseEtl.DuckDb;
using ReverseEtl.Warehouses.DuckDb;
using static ReverseEtl.Warehouses.Local.SqlText;

namespace ReverseEtl.Warehouses.Local;

/// <summary>
/// The rows of a plan as a Parquet file. Values are kept as they travel, as Parquet has not all of DuckDB's types; rows are in order, so
/// that the same plan gives the same file.
/// </summary>
internal sealed class SavedRows(SnapshotFile file, PlanRequest request)
{
    private readonly SyncQuery _query = request.Query;
    private readonly IReadOnlyList<string> _keys = Names("k", request.Query.Key.Count);
    private readonly IReadOnlyList<string> _identifiers = Names("i", file.Meta.Identifiers.Count);

    private readonly IReadOnlyList<string> _flags = request.ChangedFields ? Names("d", request.Query.Columns.Count) : [];

    public async Task WriteAsync(string path, CancellationToken cancellationToken)
    {
        var columns = List(
        [
            "kind",
            .. _query.Key.Select((column, i) => $"{DuckDbTypes.CanonicalKey($"k{i}", column)} as k{i}"),
            "row_hash",
            .. _query.Columns.Select((column, i) => $"{DuckDbTypes.CanonicalPlanned($"f{i}", column)} as f{i}"),
            .. _identifiers,
            .. _flags,
        ]);
        await file.ExecuteAsync($"copy (select {columns} from {PlanSql.Plan} order by all) to {DuckDbDialect.Text(path)} (format parquet, compression zstd)", cancellationToken);
    }

    public async Task ReadAsync(string path, CancellationToken cancellationToken)
    {
        var columns = List(
        [
            "kind::utinyint as kind",
            .. _query.Key.Select((column, i) => $"{DuckDbTypes.FromCanonicalKey($"k{i}", column)} as k{i}"),
            "row_hash::ubigint as row_hash",
            .. _query.Columns.Select((column, i) => $"{DuckDbTypes.FromCanonicalPlanned($"f{i}", column)} as f{i}"),
            .. file.Meta.Identifiers.Select((identifier, i) => $"i{i}::{DuckDbTypes.StorageOf(identifier.Type)} as i{i}"),
            .. _flags,
        ]);
        // In the order of the file: a row's number is its place.
        await file.Plan.WriteAsync($"select {columns} from read_parquet({DuckDbDialect.Text(path)})", cancellationToken);
    }

    /// <summary>
    /// What the plan was made from besides the model: the rows that were told, those in doubt and those that were refused. Sums, so that
    /// the order does not matter.
    /// </summary>
    public async Task<string> DigestAsync(CancellationToken cancellationToken)
    {
        const string Function = "cdp_digest";
        new RowHashFunction(Function, RowHash.Seed(SnapshotMeta.KeyText(_query.Key))).Register(file.Connection);
        var parts = new List<string>();
        var row = List([.. _keys.Select((key, i) => DuckDbTypes.CanonicalKey(key, _query.Key[i])), "row_hash"]);
        foreach (var (table, columns) in new[]
                 {
                     (SnapshotSql.Snapshot, List([row, .. _identifiers])),
                     (SnapshotSql.Held, List(["kind", row])),
                     (SnapshotSql.Refused, List(["kind", row, "attempts"])),
                 })
        {
            await using var command = new DuckDBCommand($"select count(*) || ' ' || coalesce(sum({Function}({columns})::hugeint), 0) from {table}", file.Connection);
            parts.Add((string)(await command.ExecuteScalarAsync(cancellationToken))!);
        }

        return $"{string.Join(", ", parts)}; {Digest.Of(file.Meta.Shape.Fingerprint)}";
    }
}
