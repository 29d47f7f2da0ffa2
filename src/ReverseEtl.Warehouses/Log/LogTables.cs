using System.Globalization;
using System.Text.Json;
using ReverseEtl.Core.Planning;
using ReverseEtl.Core.State;

namespace ReverseEtl.Warehouses.Log;

/// <summary>The columns of the log, alike in every warehouse.</summary>
/// <param name="words">How a warehouse writes types and values.</param>
/// <param name="scope">Whose runs they are.</param>
internal sealed class LogTables(LogWords words, PlannerScope scope)
{
    private const string Head = "project, environment, run_id, sync";

    /// <summary>The statements that make them where they are not there yet.</summary>
    public IEnumerable<string> Create =>
    [
        $"create table if not exists {words.Runs} (project {words.TextType} not null, environment {words.TextType} not null, run_id {words.TextType} not null, sync {words.TextType} not null, "
            + $"status {words.TextType}, as_of {words.InstantType}, finished_at {words.InstantType}, model_rows bigint, added bigint, changed bigint, removed bigint, resent bigint, accepted bigint, "
            + $"rejected bigint, unknown bigint, quarantined bigint, waiting bigint, reported {words.TextType}, guard {words.TextType}, error {words.TextType}, duration_ms bigint, "
            + "primary key (project, environment, run_id))",
        $"create table if not exists {words.Log} (project {words.TextType} not null, environment {words.TextType} not null, run_id {words.TextType} not null, sync {words.TextType} not null, "
            + $"{words.Name("at")} {words.InstantType}, kind {words.TextType}, {words.Name("key")} {words.TextType}, outcome {words.TextType}, code {words.TextType}, message {words.TextType})",
    ];

    /// <summary>The ids of the runs of a sync that are there.</summary>
    public string Known(string sync) => $"select run_id from {words.Runs} where {Mine} and sync = {words.Text(sync)}";

    /// <summary>Adds a run.</summary>
    public string AddRun(RunRecord run)
    {
        string[] values =
        [
            words.Text(JsonNamingPolicy.SnakeCaseLower.ConvertName(run.Status.ToString())), words.Instant(run.AsOf), run.FinishedAt is { } end ? words.Instant(end) : "null", Number(run.Rows),
            Number(run.Added), Number(run.Changed), Number(run.Removed), Number(run.Resent), Number(run.Accepted), Number(run.Rejected), Number(run.Unknown), Number(run.Quarantined),
            Number(run.Waiting), Text(run.Reported), Text(run.Guard), Text(run.Error), Number(run.DurationMs),
        ];
        return $"insert into {words.Runs} values ({HeadOf(run)}, {string.Join(", ", values)})";
    }

    /// <summary>Adds the rows that a run told of.</summary>
    /// <param name="run">The run.</param>
    /// <param name="at">When it told of them, in SQL.</param>
    /// <param name="from">A table, and a condition if need be, with <c>kind</c>, <c>key</c>, <c>outcome</c>, <c>code</c> and <c>message</c>.</param>
    public string AddRows(RunRecord run, string at, string from) =>
        $"insert into {words.Log} ({Head}, {words.Name("at")}, kind, {words.Name("key")}, outcome, code, message) select {HeadOf(run)}, {at}, kind, {words.Name("key")}, outcome, code, message from {from}";

    /// <summary>Forgets what is older than an instant.</summary>
    public IEnumerable<string> Forget(DateTimeOffset before)
    {
        var old = $"{Mine} and as_of < {words.Instant(before)}";
        return
        [
            $"delete from {words.Log} where {Mine} and run_id in (select run_id from {words.Runs} where {old})",
            $"delete from {words.Runs} where {old}",
        ];
    }

    private string Mine => $"project = {words.Text(scope.Project)} and environment = {words.Text(scope.Environment ?? "")}";

    private string HeadOf(RunRecord run) => $"{words.Text(scope.Project)}, {words.Text(scope.Environment ?? "")}, {words.Text(run.RunId)}, {words.Text(run.Sync)}";

    private string Text(string? text) => text is null ? "null" : words.Text(text);

    private static string Number(long? number) => number?.ToString(CultureInfo.InvariantCulture) ?? "null";
}

/// <summary>How a warehouse writes what the log needs.</summary>
/// <param name="Runs">The table of runs.</param>
/// <param name="Log">The table of rows.</param>
/// <param name="Name">A name that is a word of SQL too, so that whoever writes it plainly means the same column.</param>
/// <param name="TextType">The type of text.</param>
/// <param name="InstantType">The type of instants.</param>
/// <param name="Text">A text as a literal.</param>
/// <param name="Instant">An instant as a literal.</param>
internal sealed record LogWords(string Runs, string Log, Func<string, string> Name, string TextType, string InstantType, Func<string, string> Text, Func<DateTimeOffset, string> Instant);
