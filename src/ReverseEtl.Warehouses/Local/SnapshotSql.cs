using ReverseEtl.Core.Planning;
using ReverseEtl.Warehouses.DuckDb;
using static ReverseEtl.Warehouses.Local.SqlText;

namespace ReverseEtl.Warehouses.Local;

/// <summary>
/// The SQL of what is kept of a sync between runs. Columns: k0, k1... are the key as kept, i0, i1... the identifiers that were last
/// sent, h0, h1... the hashes of single columns, where changed fields are sent alone.
/// </summary>
internal sealed class SnapshotSql(SyncQuery query, SnapshotMeta meta)
{
    /// <summary>The rows that the destination was told of.</summary>
    public const string Snapshot = "cdp_sync.snapshot";

    /// <summary>Rows whose fate is unknown, in the snapshot's columns and their kind.</summary>
    public const string Held = "cdp_sync.held";

    /// <summary>Rows that were refused, with the hash that they had and when they are due again.</summary>
    public const string Refused = "cdp_sync.refused";

    /// <summary>Which rows <c>s</c> of the snapshot were told before the replacement under way.</summary>
    public const string WasTold = "s.row_hash <> 1";

    private readonly IReadOnlyList<string> _keys = Names("k", query.Key.Count);

    /// <summary>Makes the tables of a new snapshot, in place of any there are.</summary>
    public IEnumerable<string> Create
    {
        get
        {
            var keys = List(query.Key.Select((column, i) => $"k{i} {DuckDbTypes.KeyStorageOf(column)}"));
            var columns = List([keys, "row_hash ubigint", .. meta.Identifiers.Select((identifier, i) => $"i{i} {DuckDbTypes.StorageOf(identifier.Type)}")]);
            yield return $"create or replace table {Snapshot} ({List([columns, .. meta.Columns.Select((_, i) => $"h{i} ubigint")])})";
            yield return $"create or replace table {Held} (kind utinyint, {columns})";
            yield return $"create or replace table {Refused} (kind utinyint, {keys}, row_hash ubigint, attempts integer, due timestamptz)";
        }
    }

    /// <summary>Makes columns for identifiers that the snapshot has not yet.</summary>
    public IEnumerable<string> AddIdentifiers(IReadOnlyList<KeptIdentifier> missing) =>
        from table in new[] { Snapshot, Held }
        from added in missing.Select((identifier, i) => $"i{meta.Identifiers.Count + i} {DuckDbTypes.StorageOf(identifier.Type)}")
        select $"alter table {table} add column {added}";

    /// <summary>Makes columns for hashes of columns that the snapshot has not yet.</summary>
    public IEnumerable<string> AddColumns(IReadOnlyList<KeptColumn> missing) =>
        missing.Select((_, i) => $"alter table {Snapshot} add column h{meta.Columns.Count + i} ubigint");

    /// <summary>Lets the snapshot take over rows of the plan, once it has the columns of <paramref name="advanced"/>.</summary>
    /// <param name="advanced">What the snapshot will say of itself.</param>
    /// <param name="accepted">Which rows, as a condition on the plan's row <c>p</c>.</param>
    /// <param name="isCurrent">False where the plan's columns are those of an older mapping; the identifiers come with the next plan then.</param>
    /// <param name="changedFields">True where hashes of single columns are kept.</param>
    public IEnumerable<string> Advance(SnapshotMeta advanced, string accepted, bool isCurrent, bool changedFields)
    {
        var hashes = changedFields ? advanced.Columns : [];
        // A row that was never told of has nothing to be deleted.
        yield return $"delete from {Snapshot} using {Keys($"{accepted} and p.kind <> {(int)ChangeKind.Add}")} as t where {Match(_keys, "snapshot", "t")}";
        yield return $"insert into {Snapshot} ({Columns(advanced.Identifiers, hashes.Count)}) "
            + $"select {List([.. _keys.Select(key => $"p.{key}"), "p.row_hash", .. Sent(advanced.Identifiers, isCurrent), .. ColumnHashes.Told(query, hashes, isCurrent)])} "
            + $"from {PlanSql.Plan} as p where {accepted} and p.kind <> {(int)ChangeKind.Remove}";
    }

    /// <summary>
    /// Keeps rows of which nobody knows whether they arrived so that the next plan tells of them whatever the model has then: changed
    /// where it has them, removed where it has not: the hash 0 is as good as no row's.
    /// </summary>
    /// <param name="kept">All identifiers that are kept.</param>
    /// <param name="which">Which rows, as a condition on the plan's row <c>p</c>.</param>
    /// <param name="isCurrent">False where the plan's columns are those of an older mapping.</param>
    public IEnumerable<string> Doubt(IReadOnlyList<KeptIdentifier> kept, string which, bool isCurrent)
    {
        // One that is replaced may still be known by what it was.
        var identifiers = Sent(kept, isCurrent).Select((sent, i) =>
            i < meta.Identifiers.Count ? $"case when p.kind = {(int)ChangeKind.Replace} then p.i{i} else {sent} end" : sent);
        yield return $"update {Snapshot} set {Forgotten} from {PlanSql.Plan} as p where {which} and p.kind = {(int)ChangeKind.Remove} and {Match(_keys, "snapshot", "p")}";
        yield return $"delete from {Snapshot} using {Keys($"{which} and p.kind not in ({(int)ChangeKind.Add}, {(int)ChangeKind.Remove})")} as t where {Match(_keys, "snapshot", "t")}";
        yield return $"insert into {Snapshot} ({Columns(kept)}) select {List([.. _keys.Select(key => $"p.{key}"), "0", .. identifiers])} from {PlanSql.Plan} as p where {which} and p.kind <> {(int)ChangeKind.Remove}";
    }

    /// <summary>
    /// Before a replacement: keeps every row that was told, or is about to be, as one of which nobody knows whether it is there: by the hash
    /// 0, or 1 where it was not told before.
    /// </summary>
    public IEnumerable<string> DoubtAll(bool isCurrent)
    {
        yield return $"update {Snapshot} set {Forgotten} where row_hash <> 1";
        yield return $"insert into {Snapshot} ({Columns(meta.Identifiers)}) select {List([.. _keys.Select(key => $"p.{key}"), "1", .. Sent(meta.Identifiers, isCurrent)])} "
            + $"from {PlanSql.Plan} as p anti join {Snapshot} as s on {Match(_keys, "p", "s")} where p.kind = {(int)ChangeKind.Add}";
    }

    /// <summary>Forgets every row, as a replacement leaves none behind that it did not tell of.</summary>
    public static IEnumerable<string> Empty => [$"delete from {Snapshot}", $"delete from {Held}"];

    /// <summary>Whether a row <c>p</c> of a new plan is held in <c>h</c>.</summary>
    public string IsHeld => Match(_keys, "p", "h");

    /// <summary>Holds rows of the plan, as they were sent.</summary>
    public string Hold(IReadOnlyList<KeptIdentifier> kept, string which, bool isCurrent)
    {
        var identifiers = Sent(kept, isCurrent).Select((sent, i) =>
            i < meta.Identifiers.Count ? $"case when p.kind = {(int)ChangeKind.Remove} then p.i{i} else {sent} end" : sent);
        return $"insert into {Held} ({List(["kind", Columns(kept)])}) select {List(["p.kind", .. _keys.Select(key => $"p.{key}"), "p.row_hash", .. identifiers])} from {PlanSql.Plan} as p where {which}";
    }

    /// <summary>Advances the snapshot by held rows that turned out to have arrived.</summary>
    public IEnumerable<string> AdvanceByHeld(string which)
    {
        var columns = List([.. _keys.Select(key => $"h.{key}"), "h.row_hash", .. Names("h.i", meta.Identifiers.Count)]);
        yield return $"delete from {Snapshot} using {Held} as h where {which} and {Match(_keys, "snapshot", "h")}";
        yield return $"insert into {Snapshot} ({Columns(meta.Identifiers)}) select {columns} from {Held} as h where {which} and h.kind <> {(int)ChangeKind.Remove}";
    }

    /// <summary>Whether a row <c>p</c> of a new plan was refused as it is, by <c>r</c>, and is not due.</summary>
    public string IsWaiting(DateTimeOffset asOf) => $"r.due > {Instant(asOf)} and {SameRow("p", "r")}";

    /// <summary>Keys of the refused rows that the plan leaves out.</summary>
    public string Waiting =>
        $"select {List(query.Key.Select((column, i) => DuckDbTypes.CanonicalKey($"r.k{i}", column)))} from {Refused} r semi join {PlanSql.Plan} p on p.kind = {PlanSql.LeftOut} and {SameRow("p", "r")}";

    /// <summary>Writes down the rows that were refused, by their numbers, and forgets those of which the plan has told.</summary>
    /// <param name="rejected">A table of their numbers, with when they are due where that is known; those that are put off were not tried.</param>
    /// <param name="due">When other rows are due again, by their <c>attempts</c>.</param>
    public IEnumerable<string> Refuse(string rejected, string due)
    {
        var keys = List(_keys.Select(key => $"p.{key}"));
        yield return $"create or replace temp table cdp_refused as select p.kind, {keys}, p.row_hash, coalesce(r.attempts, 0) + if(j.put_off, 0, 1) as attempts, j.due as known "
            + $"from {PlanSql.Plan} p join {rejected} j on j.seq = p.seq left join {Refused} r on {SameRow("p", "r")}";
        yield return $"delete from {Refused} as r where not exists (select 1 from {PlanSql.Plan} p where p.kind = {PlanSql.LeftOut} and {SameRow("p", "r")})";
        yield return $"insert into {Refused} select * exclude (known), coalesce(known, {due}) from temp.cdp_refused";
    }

    // Of a row in doubt nothing is known of its columns either.
    private string Forgotten => List(["row_hash = 0", .. Names("h", meta.Columns.Count).Select(hash => $"{hash} = null")]);

    private string Columns(IReadOnlyList<KeptIdentifier> kept, int hashes = 0) => List([.. _keys, "row_hash", .. Names("i", kept.Count), .. Names("h", hashes)]);

    // DuckDB would carry all columns of what a deletion uses through the join.
    private string Keys(string which) => $"(select {List(_keys.Select(key => $"p.{key}"))} from {PlanSql.Plan} p where {which})";

    private string SameRow(string left, string right) => $"{Match(_keys, left, right)} and {left}.row_hash is not distinct from {right}.row_hash";

    /// <summary>What was sent in each identifier that is kept, by the plan's row <c>p</c>.</summary>
    private IEnumerable<string> Sent(IReadOnlyList<KeptIdentifier> kept, bool isCurrent) => kept.Select(identifier =>
        isCurrent && query.Mapper.Identifiers.FirstOrDefault(mapped => KeptIdentifier.Of(mapped) == identifier) is { } source
            ? SentValues.Of(query, source, column => DuckDbTypes.CanonicalPlanned($"p.f{column}", query.Columns[column]))
            : "null");
}
