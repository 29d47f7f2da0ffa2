using System.CommandLine;
using ReverseEtl.Cli.Output;
using ReverseEtl.Core.Config;
using ReverseEtl.Core.Delivery;

namespace ReverseEtl.Cli.Commands;

/// <summary><c>cdp plan</c>: what a run would send; sends nothing.</summary>
internal static class PlanCommand
{
    private const int RowsForPeople = 3;
    private const int RowsForPrograms = 1000;

    private static readonly Argument<string[]> Names = new("SYNC")
    {
        Description = "The syncs; all when left out.",
        Arity = ArgumentArity.ZeroOrMore,
    };

    private static readonly Option<int?> Rows = WholeNumber.Option("--rows",
        $"Rows to show of each kind; {RowsForPeople} when left out, {RowsForPrograms} with --json.");

    private static readonly Option<string?> Out = new("--out") { Description = "Saves the plan in a file, for cdp apply.", HelpName = "FILE" };

    private static readonly Option<bool> Markdown = new("--markdown") { Description = "Prints a table to comment on a pull request with; it has no rows." };

    public static Command Create()
    {
        var command = new Command("plan", "What a run would send, counted and by example; sends nothing.")
        {
            Names, Rows, Out, Markdown, AskedOfRun.Full, AskedOfRun.Replace, AskedOfRun.Rekey, AskedOfRun.RetryRejected,
        };
        CommandContext.Handle(command, RunAsync, remotely: true);
        return command;
    }

    private static async Task<int> RunAsync(CommandContext context, CancellationToken cancellationToken)
    {
        var isMarkdown = context.Get(Markdown);
        if (isMarkdown && (context.Json || context.Get(Rows) is not null))
            throw new ProjectException(new Position("command line"), "--markdown prints counts alone; leave out --json and --rows");
        var rows = isMarkdown ? 0 : context.Get(Rows) ?? (context.Json ? RowsForPrograms : RowsForPeople);
        var options = AskedOfRun.Read(context);
        var report = new PlanReport(context, isMarkdown);
        await (context.Get(Out) is { } path
            ? SaveAsync(context, path, report, options, rows, cancellationToken)
            : LookAsync(context, report, options, rows, cancellationToken));
        return report.Finish();
    }

    private static async Task LookAsync(CommandContext context, PlanReport report, RunOptions options, int rows, CancellationToken cancellationToken)
    {
        await using var operations = context.OpenOperations();
        foreach (var sync in await CommandContext.SelectAsync(operations, context.Get(Names), options, cancellationToken))
        {
            await report.AddAsync(sync, () => operations.PlanAsync(sync, options, rows, cancellationToken));
            if (cancellationToken.IsCancellationRequested)
                break;
        }
    }

    private static async Task SaveAsync(CommandContext context, string path, PlanReport report, RunOptions options, int rows, CancellationToken cancellationToken)
    {
        await using var operations = context.OpenLocal("cdp plan --out");
        using var saving = new PlanSaving(operations.Session);
        foreach (var sync in CommandContext.Select(operations, context.Get(Names), options))
        {
            await report.AddAsync(sync.Name, () => operations.PlanAsync(
                sync, options, rows, (planned, query, plan) => saving.AddAsync(planned, query, plan, cancellationToken), cancellationToken));
            if (cancellationToken.IsCancellationRequested)
                return;
        }

        // Half of what was asked for is no plan.
        if (report.IsComplete)
            await saving.WriteAsync(path, cancellationToken);
    }
}
