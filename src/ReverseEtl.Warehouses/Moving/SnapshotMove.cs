using ReverseEtl.Core.Config;
using ReverseEtl.Core.Delivery;
using ReverseEtl.Core.Planning;
using ReverseEtl.DuckDb;
using ReverseEtl.Warehouses.DuckDb;
using ReverseEtl.Warehouses.InWarehouse;
using ReverseEtl.Warehouses.Local;
using static ReverseEtl.Warehouses.Local.SqlText;

namespace ReverseEtl.Warehouses.Moving;

/// <summary>
/// Brings what is kept of a sync from one planner to the other. A row that is in the model as it was told gets the hash that the other planner
/// knows it by; one that is not gets 0, which is as good as no row's, so that the next plan tells of it.
/// </summary>
/// <param name="source">Where the rows of models come from.</param>
/// <param name="engine">The warehouse that plans.</param>
/// <param name="scope">The project.</param>
/// <param name="local">The sync as the planner here has it.</param>
/// <param name="inside">The sync as the planner in the warehouse has it.</param>
internal sealed class SnapshotMove(IModelSource source, IPlannerEngine engine, PlannerScope scope, PlanRequest local, PlanRequest inside)
{
    private const string Rows = "temp.cdp_moved";

    private readonly PlanRequest _here = local with { Query = source.InDuckDb(local.Query), Keep = true };

    /// <summary>Moves a snapshot; what is kept where it comes from stays, for the caller to forget.</summary>
    /// <returns>Null where there is nothing to move.</returns>
    /// <exception cref="ProjectException">Something is in the way.</exception>
    public async Task<MovedSnapshot?> RunAsync(PlannerPlace to, CancellationToken cancellationToken)
    {
        await using var file = await SnapshotFile.OpenAsync(source, Path.Combine(scope.SyncFolder, $"{_here.Sync}.duckdb"), _here, cancellationToken);
        await using var space = await SyncSpace.OpenAsync(engine, scope, inside with { Keep = true }, cancellationToken);
        var toWarehouse = to is PlannerPlace.Warehouse;
        var (from, target) = toWarehouse ? (file.Meta, space.Meta) : (space.Meta, file.Meta);
        if (from.Advanced is null)
            return null;
        Check(from, target, toWarehouse ? _here.Query : inside.Query);
        await new ModelHashes(file, source, engine, _here, inside).ReadAsync(local, cancellationToken);
        await (toWarehouse ? ToWarehouseAsync(file, space, cancellationToken) : ToLocalAsync(file, space, cancellationToken));
        return new MovedSnapshot(
            await file.CountAsync($"select count(*) from {Rows}", cancellationToken),
            await file.CountAsync($"select count(*) from {Rows} where row_hash = 0", cancellationToken));
    }

    private void Check(SnapshotMeta from, SnapshotMeta to, SyncQuery query)
    {
        // A move that was interrupted before it was over left a copy there, which this one replaces.
        var problem = to.Advanced is not null && to.Advanced.RunId != from.Advanced!.RunId ? "what it told is kept in both places; drop one: cdp state reset, by the planner of the one that is wrong"
            : !from.HasKeyOf(query) || from.Shape.Fingerprint != query.Shape.Fingerprint ? "its model or mapping changed since it last ran; run it first, then move it"
            : null;
        if (problem is not null)
            throw new ProjectException(new Position($"sync {_here.Sync}"), problem);
    }

    private async Task ToWarehouseAsync(SnapshotFile file, SyncSpace space, CancellationToken cancellationToken)
    {
        var (query, sql) = (_here.Query, engine.Dialect);
        var identifiers = new MovedIdentifiers(file.Meta.Identifiers, query.Mapper.Identifiers, inside.Query.Mapper.Identifiers);
        var meta = new SnapshotMeta(inside.Query.Shape, identifiers.Kept, file.Meta.Advanced);
        IReadOnlyList<(string Name, FieldType Type)> columns =
        [
            .. inside.Query.Key.Select((column, i) => ($"k{i}", column.Type)),
            ("row_hash", FieldType.Integer),
            .. identifiers.Kept.Select((identifier, i) => ($"i{i}", identifier.Type)),
        ];
        List<string> values =
        [
            .. query.Key.Select((column, i) => DuckDbTypes.CanonicalKey($"s.k{i}", column)),
            "case when m.here = s.row_hash then m.there else 0 end",
            .. identifiers.Sql("m.here = s.row_hash", ModelHashes.Sent, ModelHashes.Plain, (_, _) => null),
        ];
        await file.ExecuteAsync(
            $"create temp table cdp_moved as select {List(values.Zip(columns, (value, column) => $"({value})::{DuckDbTypes.StorageOf(column.Type)} as {column.Name}"))} "
            + $"from {SnapshotSql.Snapshot} s left join {ModelHashes.Table} m on {Match(Names("k", query.Key.Count), "s", "m")}",
            cancellationToken);

        var staged = List(columns.Select(column => $"{column.Name} {sql.StorageOf(column.Type)}"));
        await space.TransactAsync([$"drop table if exists {space.Tables.Staged}", $"{sql.CreateScratch} {space.Tables.Staged} ({staged})"], cancellationToken);
        await FillAsync(file, space, columns, cancellationToken);
        await space.TakeOverAsync(inside.Query, meta, columns.Select(column => column.Name), [.. inside.Query.Key.Select((column, i) => sql.FromCanonicalKey($"s.k{i}", column)), .. columns.Skip(query.Key.Count).Select(column => $"s.{column.Name}")], cancellationToken);
    }

    private static async Task FillAsync(SnapshotFile file, SyncSpace space, IReadOnlyList<(string Name, FieldType Type)> columns, CancellationToken cancellationToken)
    {
        await using var command = new DuckDBCommand($"select {List(columns.Select(column => column.Name))} from {Rows}", file.Connection);
        using var reader = command.ExecuteColumns(cancellationToken);
        await space.Session.FillAsync(space.Tables.Staged, PageCopy.Read(reader, columns, cancellationToken), cancellationToken);
    }

    private async Task ToLocalAsync(SnapshotFile file, SyncSpace space, CancellationToken cancellationToken)
    {
        var query = _here.Query;
        await CopyAsync(file, space, cancellationToken);
        var identifiers = new MovedIdentifiers(space.Meta.Identifiers, inside.Query.Mapper.Identifiers, query.Mapper.Identifiers);
        var meta = new SnapshotMeta(query.Shape, identifiers.Kept, space.Meta.Advanced);
        List<string> values =
        [
            .. query.Key.Select((column, i) => $"{DuckDbTypes.FromCanonicalKey($"s.k{i}", column)} as k{i}"),
            "case when m.there = s.row_hash then m.here else 0 end as row_hash",
            .. identifiers.Sql("m.there = s.row_hash", ModelHashes.Plain, ModelHashes.Sent, Shaped).Select((identifier, i) => $"{identifier} as i{i}"),
        ];
        var match = string.Join(" and ", query.Key.Select((column, i) => $"{DuckDbTypes.FromCanonicalKey($"s.k{i}", column)} = m.k{i}"));
        await file.ExecuteAsync($"create temp table cdp_moved as select {List(values)} from temp.cdp_told s left join {ModelHashes.Table} m on {match}", cancellationToken);
        await file.TakeOverAsync(query, meta, $"select * from {Rows}", cancellationToken);

        // A rule that asks for the row's country cannot be applied to what was kept alone.
        string? Shaped(int identifier, string sql) => query.Mapper.Identifiers[identifier].Form is { CountryColumn: null }
            ? SentValues.Of(query, query.Mapper.Identifiers[identifier], _ => sql)
            : null;
    }

    /// <summary>Brings the warehouse's rows here.</summary>
    private async Task CopyAsync(SnapshotFile file, SyncSpace space, CancellationToken cancellationToken)
    {
        var (sql, key) = (engine.Dialect, inside.Query.Key);
        IReadOnlyList<(string Name, FieldType Type)> columns =
        [
            .. key.Select((column, i) => ($"k{i}", column.Type)),
            .. space.Meta.Identifiers.Select((identifier, i) => ($"i{i}", identifier.Type)),
            ("row_hash", FieldType.Integer),
        ];
        var values = List([.. key.Select((column, i) => $"{sql.CanonicalKey($"s.k{i}", column)} as k{i}"), .. columns.Skip(key.Count).Select(column => $"s.{column.Name}")]);
        await space.TransactAsync(
            [
                $"drop table if exists {space.Tables.Staged}",
                $"{sql.CreateScratch} {space.Tables.Staged} as select {sql.RowNumber(null)} - 1 as seq, 0 as kind, {values} from {space.Tables.Snapshot} s",
                .. sql.IndexPlan(space.Tables.Staged),
            ],
            cancellationToken);
        await file.ExecuteAsync($"create temp table cdp_told ({List(["kind utinyint", .. columns.Select(column => $"{column.Name} {DuckDbTypes.StorageOf(column.Type)}")])})", cancellationToken);
        await Task.Run(
            () =>
            {
                using var reader = space.Session.Read(new PlanQuery(List(["p.seq", "p.kind", .. columns.Select(column => $"p.{column.Name}")]), space.Tables.Staged, "true", -1, columns.Count + 2));
                PageCopy.Write(reader, columns, file.Connection, "cdp_told", cancellationToken);
            },
            cancellationToken);
        await space.TransactAsync([$"drop table {space.Tables.Staged}"], cancellationToken);
    }
}
