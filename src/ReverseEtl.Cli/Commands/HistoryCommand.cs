using System.CommandLine;
using System.Globalization;
using ReverseEtl.Cli.Output;
using ReverseEtl.Core.Config;
using ReverseEtl.Core.Planning;
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
        CommandContext.Handle(command, RunAsync);
        return command;
    }

    private static async Task<int> RunAsync(CommandContext context, CancellationToken cancellationToken)
    {
        await using var session = context.OpenSession();
        var sync = CommandContext.Select(session.Project, [context.Get(Name)!])[0];
        var key = context.Get(Key) is { } text ? RowKeyText.Read(sync, text) : null;
        var limit = context.Get(Limit) ?? Shown;
        var history = await session.HistoryAsync(sync, cancellationToken);
        if (context.Get(AsOf) is { } asked)
        {
            var at = Parse(asked);
            Members(context, sync.Name, at, await history.MembersAsync(at, key, limit, cancellationToken));
        }
        else
        {
            Entries(context, sync.Name, await history.ListAsync(key, limit, cancellationToken));
        }

        return ExitCode.Ok;
    }

    private static DateTimeOffset Parse(string text) =>
        DateTimeOffset.TryParseExact(text, Accepted, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out var at)
            ? at
            : throw new ProjectException(new Position("command line"), $"--as-of takes a date such as 2026-11-22 or an instant such as 2026-11-22T08:15:00Z, not \"{text}\"");

    private static void Entries(CommandContext context, string sync, IReadOnlyList<HistoryEntry> entries)
    {
        if (context.Json)
        {
            Json.Write(writer =>
            {
                writer.WriteString("sync", sync);
                writer.WriteList("entries", entries, entry =>
                {
                    writer.WriteString("at", entry.At.UtcDateTime);
                    writer.WriteString("run_id", entry.RunId);
                    writer.WriteString("kind", entry.Kind);
                    writer.WriteString("key", entry.Key);
                    writer.WriteString("outcome", entry.Outcome);
                    writer.WriteString("code", entry.Code);
                    writer.WriteString("message", entry.Message);
                });
            });
            return;
        }

        if (entries.Count == 0)
        {
            Console.Out.WriteLine($"{sync}: no history");
            return;
        }

        var table = Terminal.Table("at (UTC)", "run", "kind", "key", "outcome", "code", "message");
        foreach (var entry in entries)
        {
            table.AddRow(
                entry.At.UtcDateTime.ToString(InstantFormat, CultureInfo.InvariantCulture), Markup.Escape(entry.RunId), entry.Kind, Markup.Escape(entry.Key),
                entry.Outcome, Markup.Escape(entry.Code ?? ""), Markup.Escape(entry.Message ?? ""));
        }

        Terminal.Out.Write(table);
    }

    private static void Members(CommandContext context, string sync, DateTimeOffset at, HistoryMembers members)
    {
        if (context.Json)
        {
            Json.Write(writer =>
            {
                writer.WriteString("sync", sync);
                writer.WriteString("as_of", at.UtcDateTime);
                writer.WriteNumber("count", members.Count);
                writer.WriteStartArray("keys");
                foreach (var key in members.Keys)
                    writer.WriteStringValue(key);
                writer.WriteEndArray();
            });
            return;
        }

        foreach (var key in members.Keys)
            Console.Out.WriteLine(key);
        Console.Out.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{sync}: {members.Count:N0} rows were in at {at.UtcDateTime.ToString(InstantFormat, CultureInfo.InvariantCulture)}, {members.Keys.Count:N0} shown"));
    }
}
