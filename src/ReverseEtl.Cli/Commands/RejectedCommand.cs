using System.CommandLine;
using System.Globalization;
using ReverseEtl.Cli.Output;
using ReverseEtl.Server.Operations.Results;
using Spectre.Console;

namespace ReverseEtl.Cli.Commands;

/// <summary><c>cdp rejected SYNC</c>: rows that were refused or cannot be sent, with reasons.</summary>
internal static class RejectedCommand
{
    private const int Shown = 100;

    private static readonly Argument<string> Name = new("SYNC") { Description = "The sync." };

    private static readonly Option<int?> Limit = WholeNumber.Option("--limit", $"Rows to show; {Shown} when left out.");

    public static Command Create()
    {
        var command = new Command("rejected", "Rows that the destination refused, and rows that cannot be sent, with reasons.") { Name, Limit };
        CommandContext.Handle(command, RunAsync, remotely: true);
        return command;
    }

    private static async Task<int> RunAsync(CommandContext context, CancellationToken cancellationToken)
    {
        await using var operations = context.OpenOperations();
        var list = await operations.RejectedAsync(context.Get(Name)!, context.Get(Limit) ?? Shown, cancellationToken);
        if (context.Json)
            Json.Write(list);
        else
            WriteTables(list);
        return ExitCode.Ok;
    }

    private static void WriteTables(RejectedList list)
    {
        var (sync, count, rejected, quarantined) = list;
        if (count + quarantined.Count == 0)
        {
            Console.Out.WriteLine($"{sync}: no row is waiting");
            return;
        }

        if (rejected.Count > 0)
        {
            var table = Terminal.Table("key", "code", ">attempts", "last (UTC)", "message");
            foreach (var row in rejected)
            {
                table.AddRow(
                    Markup.Escape(row.Key), Markup.Escape(row.Code), row.Attempts.ToString(CultureInfo.InvariantCulture),
                    Terminal.When(row.LastAt), Markup.Escape(row.Message));
            }

            Terminal.Out.Write(table);
            Console.Out.WriteLine(string.Create(CultureInfo.InvariantCulture,
                $"{sync}: {count:N0} rejected, {rejected.Count:N0} shown; runs try them again after growing waits until they are accepted, and at once when their row changes or with cdp run --retry-rejected"));
        }

        if (quarantined.Count > 0)
        {
            var table = Terminal.Table("key", "reason", ">rows");
            foreach (var row in quarantined)
                table.AddRow(Markup.Escape(row.Key), Markup.Escape(row.Reason), Terminal.Count(row.Rows));
            Terminal.Out.Write(table);
            Console.Out.WriteLine($"{sync}: rows in quarantine are never sent and never taken for removed; mend the model's key");
        }
    }
}
