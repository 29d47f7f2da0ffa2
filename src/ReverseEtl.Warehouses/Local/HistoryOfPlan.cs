using System.Globalization;
using ReverseEtl.Core.Delivery;
using ReverseEtl.Core.Planning;
using ReverseEtl.Core.State;
using ReverseEtl.DuckDb;
using ReverseEtl.Warehouses.DuckDb;
using static ReverseEtl.Warehouses.Local.SqlText;

namespace ReverseEtl.Warehouses.Local;

/// <summary>Writes what a plan's destination was told, and what it answered.</summary>
internal sealed class HistoryOfPlan(SnapshotFile file, PlanRequest request, PlanMeta meta)
{
    private const string Answers = "cdp_answers";

    public async Task WriteAsync(IReadOnlyList<JournalEntry> journal, IReadOnlyList<RowException> exceptions, DateTimeOffset at, CancellationToken cancellationToken)
    {
        if (!journal.Any(entry => entry.Done))
            return;
        var rows = await AcceptedRows.PrepareAsync(file, request.Mode, journal, exceptions, cancellationToken);
        await file.FillAsync(Answers, "seq bigint, outcome varchar, code varchar, message varchar", Gravest(exceptions).Select(Literal), cancellationToken);
        var key = new KeyTextFunction(request.Query.Key);
        key.Register(file.Connection);
        await file.History.WriteAsync(file.Connection, Select(rows, key, at), request.RunId, at, cancellationToken);
        await MergeAsync(DateOnly.FromDateTime(at.UtcDateTime), cancellationToken);
    }

    /// <summary>The rows that a replacement made vanish: all that were told and are not among those that it told of.</summary>
    private string Vanished(AcceptedRows rows, KeyTextFunction key, DateTimeOffset at)
    {
        var (keys, plan) = (Names("k", request.Query.Key.Count), $"(select * from {PlanSql.Plan} p where {rows.Accepted})");
        List<string> columns =
        [
            DuckDbDialect.Text(request.RunId),
            Instant(at),
            $"(select count(*) from {PlanSql.Plan}) + row_number() over () - 1",
            $"'{HistoryOutcome.Removal}'",
            key.OfKept("s"),
            "null",
            $"'{HistoryOutcome.Accepted}'",
            "null",
            "null",
            $"'{meta.Shape.ShortFingerprint}'",
            .. meta.Shape.Columns.Select(_ => "null"),
        ];
        return $"select {List(columns)} from {SnapshotSql.Snapshot} s anti join {plan} a on {Match(keys, "s", "a")} where {SnapshotSql.WasTold}";
    }

    // A failure to merge may not keep a run from advancing: the days stay as they are, and reading tells what is wrong with them.
    private async Task MergeAsync(DateOnly today, CancellationToken cancellationToken)
    {
        foreach (var day in file.History.Days().Where(day => day.Date < today))
        {
            try
            {
                await day.MergeAsync(file.Connection, cancellationToken);
            }
            catch (Exception error) when (error is DuckDBException or IOException or UnauthorizedAccessException)
            {
                return;
            }
        }
    }

    // A row that is removed and sent anew may have two answers.
    private static IEnumerable<RowException> Gravest(IReadOnlyList<RowException> exceptions) => exceptions
        .GroupBy(exception => exception.Seq)
        .Select(row => row.FirstOrDefault(exception => exception.Outcome.Kind is OutcomeKind.Unknown) ?? row.First());

    private static string Literal(RowException exception)
    {
        var outcome = exception.Outcome.Kind is OutcomeKind.Unknown ? HistoryOutcome.Unknown : HistoryOutcome.Rejected;
        return string.Create(CultureInfo.InvariantCulture, $"({exception.Seq}, '{outcome}', {Text(exception.Outcome.Code)}, {Text(exception.Outcome.Message)})");

        static string Text(string? text) => text is null ? "null" : DuckDbDialect.Text(text.Replace('\0', '\uFFFD'));
    }

    private string Select(AcceptedRows rows, KeyTextFunction key, DateTimeOffset at)
    {
        List<string> columns =
        [
            $"{DuckDbDialect.Text(request.RunId)} as run_id",
            $"{Instant(at)} as \"at\"",
            "p.seq as seq",
            $"case when {rows.OnlyRemoved} then '{HistoryOutcome.Removal}' else {HistoryColumns.Kind("p.kind")} end as kind",
            $"{key.OfKept("p")} as key",
            $"{Told("p.row_hash")} as row_hash",
            $"coalesce(e.outcome, '{HistoryOutcome.Accepted}') as outcome",
            "e.code as code",
            "e.message as message",
            $"'{meta.Shape.ShortFingerprint}' as shape",
            // The rows of another key are taken out: of their fields nothing is known.
            .. meta.Summary.IsRetirement ? [] : meta.Shape.Columns.Select((column, i) =>
                $"{Told(DuckDbTypes.CanonicalPlanned($"p.f{i}", column))} as {DuckDbDialect.Name($"{HistoryColumns.Prefix}{column.Name}")}"),
        ];
        var told = $"select {List(columns)} from {PlanSql.Plan} p left join temp.{Answers} e on e.seq = p.seq where {rows.Offered}";
        return meta.Summary.IsReplacement ? $"{told} union all {Vanished(rows, key, at)}" : told;

        string Told(string value) => rows.OnlyRemoved == "false" ? value : $"case when not {rows.OnlyRemoved} then {value} end";
    }
}
