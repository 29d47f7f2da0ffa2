using System.CommandLine;
using ReverseEtl.Server.Composition;
using ReverseEtl.Cli.Output;
using ReverseEtl.Core.Config;
using ReverseEtl.Core.Delivery;
using ReverseEtl.Core.Planning;
using ReverseEtl.Core.Projects;

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
        CommandContext.Handle(command, RunAsync);
        return command;
    }

    private static async Task<int> RunAsync(CommandContext context, CancellationToken cancellationToken)
    {
        await using var session = context.OpenSession();
        var syncs = CommandContext.Select(session.Project, context.Get(Names));
        var isMarkdown = context.Get(Markdown);
        if (isMarkdown && (context.Json || context.Get(Rows) is not null))
            throw new ProjectException(new Position("command line"), "--markdown prints counts alone; leave out --json and --rows");
        var rows = isMarkdown ? 0 : context.Get(Rows) ?? (context.Json ? RowsForPrograms : RowsForPeople);
        var options = AskedOfRun.Read(context);
        AskedOfRun.Check(context.Get(Names), syncs, options);
        var plans = new List<PlanView>();
        var failures = new List<(string Sync, string Message)>();
        var exitCode = ExitCode.Ok;
        var path = context.Get(Out);
        using var saving = path is null ? null : new PlanSaving(session);
        foreach (var sync in syncs)
        {
            try
            {
                plans.Add(await PlanAsync(session, sync, options, rows, saving, cancellationToken));
                if (!context.Json && !isMarkdown)
                    PlanText.Write(plans[^1]);
            }
            catch (Exception error) when (Failures.TryExplain(error, out var message, out var code))
            {
                failures.Add((sync.Name, context.Describe(error, message)));
                exitCode = ExitCode.Worse(exitCode, code);
                Terminal.Fail($"{sync.Name}: {failures[^1].Message}");
            }

            if (cancellationToken.IsCancellationRequested)
                break;
        }

        // Half of what was asked for is no plan.
        if (saving is not null && exitCode == ExitCode.Ok && !cancellationToken.IsCancellationRequested)
            await saving.WriteAsync(path!, cancellationToken);
        if (context.Json)
            PlanJson.Write(plans, failures);
        else if (isMarkdown)
            PlanMarkdown.Write(plans, failures);
        return exitCode;
    }

    private static async Task<PlanView> PlanAsync(Session session, Sync sync, RunOptions options, int rows, PlanSaving? saving, CancellationToken cancellationToken)
    {
        AskedOfRun.Check(sync, options);
        await using var destination = await session.OpenDestinationAsync(sync, "", cancellationToken);
        var query = await session.QueryAsync(sync, destination, cancellationToken);
        var request = RunRequest.PlanOf(sync, destination.Descriptor, query, "", session.AsOf, options);
        await using var plan = await (await session.PlannerAsync(cancellationToken)).PlanAsync(request, cancellationToken);
        if (saving is not null)
            await saving.AddAsync(sync, query, plan, cancellationToken);
        var store = await session.StoreAsync(cancellationToken);
        var open = await store.FindOpenRunAsync(sync.Name, cancellationToken);
        var summary = plan.Summary.IsReplacement ? plan.Summary with { Members = await CountAsync(destination, cancellationToken) } : plan.Summary;
        var guard = await LostSnapshot.CheckAsync(store, summary, sync.Name, options, cancellationToken) ?? RunRequest.Check(summary, sync);
        return new PlanView(sync, summary, destination.Descriptor, guard, open?.RunId)
        {
            Samples = await SampleAsync(plan, rows, cancellationToken),
            Records = plan.Records,
        };
    }

    private static async ValueTask<long?> CountAsync(IDestination destination, CancellationToken cancellationToken)
    {
        await destination.CheckAsync(cancellationToken);
        return await destination.CountAsync(cancellationToken);
    }

    private static async Task<IReadOnlyList<ChangeBatch>> SampleAsync(IChangePlan plan, int rows, CancellationToken cancellationToken)
    {
        var samples = new List<ChangeBatch>();
        foreach (var kind in Enum.GetValues<ChangeKind>())
        {
            if (await plan.SampleAsync(kind, rows, cancellationToken) is { } sample)
                samples.Add(sample);
        }

        return samples;
    }
}
