using System.Globalization;
using ReverseEtl.Core.Delivery;
using ReverseEtl.Core.Planning;
using ReverseEtl.Core.State;
using Spectre.Console;

namespace ReverseEtl.Cli.Output;

/// <summary>An explanation for people: what is so, in sentences, from the model to the next run.</summary>
internal static class ExplanationText
{
    public static void Write(Explanation row)
    {
        Terminal.Out.MarkupLine($"[bold]{Markup.Escape(row.Sync)}[/]  {Markup.Escape(row.Key)}");
        if (row.Unavailable is not null)
            Say($"it cannot be looked at now, only at its history: {row.Unavailable}", "yellow");
        if (!row.IsKnown)
        {
            Say(row.State is null
                ? "the history knows no such row"
                : "no such row is known: it is not in the model, and the destination was never told of it");
            return;
        }

        if (row.State is { } state)
            WriteModel(state);
        WriteTold(row);
        if (row.State is not null)
            WriteNext(row, row.State);
        if (row.LastRun is { Status: RunStatus.Stopped, Guard: { } guard })
            Say($"the latest run was stopped by a guard, so it sent nothing more: {guard}", "red");
        if (row.OpenRun is not null)
            Say($"an interrupted run is finished first: {row.OpenRun}", "yellow");
    }

    private static void WriteModel(RowState state)
    {
        Say(state.ModelRows switch
        {
            null => "the model's key is another one than what was told is filed under; cdp plan says what that means",
            0 => "it is not in the model",
            1 => "it is in the model",
            { } rows => string.Create(CultureInfo.InvariantCulture, $"it stands in the model {rows:N0} times"),
        });
        Fields(state.Fields);
        if (state.Quarantined is not null)
            Say($"it is in quarantine ({state.Quarantined}): never sent and never taken for removed; mend the model's key", "red");
    }

    private static void WriteTold(Explanation row)
    {
        if (row.Since is { } since)
            Say($"it is {(since.IsRemoval ? "out of" : "in")} the destination since {At(since.At)} (run {since.RunId})");
        else
            Say(row.State is { IsTold: true } ? "the destination was told of it, before there was a history" : "the destination never took it");
        if (row.LastSent is { } sent)
        {
            Say($"last told {At(sent.At)} by run {sent.RunId}: {sent.Kind}{(sent.Code is null ? "" : $" ({sent.Code})")}{(row.SentColumns.Count == 0 ? "" : row.SentFields is null ? ", of these columns under another mapping" : ", of these fields")}");
            Fields(row.SentFields ?? row.SentColumns);
        }

        if (row.Latest is { IsAccepted: false } answer)
            Say($"the latest answer, {At(answer.At)} to run {answer.RunId} ({answer.Kind}): {string.Join(' ', new[] { answer.Outcome, answer.Code, answer.Message }.OfType<string>())}", "yellow");
    }

    private static void WriteNext(Explanation row, RowState state)
    {
        if (state.Refused is { } refused)
        {
            var due = refused.Due is { } at ? $"it is due again {At(at)}" : "it is tried again only when it changes";
            Say(string.Create(CultureInfo.InvariantCulture, $"refused {(refused.Attempts == 1 ? "once" : $"{refused.Attempts:N0} times")}; {due}, or with cdp run {row.Sync} --retry-rejected"), "yellow");
        }

        if (state.Held is { } held)
            Say($"it was sent ({held.ToString().ToLowerInvariant()}) and never answered for, so it is left out until cdp resolve {row.Sync} says what became of it", "yellow");
        Say(row.NextWord switch
        {
            null => "what the next run does with it cannot be said now",
            "nothing" => "the next run sends nothing of it",
            "add" => "the next run sends it for the first time",
            "change" => "the next run sends it as changed",
            "replace" => "the next run removes it by what the destination knows it by, and sends it anew",
            "remove" => "the next run takes it out",
            _ => "the next run sends it again",
        });
        foreach (var (now, old) in row.Changes ?? [])
            Line($"[grey]{Markup.Escape(now.Name)}[/]  {Value(old)} -> {Value(now)}");
    }

    private static void Fields(IReadOnlyList<FieldColumn> fields)
    {
        var width = fields.Count == 0 ? 0 : fields.Max(field => field.Name.Length);
        foreach (var field in fields)
            Line($"[grey]{Markup.Escape(field.Name.PadRight(width))}[/]  {Value(field)}");
    }

    private static string Value(FieldColumn? field) => field?.Text(0) is { } text ? Markup.Escape(text) : "[grey]null[/]";

    private static string At(DateTimeOffset at) => at.UtcDateTime.ToString("yyyy-MM-dd HH:mm:ss", CultureInfo.InvariantCulture);

    private static void Say(string sentence, string? color = null) =>
        Terminal.Out.MarkupLine(color is null ? $"  {Markup.Escape(sentence)}" : $"  [{color}]{Markup.Escape(sentence)}[/]");

    private static void Line(string markup) => Terminal.Out.MarkupLine($"      {markup}");
}
