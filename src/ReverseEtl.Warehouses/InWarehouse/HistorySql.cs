using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;
using ReverseEtl.Core.Delivery;
using ReverseEtl.Core.Planning;
using ReverseEtl.Warehouses.Local;
using static ReverseEtl.Warehouses.Local.SqlText;

namespace ReverseEtl.Warehouses.InWarehouse;

/// <summary>The SQL that writes the history: a row for whatever was told, and what columns each run told.</summary>
internal sealed class HistorySql(SyncSpace space, PlanRequest request, DateTimeOffset at)
{
    private readonly IPlannerDialect _sql = space.Sql;
    private readonly SyncTables _tables = space.Tables;

    /// <summary>Makes the tables.</summary>
    public static IEnumerable<string> Create(IPlannerDialect sql, SyncTables tables)
    {
        var text = sql.StorageOf(FieldType.Text);
        yield return $"{sql.CreateTable} if not exists {tables.History} (run_id {text}, told_at timestamp with time zone, seq bigint, kind {text}, row_key {text}, row_hash bigint, "
            + $"outcome {text}, code {text}, message {text}, shape {text}, sent {text})";
        yield return $"{sql.CreateTable} if not exists {tables.Told} (run_id {text}, key_columns {text}, sent_columns {text})";
    }

    /// <summary>What a plan's destination was told, and what it answered; in place of what the run wrote before.</summary>
    public IEnumerable<string> OfPlan(string plan, PlanMeta meta, Answers answers)
    {
        var columns = meta.Shape.Columns;
        var fields = new PlanFields(_sql, columns);
        // The rows of another key are taken out: of their fields nothing is known.
        var sent = meta.Summary.IsRetirement ? "null" : _sql.TextList(columns.Select((column, i) => _sql.AsText(fields.Read("p", i), column.Type)));
        var kind = HistoryColumns.Kind("p.kind");
        var values = List(
        [
            "p.seq",
            answers.OnlyRemoved is { } only ? $"case when {only} then '{HistoryOutcome.Removal}' else {kind} end" : kind,
            Key("p"),
            Offered("p.row_hash"),
            answers.Table is null ? $"'{HistoryOutcome.Accepted}'" : $"coalesce(e.outcome, '{HistoryOutcome.Accepted}')",
            answers.Table is null ? "null" : "e.code",
            answers.Table is null ? "null" : "e.message",
            $"'{meta.Shape.ShortFingerprint}'",
            Offered(sent),
        ]);
        return
        [
            .. Begin(meta.Summary.IsRetirement ? [] : columns),
            $"insert into {_tables.History} select {Head}, {values} from {plan} p{(answers.Table is { } table ? $" left join {table} e on e.seq = p.seq" : "")} where {answers.Offered}",
            .. meta.Summary.IsReplacement ? [Vanished(plan, meta, answers)] : Array.Empty<string>(),
        ];

        string Offered(string value) => answers.OnlyRemoved is { } only ? $"case when not {only} then {value} end" : value;
    }

    /// <summary>The rows that a replacement made vanish: all that were told and are not among those that it told of.</summary>
    private string Vanished(string plan, PlanMeta meta, Answers answers)
    {
        var seq = $"(select count(*) from {plan}) + {_sql.RowNumber(null)} - 1";
        var isTold = $"exists (select 1 from {plan} p where {answers.Accepted} and {Match(Names("k", request.Query.Key.Count), "p", "s")})";
        return $"insert into {_tables.History} select {Head}, {seq}, '{HistoryOutcome.Removal}', {Key("s")}, null, '{HistoryOutcome.Accepted}', null, null, '{meta.Shape.ShortFingerprint}', null "
            + $"from {_tables.Snapshot} s where {SnapshotSql.WasTold} and not {isTold}";
    }

    /// <summary>What a person said of rows in doubt.</summary>
    public IEnumerable<string> OfHeld(IReadOnlyList<long> ids, bool arrived)
    {
        var outcome = arrived ? HistoryOutcome.Accepted : HistoryOutcome.NotArrived;
        return
        [
            .. Begin([]),
            $"insert into {_tables.History} select {Head}, h.id, {HistoryColumns.Kind("h.kind")}, {Key("h")}, h.row_hash, '{outcome}', '{HistoryOutcome.Resolved}', null, null, null "
                + $"from {_tables.Held} h where h.id in ({string.Join(", ", ids)})",
        ];
    }

    /// <summary>An instant as <see cref="IPlannerDialect.InstantText"/> gives it.</summary>
    public static DateTimeOffset InstantOf(string text) => DateTimeOffset.Parse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal);

    private string Head => $"{_sql.Text(request.RunId)}, {_sql.Instant(at)}";

    private IEnumerable<string> Begin(IReadOnlyList<ColumnInfo> sent) =>
    [
        $"delete from {_tables.History} where run_id = {_sql.Text(request.RunId)}",
        $"delete from {_tables.Told} where run_id = {_sql.Text(request.RunId)}",
        $"insert into {_tables.Told} values ({_sql.Text(request.RunId)}, {Json(request.Query.Key)}, {Json(sent)})",
    ];

    private string Json(IReadOnlyList<ColumnInfo> columns) => _sql.Text(JsonSerializer.Serialize([.. columns], TextJson.Default.ColumnInfoArray));

    private string Key(string row) => new KeyWords(_sql, request.Query.Key).Stored((column, i) => _sql.CanonicalKey($"{row}.k{i}", column));
}

[JsonSerializable(typeof(string[]))]
[JsonSerializable(typeof(ColumnInfo[]))]
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, UseStringEnumConverter = true)]
internal sealed partial class TextJson : JsonSerializerContext;
