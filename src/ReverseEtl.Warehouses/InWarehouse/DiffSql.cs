using ReverseEtl.Core.Delivery;
using ReverseEtl.Core.Planning;
using ReverseEtl.Warehouses.Local;
using static ReverseEtl.Warehouses.Local.SqlText;

namespace ReverseEtl.Warehouses.InWarehouse;

/// <summary>
/// The SQL that makes a plan. Columns: k0, k1... are the key as kept, f0, f1... the mapped columns in their canonical form, i0, i1... the
/// identifiers that were last sent, d which of the mapped columns have changed, where changed fields are sent alone.
/// </summary>
/// <param name="space">The sync.</param>
/// <param name="request">What is planned, by the key that is kept.</param>
/// <param name="rule">What becomes of rows that are both in the model and in the snapshot.</param>
internal sealed class DiffSql(SyncSpace space, PlanRequest request, DiffRule rule)
{
    /// <summary>Where a row that is not sent ends up: quarantined, held or waiting.</summary>
    public const int LeftOut = 0;

    /// <summary>A row that is not planned, and tells how many rows there were to compare.</summary>
    public const int Mark = -1;

    /// <summary>How model and snapshot are joined.</summary>
    public const string Join = "full outer join";

    private readonly IPlannerDialect _sql = space.Sql;
    private readonly SyncQuery _query = request.Query;
    private readonly PlanFields _fields = new(space.Sql, request.Query.Columns);
    private readonly IReadOnlyList<string> _keys = Names("k", request.Query.Key.Count);
    private readonly IReadOnlyList<string> _told = Names("i", space.Meta.Identifiers.Count);
    private readonly ColumnHashSql _hashes = new(space.Sql, request.Query);

    /// <summary>The rows of a plan where the snapshot has rows. One statement, so one state of the warehouse.</summary>
    /// <param name="countsApart">True to count the model's rows by a scan of their own, for their number in <see cref="Mark"/>.</param>
    public string Rows(bool countsApart) => (rule.Unchanged, countsApart) switch
    {
        (not null, _) => All(Compared),
        (_, true) => $"{All($"select * from ({Compared}) a where a.kind is not null")} union all {Counted}",
        _ => Differing(Compared),
    };

    /// <summary>Counts the model's rows.</summary>
    public string CountRows => $"select count(*) from ({_query.Query.Sql}\n) m";

    private string Compared
    {
        get
        {
            // The model's SQL begins on the first line, so that the lines of errors are the query's.
            return $"select {List([$"{Kind} as kind", .. _keys.Select(key => $"coalesce(c.{key}, s.{key}) as {key}"), "c.row_hash", .. Columns("c."), .. _told.Select(column => $"s.{column}"), .. HasHashes ? [$"s.{ColumnHashSql.Hashes}"] : Array.Empty<string>()])} "
                + $"from ({Captured}) c {Join} {space.Kept!.Snapshot} s on {Match(_keys, "c", "s")}";
        }
    }

    /// <summary>The rows of a first plan: all are added.</summary>
    public string FirstRows
    {
        get
        {
            var told = space.Meta.Identifiers.Select((identifier, i) => $"cast(null as {_sql.StorageOf(identifier.Type)}) as i{i}");
            return $"select {List([$"{_sql.RowNumber(null)} - 1 as seq", $"case when {NullKey} then {LeftOut} else {(int)ChangeKind.Add} end as kind", .. _keys.Select(key => $"c.{key}"), "c.row_hash", .. Stored("c"), .. told, .. Flags(_hashes.AllChanged)])} "
                + $"from ({Captured}) c";
        }
    }

    /// <summary>The rows of a plan that takes out everything that was told.</summary>
    public string Retirement =>
        $"select {List([$"{_sql.RowNumber(null)} - 1 as seq", $"{(int)ChangeKind.Remove} as kind", .. _keys.Select(key => $"s.{key}"), "cast(null as bigint) as row_hash", .. _fields.None, .. _told.Select(column => $"s.{column}"), .. Flags(_hashes.AllChanged)])} "
        + $"from {space.Kept!.Snapshot} s";

    /// <summary>How many rows there are on either side, and the sum of their hashes.</summary>
    public string Digests
    {
        get
        {
            List<(string, FieldType)> values = [.. _query.Key.Select((column, i) => (_sql.CanonicalKey($"d.k{i}", column), column.Type)), ("d.row_hash", FieldType.Integer)];
            return $"select {Sums($"({Captured})")}, {Sums(space.Kept!.Snapshot)}";

            string Sums(string rows) => $"(select {Count} from {rows} d), (select {Sum(_sql.Digest(values))} from {rows} d)";
        }
    }

    /// <summary>Keys that the plan adds more than once; cheap, as it looks at what is added only.</summary>
    public string DoubledAdds(string plan) =>
        $"select {List(_keys)}, count(*) as n from {plan} where kind = {(int)ChangeKind.Add} group by {List(_keys)} having count(*) > 1";

    /// <summary>Keys that the model has more than once; runs the model again, so only asked when the count of rows shows that there are some.</summary>
    public string DoubledKeys
    {
        get
        {
            var keys = _query.Key.Select((column, i) => $"{_sql.Key(Source(column), column)} as k{i}");
            return $"select {List(_keys)}, count(*) as n from (select {List(keys)} from ({_query.Query.Sql}\n) m) c where not ({NullKey}) group by {List(_keys)} having count(*) > 1";
        }
    }

    /// <summary>How many rows of the snapshot are added again by a replacement.</summary>
    public string AddedAgain(string plan) =>
        $"select count(*) from {plan} p where p.kind = {(int)ChangeKind.Add} and exists (select 1 from {space.Kept!.Snapshot} s where {Match(_keys, "p", "s")})";

    /// <summary>Whether the key of a row <c>p</c> stands among the doubled ones <c>x</c>.</summary>
    public string IsDoubled => Match(_keys, "p", "x");

    /// <summary>The rows of a model: key, row hash, mapped columns.</summary>
    private string Captured
    {
        get
        {
            var keys = _query.Key.Select((column, i) => $"{_sql.Key(Source(column), column)} as k{i}");
            List<string> hashes = [$"{Hash(_query.Columns, _query.Shape)} as row_hash"];
            if (rule.ToldColumns is { } told)
                hashes.Add($"{Hash(told, space.Meta.Shape)} as {DiffRule.ToldHash}");
            var sql = rule.ToldColumns is null ? _query.Query.Sql : _query.Including([.. rule.ToldColumns.Select(column => column.Name)]).Sql;
            return $"select {List([.. keys, .. hashes, .. _query.Columns.Select((column, i) => $"{Source(column)} as c{i}")])} from ({sql}\n) m";
        }
    }

    private string Kind
    {
        get
        {
            List<string> cases =
            [
                $"when s.row_hash is null and ({NullKey}) then {LeftOut}",
                $"when s.row_hash is null then {(int)ChangeKind.Add}",
                $"when c.row_hash is null then {(int)ChangeKind.Remove}",
                .. request.Mode.TellsOfChanges() ? Told : [],
            ];
            return $"case {string.Join(' ', cases)} end";
        }
    }

    // What is in none of the cases is not planned.
    private IEnumerable<string> Told
    {
        get
        {
            if (rule.Unchanged is null)
                yield return "when c.row_hash = s.row_hash then null";
            if (Replaced is { } replaced)
                yield return $"when {replaced} then {(int)ChangeKind.Replace}";
            if (rule.Unchanged is { } unchanged)
                yield return $"when c.{rule.ComparedHash} = s.row_hash then {(int)unchanged}";
            yield return $"else {(int)rule.Different}";
        }
    }

    private string NullKey => string.Join(" or ", _keys.Select(key => $"c.{key} is null"));

    /// <summary>True for rows that the destination knows by something else now; null where it knows them by their key only.</summary>
    private string? Replaced
    {
        get
        {
            if (!request.Mode.Removes() || request.Replace)
                return null;
            var differing = space.Meta.Identifiers.Select(Differs).OfType<string>().ToList();
            return differing.Count == 0 ? null : string.Join(" or ", differing);

            string? Differs(KeptIdentifier kept, int i)
            {
                if (kept.ColumnIn(_query) is { } column)
                    return $"(s.i{i} is not null and {_sql.Canonical($"c.c{column}", _query.Columns[column])} is distinct from s.i{i})";
                // Kept as it was sent, by the planner that a snapshot was moved from: of a row that was as it had been told, nothing is.
                return kept.Form is not null && _query.Mapper.Identifiers.Any(now => now.Field == kept.Field) ? $"s.i{i} is not null" : null;
            }
        }
    }

    // Rows are numbered before most of them are left out, and the last one is kept: its number tells how many rows there were, without
    // another scan, and so whether a key stood in the model twice.
    private string Differing(string compared) =>
        $"select {Planned("d.number - 1", $"coalesce(d.kind, {Mark})")} from ({_sql.Numbered(compared)}) d where d.kind is not null or d.is_last";

    // Rows that get other fields than the rest are sent apart from it.
    private string All(string compared)
    {
        var order = rule.ResentFields is null ? null : $"case d.kind when {(int)ChangeKind.Resend} then 1 else 0 end";
        return $"select {Planned($"{_sql.RowNumber(order)} - 1", "d.kind")} from ({compared}) d";
    }

    // Its number is none that a row of the plan can have.
    private string Counted
    {
        get
        {
            var keys = _query.Key.Select(column => _sql.FromCanonicalKey($"cast(null as {_sql.StorageOf(column.Type)})", column));
            var told = space.Meta.Identifiers.Select(identifier => $"cast(null as {_sql.StorageOf(identifier.Type)})");
            return $"select {List([$"{long.MaxValue}", $"{Mark}", .. keys, $"({CountRows})", .. _fields.None, .. told, .. Flags(_hashes.AllChanged)])}";
        }
    }

    private string Planned(string seq, string kind) =>
        List([$"{seq} as seq", $"{kind} as kind", .. _keys.Select(key => $"d.{key}"), "d.row_hash", .. Stored("d"), .. _told.Select(column => $"d.{column}"),
            .. Flags(HasHashes ? _hashes.Changed(space.Meta.Columns, $"d.{ColumnHashSql.Hashes}", i => Canonical("d", i)) : _hashes.AllChanged)]);

    private IEnumerable<string> Flags(string changed) => request.ChangedFields ? [$"{changed} as {ColumnHashSql.Flags}"] : [];

    // Under another mapping, or where all is sent again, rows that changed are sent whole.
    private bool HasHashes => request.ChangedFields && space.Meta.Columns.Count > 0 && rule is { ToldColumns: null, Unchanged: null, Different: ChangeKind.Change };

    // A mapping of constants only still has rows to tell apart: their keys.
    private string Hash(IReadOnlyList<ColumnInfo> columns, SyncShape shape) =>
        _sql.RowHash(columns.Count > 0 ? columns : _query.Key, Source, RowHash.Seed(shape.Fingerprint));

    private IEnumerable<string> Stored(string row) => _fields.Stored(i => Canonical(row, i));

    private string Canonical(string row, int column) => _sql.Canonical($"{row}.c{column}", _query.Columns[column]);

    private IEnumerable<string> Columns(string row) => Names($"{row}c", _query.Columns.Count);

    private string Count => _sql.AsText("count(*)", FieldType.Integer);

    private string Sum(string sql) => _sql.AsText($"sum({sql})", FieldType.Decimal);

    private string Source(ColumnInfo column) => $"m.{_sql.Name(column.Name)}";
}
