using ReverseEtl.Core.Delivery;
using ReverseEtl.Core.Planning;
using ReverseEtl.Warehouses.Local;
using static ReverseEtl.Warehouses.Local.SqlText;

namespace ReverseEtl.Warehouses.InWarehouse;

/// <summary>
/// The SQL of what is kept of a sync between runs. Columns: k0, k1... are the key as kept, i0, i1... the identifiers that were last
/// sent; the snapshot has hashes of single columns where changed fields are sent alone.
/// </summary>
/// <param name="space">The sync.</param>
/// <param name="query">The sync's rows, by the key that is kept.</param>
internal sealed class KeptSql(SyncSpace space, SyncQuery query)
{
    private readonly IPlannerDialect _sql = space.Sql;
    private readonly SyncTables _tables = space.Tables;
    private readonly SnapshotMeta _meta = space.Meta;
    private readonly IReadOnlyList<string> _keys = Names("k", query.Key.Count);

    /// <summary>Makes the tables of a new snapshot, in place of any there are.</summary>
    public IEnumerable<string> Create
    {
        get
        {
            var keys = List(query.Key.Select((column, i) => $"k{i} {_sql.KeyStorageOf(column)}"));
            var columns = List([keys, "row_hash bigint", .. _meta.Identifiers.Select((identifier, i) => $"i{i} {_sql.StorageOf(identifier.Type)}")]);
            // Where making a table commits, what is given up half-way has no record from here on, and is begun anew.
            yield return $"{_sql.CreateTable} if not exists {_tables.Meta} (name {Text}, value {Text})";
            yield return $"delete from {_tables.Meta}";
            foreach (var table in new[] { _tables.Snapshot, _tables.Held, _tables.Refused, _tables.Answers })
                yield return $"drop table if exists {table}";
            yield return $"{_sql.CreateTable} {_tables.Snapshot} ({columns})";
            yield return $"{_sql.CreateTable} {_tables.Held} (id bigint, kind smallint, {columns})";
            yield return $"{_sql.CreateTable} {_tables.Refused} (kind smallint, {keys}, row_hash bigint, attempts bigint, due timestamp with time zone, run_id {Text})";
            foreach (var statement in HistorySql.Create(_sql, _tables))
                yield return statement;
        }
    }

    /// <summary>Drops whatever is kept, but for the history. The records go first: what they do not name is not there.</summary>
    public IEnumerable<string> Forget =>
        from table in new[] { _tables.Meta, _tables.Snapshot, _tables.Held, _tables.Refused, _tables.Answers }
        select $"drop table if exists {table}";

    /// <summary>Makes columns for identifiers that the snapshot has not yet.</summary>
    public IEnumerable<string> AddIdentifiers(IReadOnlyList<KeptIdentifier> missing) =>
        from table in new[] { _tables.Snapshot, _tables.Held }
        from added in missing.Select((identifier, i) => $"i{_meta.Identifiers.Count + i} {_sql.StorageOf(identifier.Type)}")
        select $"alter table {table} add column if not exists {added}";

    /// <summary>Makes the column of hashes, where the snapshot has none yet.</summary>
    public string AddHashes => $"alter table {_tables.Snapshot} add column if not exists {ColumnHashSql.Hashes} {_sql.HashesType}";

    /// <summary>Lets the snapshot take over rows of the plan, once it has the columns of <paramref name="advanced"/>.</summary>
    /// <param name="plan">The plan.</param>
    /// <param name="advanced">What the snapshot will say of itself.</param>
    /// <param name="accepted">Which rows, as a condition on the plan's row <c>p</c>.</param>
    /// <param name="isCurrent">False where the plan's columns are those of an older mapping; the identifiers come with the next plan then.</param>
    /// <param name="changedFields">True where hashes of single columns are kept.</param>
    public IEnumerable<string> Advance(string plan, SnapshotMeta advanced, string accepted, bool isCurrent, bool changedFields)
    {
        var kept = advanced.Identifiers;
        Func<int, string>? planned = isCurrent ? column => Fields.Read("p", column) : null;
        var hashes = changedFields ? new[] { (ColumnHashSql.Hashes, new ColumnHashSql(_sql, query).Told(advanced.Columns, planned)) } : [];
        // A row that was never told of has nothing to be deleted.
        yield return Delete(_tables.Snapshot, plan, $"{accepted} and p.kind <> {(int)ChangeKind.Add}");
        yield return Insert(_tables.Snapshot, [.. Told("p.row_hash", Sent(kept, isCurrent)), .. hashes], plan, $"{accepted} and p.kind <> {(int)ChangeKind.Remove}");
    }

    /// <summary>
    /// Keeps rows of which nobody knows whether they arrived so that the next plan tells of them whatever the model has then: changed
    /// where it has them, removed where it has not: the hash 0 is as good as no row's.
    /// </summary>
    /// <inheritdoc cref="Advance" path="/param"/>
    public IEnumerable<string> Doubt(string plan, IReadOnlyList<KeptIdentifier> kept, string which, bool isCurrent)
    {
        // One that is replaced may still be known by what it was, and one that is removed is.
        var sent = Sent(kept, isCurrent).Select((sent, i) =>
            i < _meta.Identifiers.Count ? $"case when p.kind in ({(int)ChangeKind.Replace}, {(int)ChangeKind.Remove}) then p.i{i} else {sent} end" : sent);
        yield return Delete(_tables.Snapshot, plan, $"{which} and p.kind <> {(int)ChangeKind.Add}");
        yield return Insert(_tables.Snapshot, Told("0", sent), plan, which);
    }

    /// <summary>
    /// Before a replacement: keeps every row that was told, or is about to be, as one of which nobody knows whether it is there: by the hash
    /// 0, or 1 where it was not told before.
    /// </summary>
    public IEnumerable<string> DoubtAll(string plan, bool isCurrent)
    {
        var forgotten = _meta.Columns.Count > 0 ? $", {ColumnHashSql.Hashes} = null" : "";
        yield return $"update {_tables.Snapshot} set row_hash = 0{forgotten} where row_hash <> 1";
        yield return Insert(_tables.Snapshot, Told("1", Sent(_meta.Identifiers, isCurrent)), plan,
            $"p.kind = {(int)ChangeKind.Add} and not exists (select 1 from {_tables.Snapshot} s where {Match(_keys, "p", "s")})");
    }

    /// <summary>Forgets every row, as a replacement leaves none behind that it did not tell of.</summary>
    public IEnumerable<string> Empty => [$"delete from {_tables.Snapshot}", $"delete from {_tables.Held}"];

    /// <summary>Holds rows of the plan, as they were sent.</summary>
    /// <inheritdoc cref="Advance" path="/param"/>
    public string Hold(string plan, IReadOnlyList<KeptIdentifier> kept, string which, bool isCurrent)
    {
        var sent = Sent(kept, isCurrent).Select((sent, i) =>
            i < _meta.Identifiers.Count ? $"case when p.kind = {(int)ChangeKind.Remove} then p.i{i} else {sent} end" : sent);
        var id = $"(select coalesce(max(id), -1) + 1 from {_tables.Held}) + p.seq";
        return Insert(_tables.Held, [("id", id), ("kind", "p.kind"), .. Told("p.row_hash", sent)], plan, which);
    }

    /// <summary>Settles held rows: the snapshot takes over those that arrived.</summary>
    public IEnumerable<string> Settle(IReadOnlyList<long> ids, bool arrived)
    {
        var which = $"h.id in ({string.Join(", ", ids)})";
        if (arrived)
        {
            IReadOnlyList<string> columns = [.. _keys, "row_hash", .. Names("i", _meta.Identifiers.Count)];
            yield return _sql.Delete(_tables.Snapshot, $"select {List(_keys.Select(key => $"h.{key}"))} from {_tables.Held} h where {which}", query.Key);
            yield return $"insert into {_tables.Snapshot} ({List(columns)}) select {List(columns.Select(column => $"h.{column}"))} from {_tables.Held} h where {which} and h.kind <> {(int)ChangeKind.Remove}";
        }

        yield return $"delete from {_tables.Held} where id in ({string.Join(", ", ids)})";
    }

    /// <summary>The held rows: id, kind, key.</summary>
    public string ListHeld => $"select h.id, h.kind, {List(query.Key.Select((column, i) => _sql.CanonicalKey($"h.k{i}", column)))} from {_tables.Held} h order by h.id";

    /// <summary>Whether a row <c>p</c> of a new plan is held in <c>x</c>.</summary>
    public string IsHeld => Match(_keys, "p", "x");

    /// <summary>Whether a row <c>p</c> of a new plan was refused as it is, by <c>x</c>, and is not due.</summary>
    public string IsWaiting(DateTimeOffset asOf) => $"x.due > {_sql.Instant(asOf)} and {SameRow("p", "x")}";

    /// <summary>Keys of the refused rows that the plan leaves out.</summary>
    public string Waiting(string plan, string refused) =>
        $"select {List(query.Key.Select((column, i) => _sql.CanonicalKey($"r.k{i}", column)))} from {refused} r "
        + $"where exists (select 1 from {plan} p where p.kind = {DiffSql.LeftOut} and {SameRow("p", "r")})";

    /// <summary>Writes down the rows that were refused, and forgets those of which the plan has told.</summary>
    /// <param name="plan">The plan.</param>
    /// <param name="request">Its run.</param>
    /// <param name="answers">What became of it.</param>
    public IEnumerable<string> Refuse(string plan, PlanRequest request, Answers answers)
    {
        var keys = List(_keys.Select(key => $"p.{key}"));
        var run = _sql.Text(request.RunId);
        if (answers.Table is { } table)
        {
            var due = answers.Due is { } known ? $"coalesce({known}, {Due(request)})" : Due(request);
            yield return $"insert into {_tables.Refused} select p.kind, {keys}, p.row_hash, coalesce(r.attempts, 0) + case when a.put_off then 0 else 1 end, {due}, {run} "
                + $"from {plan} p join {table} a on a.seq = p.seq left join {_tables.Refused} r on {SameRow("p", "r")} "
                + $"where a.outcome = '{HistoryOutcome.Rejected}'";
        }

        yield return $"delete from {_tables.Refused} as r where r.run_id <> {run} and not exists "
            + $"(select 1 from {plan} p where p.kind = {DiffSql.LeftOut} and {SameRow("p", "r")})";
    }

    // When a row is due again, by how often it was refused before: the waits are few, as they double.
    private string Due(PlanRequest request)
    {
        var rule = request.Retry;
        var cases = new List<string>();
        for (var wait = rule.First; wait > TimeSpan.Zero && wait < rule.Longest; wait *= 2)
            cases.Add($"when {cases.Count} then {_sql.Instant(request.AsOf + wait)}");
        var last = _sql.Instant(request.AsOf + (rule.First > TimeSpan.Zero ? rule.Longest : TimeSpan.Zero));
        var due = cases.Count == 0 ? last : $"case coalesce(r.attempts, 0) {string.Join(' ', cases)} else {last} end";
        return rule.MaxAttempts is { } most ? $"case when coalesce(r.attempts, 0) >= {most - 1} then {_sql.Instant(RowOutcome.Never)} else {due} end" : due;
    }

    private string Delete(string table, string plan, string which) =>
        _sql.Delete(table, $"select {List(_keys.Select(key => $"p.{key}"))} from {plan} p where {which}", query.Key);

    // By name: where a process died after it had added columns, there are more than are known of.
    private static string Insert(string table, IEnumerable<(string Column, string Sql)> values, string plan, string which) =>
        $"insert into {table} ({List(values.Select(value => value.Column))}) select {List(values.Select(value => value.Sql))} from {plan} p where {which}";

    /// <summary>Key, hash and identifiers of the plan's row <c>p</c>.</summary>
    private IEnumerable<(string Column, string Sql)> Told(string hash, IEnumerable<string> sent) =>
        [.. _keys.Select(key => (key, $"p.{key}")), ("row_hash", hash), .. sent.Select((sql, i) => ($"i{i}", sql))];

    private string SameRow(string left, string right) => $"{Match(_keys, left, right)} and {left}.row_hash is not distinct from {right}.row_hash";

    /// <summary>What was sent in each identifier that is kept, by the plan's row <c>p</c>.</summary>
    private IEnumerable<string> Sent(IReadOnlyList<KeptIdentifier> kept, bool isCurrent) =>
        kept.Select(identifier => isCurrent && identifier.ColumnIn(query) is { } column ? Fields.Read("p", column) : $"cast(null as {_sql.StorageOf(identifier.Type)})");

    private PlanFields Fields => new(_sql, query.Columns);

    private string Text => _sql.StorageOf(FieldType.Text);
}
