using ReverseEtl.Core.Delivery;
using ReverseEtl.Core.Planning;
using ReverseEtl.Warehouses.DuckDb;
using static ReverseEtl.Warehouses.Local.SqlText;

namespace ReverseEtl.Warehouses.Local;

/// <summary>
/// The SQL of one plan. Columns: k0, k1... are the key as kept, f0, f1... the mapped columns, i0, i1... the identifiers that were last
/// sent, d0, d1... whether a mapped column has changed, where changed fields are sent alone.
/// </summary>
internal sealed class PlanSql(PlanRequest request, SnapshotMeta meta, DiffRule rule)
{
    /// <summary>Where a row that is not sent ends up: quarantined, held or waiting.</summary>
    public const int LeftOut = 0;

    private readonly SyncQuery _query = request.Query;

    /// <summary>The plan's rows, with their numbers as <c>seq</c>.</summary>
    public const string Plan = $"{PlanFile.Name}.plan";

    public IReadOnlyList<string> KeyColumns => Names("k", _query.Key.Count);

    /// <summary>The rows of the plan by one join, in which the model runs once.</summary>
    public string Rows => RowsOf($"({Captured})", SnapshotSql.Snapshot);

    /// <summary>No rows.</summary>
    public string NoRows => $"{Rows} limit 0";

    /// <summary>The rows of the plan of some rows of the model, as captured, and those of the snapshot that they are to be compared with.</summary>
    public string RowsOf(string captured, string snapshot)
    {
        var columns = List([$"({Kind})::utinyint as kind", .. KeyColumns.Select(key => $"coalesce(c.{key}, s.{key}) as {key}"), "c.row_hash as row_hash", .. Fields, .. Told("s."), .. Flags(i => ColumnHashes.Differs(_query, HasPlainChanges ? meta.Columns : [], i))]);
        // The model's SQL begins on the first line, so that the lines of DuckDB's errors are the query's.
        return $"""
            select {columns} from {captured} c
            full outer join {snapshot} s on {Match(KeyColumns, "c", "s")}{Differing}{Ordered}
            """;
    }

    /// <summary>The rows of a first plan, by some rows of the model, as captured: all are added.</summary>
    public string FirstRowsOf(string captured)
    {
        var told = meta.Identifiers.Select((identifier, i) => $"null::{DuckDbTypes.StorageOf(identifier.Type)} as i{i}");
        var columns = List([$"(case when {NullKey} then {LeftOut} else {(int)ChangeKind.Add} end)::utinyint as kind", .. KeyColumns.Select(key => $"c.{key} as {key}"), "c.row_hash as row_hash", .. Fields, .. told, .. Flags(_ => "true")]);
        return $"select {columns} from {captured} c";
    }

    /// <summary>The rows of a plan that takes out everything that was told.</summary>
    public string Retirement
    {
        get
        {
            var fields = _query.Columns.Select((column, i) => $"{DuckDbTypes.Planned($"null::{column.WarehouseType}", column)} as f{i}");
            return $"select {(int)ChangeKind.Remove}::utinyint as kind, {List([.. KeyColumns, "null::ubigint as row_hash", .. fields, .. Told(""), .. Flags(_ => "true")])} from {SnapshotSql.Snapshot}";
        }
    }

    /// <summary>How many rows of the snapshot are added again by a replacement.</summary>
    public string AddedAgain => $"select count(*) from {Plan} p semi join {SnapshotSql.Snapshot} s on {Match(KeyColumns, "p", "s")} where p.kind = {(int)ChangeKind.Add}";

    /// <summary>Keys that the plan adds more than once; cheap, as it looks at what is added only.</summary>
    public string DuplicateAdds =>
        $"select {List(KeyColumns)}, count(*) as n from {Plan} where kind = {(int)ChangeKind.Add} group by all having count(*) > 1";

    /// <summary>Keys that the model has more than once; runs the model again, so only asked when the count of rows shows that there are some.</summary>
    public string Duplicates =>
        $"select {List(KeyColumns)}, count(*) as n from ({Keys}) where {string.Join(" and ", KeyColumns.Select(key => $"{key} is not null"))} group by all having count(*) > 1";

    /// <summary>No keys.</summary>
    public string NoDuplicates => $"select {List(KeyColumns)}, 0::bigint as n from {SnapshotSql.Snapshot} limit 0";

    /// <summary>Whether the key of a row <c>p</c> stands among the duplicates <c>d</c>.</summary>
    public string IsDuplicate => Match(KeyColumns, "p", "d");

    /// <summary>The changes of some kinds, in the order of their numbers.</summary>
    public string Read(IReadOnlyList<ChangeKind> kinds, bool keysOnly, long afterSeq, long upToSeq)
    {
        var range = upToSeq == long.MaxValue ? $"seq > {afterSeq}" : $"seq > {afterSeq} and seq <= {upToSeq}";
        return $"select {Columns(keysOnly)} from {Plan} where {range} and {InKinds("kind", kinds)}";
    }

    /// <summary>The first changes of a kind by key, in the order of their numbers.</summary>
    public string Sample(ChangeKind kind, int rows) =>
        $"select {Columns(keysOnly: false)} from {Plan} where seq in (select seq from {Plan} where kind = {(int)kind} order by {List(KeyColumns)} limit {rows})";

    public static string InKinds(string column, IEnumerable<ChangeKind> kinds) =>
        $"{column} in ({string.Join(", ", kinds.Select(kind => (int)kind))})";

    private string Columns(bool keysOnly) => List(
    [
        "seq",
        "kind",
        .. _query.Key.Select((column, i) => DuckDbTypes.CanonicalKey($"k{i}", column)),
        .. keysOnly ? [] : _query.Columns.Select((column, i) => DuckDbTypes.Delivered($"f{i}", column)),
        .. keysOnly ? [] : Names("i", meta.Identifiers.Count),
        .. keysOnly ? [] : Flags(i => $"d{i}"),
    ]);

    /// <summary>Which of the mapped columns have changed, where the plan says so.</summary>
    private IEnumerable<string> Flags(Func<int, string> isChanged) =>
        request.ChangedFields ? _query.Columns.Select((_, i) => $"{isChanged(i)} as d{i}") : [];

    // Under another mapping, or where all is sent again, rows that changed are sent whole.
    private bool HasPlainChanges => rule is { ToldColumns: null, Unchanged: null, Different: ChangeKind.Change };

    private string Kind
    {
        get
        {
            List<string> cases =
            [
                $"when s.row_hash is null and ({NullKey}) then {LeftOut}",
                $"when s.row_hash is null then {(int)ChangeKind.Add}",
                $"when c.row_hash is null then {(int)ChangeKind.Remove}",
                .. Replaced is { } replaced ? [$"when {replaced} then {(int)ChangeKind.Replace}"] : Array.Empty<string>(),
                .. rule.Unchanged is not null ? [$"when c.{rule.ComparedHash} = s.row_hash then {(int)rule.Unchanged}"] : Array.Empty<string>(),
            ];
            return $"case {string.Join(' ', cases)} else {(int)rule.Different} end";
        }
    }

    private string NullKey => string.Join(" or ", KeyColumns.Select(key => $"c.{key} is null"));

    /// <summary>Which rows are planned. A mode that never tells of changes does not look for them.</summary>
    private string Differing => rule.Unchanged is not null
        ? ""
        : $" where s.row_hash is null or c.row_hash is null{(request.Mode.TellsOfChanges() ? " or c.row_hash <> s.row_hash" : "")}";

    // Rows that get other fields than the rest are sent apart from it.
    private string Ordered => rule.ResentFields is null ? "" : $" order by kind = {(int)ChangeKind.Resend}";

    /// <summary>True for rows that the destination knows by something else now; null where it knows them by their key only.</summary>
    private string? Replaced
    {
        get
        {
            if (!request.Mode.Removes() || request.Replace)
                return null;
            // Also where the rule is another one than it was told by: the destination knows the row by what it was told.
            var differing =
                from kept in meta.Identifiers.Select((identifier, i) => (identifier, i))
                from now in _query.Mapper.Identifiers
                where now.Field == kept.identifier.Field && now.Type == kept.identifier.Type
                let sent = SentValues.Of(_query, now, column => DuckDbTypes.Canonical($"c.c{column}", _query.Columns[column]))
                select $"(s.i{kept.i} is not null and {sent} is distinct from s.i{kept.i})";
            return differing.Any() ? string.Join(" or ", differing) : null;
        }
    }

    /// <summary>Selects the rows of the model: key, row hash, mapped columns.</summary>
    public string Captured => CapturedWith();

    /// <summary>The same and other columns.</summary>
    public string CapturedWith(params IEnumerable<string> more)
    {
        var keys = _query.Key.Select((column, i) => $"{DuckDbTypes.Key(Source(column), column)} as k{i}");
        var columns = _query.Columns.Select((column, i) => $"{Source(column)} as c{i}");
        List<string> hashes = [$"{RowHashFunction.Name}({Hashed(_query.Columns)}) as row_hash"];
        if (rule.ToldColumns is { } told)
            hashes.Add($"{RowHashFunction.ToldName}({Hashed(told)}) as {DiffRule.ToldHash}");
        var sql = rule.ToldColumns is null ? _query.Query.Sql : _query.Including([.. rule.ToldColumns.Select(column => column.Name)]).Sql;
        return $"select {List([.. keys, .. hashes, .. columns, .. more])} from ({sql}\n) m";
    }

    // A mapping of constants only still has rows to tell apart: their keys.
    private string Hashed(IReadOnlyList<ColumnInfo> columns) =>
        List((columns.Count > 0 ? columns : _query.Key).Select(column => DuckDbTypes.Hashable(Source(column), column)));

    private string Keys => $"select {List(_query.Key.Select((column, i) => $"{DuckDbTypes.Key(Source(column), column)} as k{i}"))} from ({_query.Query.Sql}\n) m";

    private IEnumerable<string> Fields => _query.Columns.Select((column, i) => $"{DuckDbTypes.Planned($"c.c{i}", column)} as f{i}");

    private IEnumerable<string> Told(string from) => Names("i", meta.Identifiers.Count).Select(identifier => $"{from}{identifier} as {identifier}");

    private static string Source(ColumnInfo column) => $"m.{DuckDbDialect.Name(column.Name)}";
}
