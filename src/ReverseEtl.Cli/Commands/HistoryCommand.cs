using System.CommandLine;
using System.Globalization;
using ReverseEtl.Cli.Output;
using ReverseEtl.Core.Config;
using ReverseEtl.Server.Operations.Results;
using Spectre.Console;

namespace ReverseEtl.Cli.Commands;

/// <summary><c>cdp history SYNC</c>: what the destination was told, or who was in it at an instant.</summary>
internal static class HistoryCommand
{
    private const int Shown = 100;

    // With the precision that is kept, so that what is shown can be given to --as-of.
    private const string InstantFormat = "yyyy-MM-dd'T'HH:mm:ss.ffffff'Z'";

    private static readonly string[] Accepted = ["yyyy-MM-dd", "yyyy-MM-dd'T'HH:mmK", "yyyy-MM-dd'T'HH:mm:ssK", "yyyy-MM-dd'T'HH:mm:ss.FFFFFFFK"];

    private static readonly Argument<string> Name = new("SYNC") { Description = "The sync." };

    private static readonly Option<string?> Key = new("--key") { Description = "Only this row.", HelpName = "K" };

    private static readonly Option<string?> AsOf = new("--as-of") { Description = "Who was in the destination at this instant: 2026-11-22 (its beginning) or 2026-11-22T08:15:00Z, in UTC.", HelpName = "T" };

    private static readonly Option<int?> Limit = WholeNumber.Option("--limit", $"Rows to show; {Shown} when left out.");

    public static Command Create()
    {
        var command = new Command("history", "What the destination was told, newest first; or who was in it at an instant.") { Name, Key, AsOf, Limit };
        CommandContext.Handle(command, RunAsync, remotely: true);
        return command;
    }

    private static async Task<int> RunAsync(CommandContext context, CancellationToken cancellationToken)
    {
        await using var operations = context.OpenOperations();
        var (sync, key, limit) = (context.Get(Name)!, context.Get(Key), context.Get(Limit) ?? Shown);
        if (context.Get(AsOf) is { } asked)
            Write(context, await operations.MembersAsync(sync, Parse(asked), key, limit, cancellationToken), WriteText);
        else
            Write(context, await operations.HistoryAsync(sync, key, limit, cancellationToken), WriteTable);
        return ExitCode.Ok;
    }

    private static void Write<T>(CommandContext context, T result, Action<T> text)
        where T : class
    {
        if (context.Json)
            Json.Write(result);
        else
            text(result);
    }

    private static DateTimeOffset Parse(string text) =>
        DateTimeOffset.TryParseExact(text, Accepted, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out var at)
            ? at
            : throw new ProjectException(new Position("command line"), $"--as-of takes a date such as 2026-11-22 or an instant such as 2026-11-22T08:15:00Z, not \"{text}\"");

    private static void WriteTable(HistoryList history)
    {
        if (history.Entries.Count == 0)
        {
            Console.Out.WriteLine($"{history.Sync}: no history");
            return;
        }

        var table = Terminal.Table("at (UTC)", "run", "kind", "key", "outcome", "code", "message");
        foreach (var entry in history.Entries)
        {
            table.AddRow(
                entry.At.UtcDateTime.ToString(InstantFormat, CultureInfo.InvariantCulture), Markup.Escape(entry.RunId), entry.Kind, Markup.Escape(entry.Key),
                entry.Outcome, Markup.Escape(entry.Code ?? ""), Markup.Escape(entry.Message ?? ""));
        }

        Terminal.Out.Write(table);
    }

    private static void WriteText(MemberList members)
    {
        foreach (var key in members.Keys)
            Console.Out.WriteLine(key);
        Console.Out.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{members.Sync}: {members.Count:N0} rows were in at {members.AsOf.UtcDateTime.ToString(InstantFormat, CultureInfo.InvariantCulture)}, {members.Keys.Count:N0} shown"));
    }
}
