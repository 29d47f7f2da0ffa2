using System.Globalization;
using ReverseEtl.Server.Operations.Json;
using ReverseEtl.Server.Operations.Results;
using Spectre.Console;

namespace ReverseEtl.Cli.Output;

/// <summary>An explanation for people: what is so, in sentences, from the model to the next run.</summary>
internal static class ExplanationText
{
    public static void Write(ExplanationResult row)
    {
        Terminal.Out.MarkupLine($"[bold]{Markup.Escape(row.Sync)}[/]  {Markup.Escape(row.Key)}");
        if (row.Unavailable is not null)
            Say($"it cannot be looked at now, only at its history: {row.Unavailable}", "yellow");
        if (!row.Known)
        {
            Say(row.IsSeen
                ? "no such row is known: it is not in the model, and the destination was never told of it"
                : "the history knows no such row");
            return;
        }

        if (row.IsSeen)
            WriteModel(row);
        WriteTold(row);
        if (row.IsSeen)
            WriteNext(row);
        if (row.Guard is { } guard)
            Say($"the latest run was stopped by a guard, so it sent nothing more: {guard}", "red");
        if (row.OpenRun is not null)
            Say($"an interrupted run is finished first: {row.OpenRun}", "yellow");
    }

    private static void WriteModel(ExplanationResult row)
    {
        Say(row.ModelRows switch
        {
            null => "the model's key is another one than what was told is filed under; cdp plan says what that means",
            0 => "it is not in the model",
            1 => "it is in the model",
            { } rows => string.Create(CultureInfo.InvariantCulture, $"it stands in the model {rows:N0} times"),
        });
        Fields(row.Fields);
        if (row.Quarantined is not null)
            Say($"it is in quarantine ({row.Quarantined}): never sent and never taken for removed; mend the model's key", "red");
    }

    private static void WriteTold(ExplanationResult row)
    {
        if (row.Member is { } member)
            Say($"it is {(member.In ? "in" : "out of")} the destination since {At(member.Since)} (run {member.RunId})");
        else
            Say(row.Told == true ? "the destination was told of it, before there was a history" : "the destination never took it");
        if (row.LastSent is { } sent)
        {
            Say($"last told {At(sent.At)} by run {sent.RunId}: {sent.Kind}{(sent.Code is null ? "" : $" ({sent.Code})")}{(row.SentColumns.IsNull ? "" : row.SentFields.IsNull ? ", of these columns under another mapping" : ", of these fields")}");
            Fields(row.SentFields.IsNull ? row.SentColumns : row.SentFields);
        }

        if (row.LastAnswer is { IsAccepted: false } answer)
            Say($"the latest answer, {At(answer.At)} to run {answer.RunId} ({answer.Kind}): {string.Join(' ', new[] { answer.Outcome, answer.Code, answer.Message }.OfType<string>())}", "yellow");
    }

    private static void WriteNext(ExplanationResult row)
    {
        if (row.Refused is { } refused)
        {
            var due = refused.Due is { } at ? $"it is due again {At(at)}" : "it is tried again only when it changes";
            Say(string.Create(CultureInfo.InvariantCulture, $"refused {(refused.Attempts == 1 ? "once" : $"{refused.Attempts:N0} times")}; {due}, or with cdp run {row.Sync} --retry-rejected"), "yellow");
        }

        if (row.Held is { } held)
            Say($"it was sent ({held.ToString().ToLowerInvariant()}) and never answered for, so it is left out until cdp resolve {row.Sync} says what became of it", "yellow");
        Say(row.Next switch
        {
            null => "what the next run does with it cannot be said now",
            "nothing" => "the next run sends nothing of it",
            "add" => "the next run sends it for the first time",
            "change" => "the next run sends it as changed",
            "replace" => "the next run removes it by what the destination knows it by, and sends it anew",
            "remove" => "the next run takes it out",
            _ => "the next run sends it again",
        });
        foreach (var (field, old, now) in row.Changes ?? [])
            Line($"[grey]{Markup.Escape(field)}[/]  {Terminal.Value(old)} -> {Terminal.Value(now)}");
    }

    private static void Fields(RawJson row)
    {
        var fields = row.Fields();
        var width = fields.Count == 0 ? 0 : fields.Max(field => field.Key.Length);
        foreach (var (name, value) in fields)
            Line($"[grey]{Markup.Escape(name.PadRight(width))}[/]  {Terminal.Value(value)}");
    }

    private static string At(DateTimeOffset at) => at.UtcDateTime.ToString("yyyy-MM-dd HH:mm:ss", CultureInfo.InvariantCulture);

    private static void Say(string sentence, string? color = null) =>
        Terminal.Out.MarkupLine(color is null ? $"  {Markup.Escape(sentence)}" : $"  [{color}]{Markup.Escape(sentence)}[/]");

    private static void Line(string markup) => Terminal.Out.MarkupLine($"      {markup}");
}
