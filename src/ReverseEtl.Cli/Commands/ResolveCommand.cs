using System.CommandLine;
using ReverseEtl.Cli.Output;
using ReverseEtl.Core.Config;
using ReverseEtl.Server.Operations.Results;
using Spectre.Console;

namespace ReverseEtl.Cli.Commands;

/// <summary><c>cdp resolve SYNC</c>: rows of which nobody knows whether they arrived; a person says what became of them.</summary>
internal static class ResolveCommand
{
    private static readonly Argument<string> Name = new("SYNC") { Description = "The sync." };

    private static readonly Option<bool> Arrived = new("--arrived") { Description = "The rows are at the destination: count them as told." };

    private static readonly Option<bool> NotArrived = new("--not-arrived") { Description = "The rows are not at the destination: send them with the next run." };

    private static readonly Option<string[]> Keys = new("--key")
    {
        Description = "Only these rows; all when left out.",
        HelpName = "K",
        Arity = ArgumentArity.OneOrMore,
        AllowMultipleArgumentsPerToken = true,
    };

    public static Command Create()
    {
        var command = new Command("resolve", "Rows that were sent and never answered for: lists them, or settles them.") { Name, Arrived, NotArrived, Keys };
        CommandContext.Handle(command, RunAsync, remotely: true);
        return command;
    }

    private static async Task<int> RunAsync(CommandContext context, CancellationToken cancellationToken)
    {
        var (arrived, notArrived) = (context.Get(Arrived), context.Get(NotArrived));
        if (arrived && notArrived)
            throw new ProjectException(new Position("command line"), "say either --arrived or --not-arrived");
        await using var operations = context.OpenOperations();
        var sync = context.Get(Name)!;
        if (arrived || notArrived)
            WriteSettled(context, arrived, await operations.ResolveAsync(sync, arrived, context.Get(Keys) ?? [], cancellationToken));
        else
            WriteList(context, await operations.UnknownAsync(sync, cancellationToken));
        return ExitCode.Ok;
    }

    private static void WriteSettled(CommandContext context, bool arrived, ResolvedResult settled)
    {
        if (context.Json)
            Json.Write(settled);
        else
            Console.Out.WriteLine($"{settled.Sync}: {settled.Resolved} rows {(arrived ? "count as told" : "will be sent by the next run")}");
    }

    private static void WriteList(CommandContext context, UnknownList list)
    {
        var (sync, rows) = list;
        if (context.Json)
        {
            Json.Write(list);
            return;
        }

        if (rows.Count == 0)
        {
            Console.Out.WriteLine($"{sync}: no row is in doubt");
            return;
        }

        var table = Terminal.Table("key", "sent as");
        foreach (var row in rows)
            table.AddRow(Markup.Escape(row.Key), row.Kind.ToString().ToLowerInvariant());
        Terminal.Out.Write(table);
        Console.Out.WriteLine($"{sync}: {rows.Count} rows were sent and never answered for; look at the destination, then cdp resolve {sync} --arrived or --not-arrived (--key K for single rows)");
    }
}
