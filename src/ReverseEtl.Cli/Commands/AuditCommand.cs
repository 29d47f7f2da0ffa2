using System.CommandLine;
using ReverseEtl.Cli.Output;
using ReverseEtl.Server.Operations.Results;
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
        CommandContext.Handle(command, RunAsync, remotely: true);
        return command;
    }

    private static async Task<int> RunAsync(CommandContext context, CancellationToken cancellationToken)
    {
        await using var operations = context.OpenOperations();
        var list = await operations.AuditAsync(context.Get(Name), context.Get(Limit) ?? Shown, cancellationToken);
        if (context.Json)
            Json.Write(list);
        else
            WriteTable(list.Audit);
        return ExitCode.Ok;
    }

    private static void WriteTable(IReadOnlyList<AuditResult> entries)
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
