using ReverseEtl.Core.Delivery;
using ReverseEtl.Core.Planning;
using ReverseEtl.Warehouses.DuckDb;

namespace ReverseEtl.Warehouses.Local;

/// <summary>
/// The SQL of one sync's plan and snapshot. Columns: k0, k1... are the key as kept, f0, f1... the mapped columns,
/// i0, i1... the identifiers that were last sent.
/// </summary>
internal sealed class PlanSql(PlanRequest request)
{
    /// <summary>Where a row that is never sent ends up: neither added nor changed nor removed.</summary>
    public const int Quarantined = 0;

    public const string Snapshot = "cdp_sync.snapshot";

    /// <summary>Rows whose fate is unknown, in the snapshot's columns and their kind.</summary>
    public const string Held = "cdp_sync.held";

    private readonly SyncQuery _query = request.Query;

    /// <summary>The plan's table: kept in the sync's file, or for a look only in memory.</summary>
    public string Plan { get; } = request.Keep ? "cdp_sync.plan" : "cdp_look.plan";

    public IReadOnlyList<string> KeyColumns => Names("k", _query.Key.Count);

    private IReadOnlyList<string> IdentifierColumns => Names("i", _query.Mapper.Identifiers.Count);

    public string CreateSnapshot => $"create table if not exists {Snapshot} ({SnapshotColumns})";

    public string CreateHeld => $"create table if not exists {Held} (kind utinyint, {SnapshotColumns})";

    private string SnapshotColumns
    {
        get
        {
            var keys = _query.Key.Select((column, i) => $"k{i} {DuckDbTypes.KeyStorageOf(column)}");
            var identifiers = _query.Mapper.Identifiers.Select((identifier, i) => $"i{i} {DuckDbTypes.StorageOf(_query.Columns[identifier.Column].Type)}");
            return List([.. keys, "row_hash ubigint", .. identifiers]);
        }
    }

    /// <summary>Columns for identifiers that the snapshot has not yet.</summary>
    public IEnumerable<string> AddIdentifiers =>
        from table in new[] { Snapshot, Held }
        from identifier in _query.Mapper.Identifiers.Select((identifier, i) => (i, type: DuckDbTypes.StorageOf(_query.Columns[identifier.Column].Type)))
        select $"alter table {table} add column i{identifier.i} {identifier.type}";

    /// <summary>
    /// The whole diff in one statement, in which the model runs once. A mode that never tells of changes does not look for them.
    /// </summary>
    public string CreatePlan
    {
        get
        {
            var differs = request.Mode.OperationFor(ChangeKind.Change) is null ? "" : " or c.row_hash <> s.row_hash";
            var kind = $"(case when s.row_hash is null then {(int)ChangeKind.Add} when c.row_hash is null then {(int)ChangeKind.Remove} else {(int)ChangeKind.Change} end)::utinyint as kind";
            var columns = List([kind, .. KeyColumns.Select(key => $"coalesce(c.{key}, s.{key}) as {key}"), "c.row_hash as row_hash", .. Fields, .. IdentifierColumns.Select(identifier => $"s.{identifier} as {identifier}")]);
            // The model's SQL begins on the first line, so that the lines of DuckDB's errors are the query's.
            return $"""
                create or replace table {Plan} as select {columns} from ({Captured}) c
                full outer join {Snapshot} s on {Match("c", "s")}
                where s.row_hash is null or c.row_hash is null{differs}
                """;
        }
    }

    /// <summary>Marks rows without a key.</summary>
    public string QuarantineNullKeys =>
        $"update {Plan} set kind = {Quarantined} where kind = {(int)ChangeKind.Add} and ({string.Join(" or ", KeyColumns.Select(key => $"{key} is null"))})";

    /// <summary>Keys that the plan adds more than once; cheap, as it looks at what is added only.</summary>
    public string DuplicateAdds =>
        $"select {List(KeyColumns)}, count(*) as n from {Plan} where kind = {(int)ChangeKind.Add} group by all having count(*) > 1";

    /// <summary>Keys that the model has more than once; runs the model again, so only asked when the count of rows shows that there are some.</summary>
    public string Duplicates =>
        $"select {List(KeyColumns)}, count(*) as n from ({Keys}) where {string.Join(" and ", KeyColumns.Select(key => $"{key} is not null"))} group by all having count(*) > 1";

    /// <summary>Marks rows whose key stands in the table of duplicates.</summary>
    public string QuarantineDuplicates(string table) =>
        $"update {Plan} set kind = {Quarantined} from {table} d where {Match("plan", "d")}";

    /// <summary>The changes of some kinds, in the order of their numbers. The number is the row's place in the table.</summary>
    public string Read(IReadOnlyList<ChangeKind> kinds, bool keysOnly, long afterSeq, long upToSeq)
    {
        var range = upToSeq == long.MaxValue ? $"rowid > {afterSeq}" : $"rowid > {afterSeq} and rowid <= {upToSeq}";
        return $"select {Columns(keysOnly)} from {Plan} where {range} and {InKinds("kind", kinds)}";
    }

    /// <summary>The first changes of a kind by key, in the order of their numbers.</summary>
    public string Sample(ChangeKind kind, int rows) =>
        $"select {Columns(keysOnly: false)} from {Plan} where rowid in (select rowid from {Plan} where kind = {(int)kind} order by {List(KeyColumns)} limit {rows})";

    /// <summary>Deletes from the snapshot what the plan replaces or removes.</summary>
    public string AdvanceDelete(string accepted) =>
        $"delete from {Snapshot} using {Plan} as p where {accepted} and p.kind in ({(int)ChangeKind.Change}, {(int)ChangeKind.Remove}) and {Match("snapshot", "p")}";

    /// <summary>Inserts what was told.</summary>
    /// <param name="accepted">Which rows were accepted.</param>
    /// <param name="isCurrent">False where the plan's columns are those of an older mapping; the identifiers come with the next plan then.</param>
    public string AdvanceInsert(string accepted, bool isCurrent)
    {
        var identifiers = _query.Mapper.Identifiers.Select(identifier => isCurrent ? Sent(identifier.Column) : "null");
        return $"insert into {Snapshot} select {List([.. KeyColumns.Select(key => $"p.{key}"), "p.row_hash", .. identifiers])} from {Plan} as p "
            + $"where {accepted} and p.kind in ({(int)ChangeKind.Add}, {(int)ChangeKind.Change})";
    }

    /// <summary>Marks rows that are held.</summary>
    public string TakeOutHeld => $"update {Plan} set kind = {Quarantined} from {Held} h where plan.kind <> {Quarantined} and {Match("plan", "h")}";

    /// <summary>Holds rows of the plan, as they were sent.</summary>
    public string Hold(string which, bool isCurrent)
    {
        var identifiers = _query.Mapper.Identifiers.Select((identifier, i) =>
            isCurrent ? $"case when p.kind = {(int)ChangeKind.Remove} then p.i{i} else {Sent(identifier.Column)} end" : "null");
        return $"insert into {Held} select {List(["p.kind", .. KeyColumns.Select(key => $"p.{key}"), "p.row_hash", .. identifiers])} from {Plan} as p where {which}";
    }

    /// <summary>Advances the snapshot by held rows that turned out to have arrived.</summary>
    public IReadOnlyList<string> AdvanceByHeld(string which) =>
    [
        $"delete from {Snapshot} using {Held} as h where {which} and {Match("snapshot", "h")}",
        $"insert into {Snapshot} select {List([.. KeyColumns.Select(key => $"h.{key}"), "h.row_hash", .. IdentifierColumns.Select(column => $"h.{column}")])} "
            + $"from {Held} as h where {which} and h.kind <> {(int)ChangeKind.Remove}",
    ];

    public static string InKinds(string column, IEnumerable<ChangeKind> kinds) =>
        $"{column} in ({string.Join(", ", kinds.Select(kind => (int)kind))})";

    private string Columns(bool keysOnly) => List(
    [
        "rowid",
        "kind",
        .. _query.Key.Select((column, i) => DuckDbTypes.CanonicalKey($"k{i}", column)),
        .. keysOnly ? [] : _query.Columns.Select((column, i) => DuckDbTypes.CanonicalPlanned($"f{i}", column)),
        .. keysOnly ? [] : IdentifierColumns,
    ]);

    private string Captured
    {
        get
        {
            // A mapping of constants only still has rows to tell apart: their keys.
            var hashed = _query.Columns.Count > 0 ? _query.Columns : _query.Key;
            var hash = $"{RowHashFunction.Name}({string.Join(", ", hashed.Select(column => DuckDbTypes.Hashable(Source(column), column)))}) as row_hash";
            var keys = _query.Key.Select((column, i) => $"{DuckDbTypes.Key(Source(column), column)} as k{i}");
            var columns = _query.Columns.Select((column, i) => $"{Source(column)} as c{i}");
            return $"select {List([.. keys, hash, .. columns])} from ({_query.Query.Sql}\n) m";
        }
    }

    private string Keys => $"select {List(_query.Key.Select((column, i) => $"{DuckDbTypes.Key(Source(column), column)} as k{i}"))} from ({_query.Query.Sql}\n) m";

    private IEnumerable<string> Fields => _query.Columns.Select((column, i) => $"{DuckDbTypes.Planned($"c.c{i}", column)} as f{i}");

    private string Sent(int column) => DuckDbTypes.CanonicalPlanned($"p.f{column}", _query.Columns[column]);

    private string Match(string left, string right) => string.Join(" and ", KeyColumns.Select(key => $"{left}.{key} = {right}.{key}"));

    private static string Source(ColumnInfo column) => $"m.{DuckDbDialect.Name(column.Name)}";

    private static IReadOnlyList<string> Names(string prefix, int count) => [.. Enumerable.Range(0, count).Select(i => $"{prefix}{i}")];

    private static string List(IEnumerable<string> items) => string.Join(", ", items);
}
