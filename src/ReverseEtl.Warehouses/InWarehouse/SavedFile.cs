using ReverseEtl.Core.Delivery;
using ReverseEtl.Core.Planning;
using ReverseEtl.DuckDb;
using ReverseEtl.Warehouses.DuckDb;
using ReverseEtl.Warehouses.Local;
using static ReverseEtl.Warehouses.Local.SqlText;

namespace ReverseEtl.Warehouses.InWarehouse;

/// <summary>
/// The rows of a plan as a Parquet file, as <see cref="SavedRows"/> writes them: values as they travel, in order, so that the same plan
/// gives the same file.
/// </summary>
/// <param name="space">The sync.</param>
/// <param name="query">Its rows, by the key that is kept.</param>
/// <param name="hasFlags">True where rows say which of their columns have changed.</param>
internal sealed class SavedFile(SyncSpace space, SyncQuery query, bool hasFlags)
{
    private readonly IPlannerDialect _sql = space.Sql;

    /// <summary>Keys, mapped columns, identifiers, flags and hash, by the names that they have in files and tables.</summary>
    private readonly IReadOnlyList<(string Name, FieldType Type)> _values =
    [
        .. query.Key.Select((column, i) => ($"k{i}", column.Type)),
        .. query.Columns.Select((column, i) => ($"f{i}", column.Type)),
        .. space.Meta.Identifiers.Select((identifier, i) => ($"i{i}", identifier.Type)),
        .. hasFlags ? [(ColumnHashSql.Flags, FieldType.Text)] : Array.Empty<(string, FieldType)>(),
        ("row_hash", FieldType.Integer),
    ];

    /// <summary>Writes a plan's rows.</summary>
    /// <param name="rows">All of them, with their hashes as the last column; null for none.</param>
    /// <param name="path">The file.</param>
    /// <param name="resentFields">The fields of rows that are only sent again.</param>
    /// <param name="cancellationToken">Stops it.</param>
    public async Task<PlanRows> WriteAsync(PlanQuery? rows, string path, IReadOnlyList<string>? resentFields, CancellationToken cancellationToken)
    {
        await using var duck = await DuckDbSession.OpenAsync(TempFolder, null, cancellationToken);
        var columns = List(["kind utinyint", .. _values.Select(value => $"{value.Name} {DuckDbTypes.StorageOf(value.Type)}")]);
        await DuckDbSession.ExecuteAsync(duck, $"create table rows ({columns})", cancellationToken);
        if (rows is not null)
            await Task.Run(() => Copy(rows, duck, cancellationToken), cancellationToken);
        var select = List(["kind", .. _values.Select(value => value.Name)]);
        await DuckDbSession.ExecuteAsync(duck, $"copy (select {select} from rows order by all) to {DuckDbDialect.Text(path)} (format parquet, compression zstd)", cancellationToken);
        return new PlanRows(await DigestAsync(cancellationToken), resentFields);
    }

    /// <summary>Brings a plan's rows into a table of the warehouse.</summary>
    public async Task StageAsync(string path, CancellationToken cancellationToken)
    {
        var columns = List(["seq bigint", "kind bigint", .. _values.Select(value => $"{value.Name} {_sql.StorageOf(value.Type)}")]);
        await space.TransactAsync([$"drop table if exists {space.Tables.Staged}", $"{_sql.CreateScratch} {space.Tables.Staged} ({columns})"], cancellationToken);
        await using var duck = await DuckDbSession.OpenAsync(TempFolder, null, cancellationToken);
        var select = List(["file_row_number as seq", "kind::bigint", .. _values.Select(value => $"{value.Name}::{DuckDbTypes.StorageOf(value.Type)}")]);
        await using var command = new DuckDBCommand($"select {select} from read_parquet({DuckDbDialect.Text(path)}, file_row_number = true)", duck);
        using var reader = command.ExecuteColumns(cancellationToken);
        IReadOnlyList<(string, FieldType)> staged = [("seq", FieldType.Integer), ("kind", FieldType.Integer), .. _values];
        await space.Session.FillAsync(space.Tables.Staged, PageCopy.Read(reader, staged, cancellationToken), cancellationToken);
    }

    /// <summary>The query that makes a plan of the table.</summary>
    public string Staged
    {
        get
        {
            var fields = new PlanFields(_sql, query.Columns);
            return "select " + List(
            [
                "s.seq",
                "s.kind",
                .. query.Key.Select((column, i) => $"{_sql.FromCanonicalKey($"s.k{i}", column)} as k{i}"),
                "s.row_hash",
                .. fields.Stored(i => $"s.f{i}"),
                .. Names("s.i", space.Meta.Identifiers.Count),
                .. hasFlags ? [$"s.{ColumnHashSql.Flags}"] : Array.Empty<string>(),
            ]) + $" from {space.Tables.Staged} s";
        }
    }

    /// <summary>
    /// What the plan was made from besides the model: the rows that were told, those in doubt and those that were refused. Sums, so that
    /// the order does not matter.
    /// </summary>
    public async Task<string> DigestAsync(CancellationToken cancellationToken)
    {
        var parts = Enumerable.Repeat("0 0", 3).ToList();
        if (space.Kept is { } kept)
        {
            List<(string, FieldType)> row = [.. query.Key.Select((column, i) => (_sql.CanonicalKey($"x.k{i}", column), column.Type)), ("x.row_hash", FieldType.Integer)];
            var sums = List(
            [
                Sum(kept.Snapshot, [.. row, .. space.Meta.Identifiers.Select((identifier, i) => ($"x.i{i}", identifier.Type))]),
                Sum(kept.Held, [("x.kind", FieldType.Integer), .. row]),
                Sum(kept.Refused, [("x.kind", FieldType.Integer), .. row, ("x.attempts", FieldType.Integer)]),
            ]);
            using var page = await space.Session.QueryAsync($"select {sums}", [.. Enumerable.Repeat(FieldType.Text, 6)], null, cancellationToken);
            parts = [.. Enumerable.Range(0, 3).Select(i => $"{page[2 * i].Text(0)} {page[(2 * i) + 1].Text(0) ?? "0"}")];
        }

        return $"{string.Join(", ", parts)}; {Digest.Of(space.Meta.Shape.Fingerprint)}";

        string Sum(string rows, IReadOnlyList<(string, FieldType)> values) =>
            $"(select {_sql.AsText("count(*)", FieldType.Integer)} from {rows} x), (select {_sql.AsText($"sum({_sql.Digest(values)})", FieldType.Decimal)} from {rows} x)";
    }

    private string TempFolder => Path.Combine(space.Folder, "tmp");

    private void Copy(PlanQuery rows, DuckDBConnection duck, CancellationToken cancellationToken)
    {
        using var reader = space.Session.Read(rows);
        PageCopy.Write(reader, _values, duck, "rows", cancellationToken);
    }
}
