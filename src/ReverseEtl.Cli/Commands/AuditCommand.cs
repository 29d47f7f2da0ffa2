using System.CommandLine;
using ReverseEtl.Cli.Output;
using ReverseEtl.Core.State;
using Spectre.Console;

namespace ReverseEtl.Cli.Commands;

/// <summary><c>cdp audit</c>: who overrode a guard or settled rows in doubt, and when.</summary>
internal static class AuditCommand
{
    private const int Shown = 100;

    private static readonly Argument<string?> Name = new("SYNC") { Description = "The sync; all when left out.", Arity = ArgumentArity.ZeroOrOne };

    private static readonly Option<int?> Limit = WholeNumber.Option("--limit", $"Entries to show, the latest first; {Shown} when left out.");

    public static Command Create()
    {
        var command = new Command("audit", "Who overrode a guard or settled rows in doubt, and when.") { Name, Limit };
        CommandContext.Handle(command, RunAsync);
        return command;
    }

    private static async Task<int> RunAsync(CommandContext context, CancellationToken cancellationToken)
    {
        await using var session = context.OpenSession();
        var store = await session.StoreAsync(cancellationToken);
        var name = context.Get(Name);
        var entries = await store.ListAuditAsync(name, context.Get(Limit) ?? Shown, cancellationToken);
        // A sync that left the project keeps its entries; a name that has none may be misspelt.
        if (name is not null && entries.Count == 0)
            CommandContext.Select(session.Project, [name]);
        if (context.Json)
            WriteJson(entries);
        else
            WriteTable(entries);
        return ExitCode.Ok;
    }

    private static void WriteJson(IReadOnlyList<AuditEntry> entries) => Json.Write(writer => writer.WriteList("audit", entries, entry =>
    {
        writer.WriteString("at", entry.At.UtcDateTime);
        writer.WriteString("sync", entry.Sync);
        writer.WriteString("run_id", entry.RunId);
        writer.WriteString("who", entry.Who);
        writer.WriteString("action", entry.Action);
        writer.WriteString("detail", entry.Detail);
    }));

    private static void WriteTable(IReadOnlyList<AuditEntry> entries)
    {
        if (entries.Count == 0)
        {
            Console.Out.WriteLine("nobody has overridden anything yet");
            return;
        }

        var table = Terminal.Table("when (UTC)", "sync", "run", "action", "detail", "who");
        foreach (var entry in entries)
        {
            table.AddRow(
                Terminal.When(entry.At), Markup.Escape(entry.Sync), Markup.Escape(entry.RunId ?? ""), Markup.Escape(entry.Action),
                Markup.Escape(entry.Detail), Markup.Escape(entry.Who));
        }

        Terminal.Out.Write(table);
    }
}
