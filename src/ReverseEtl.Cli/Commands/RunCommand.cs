using System.CommandLine;
using ReverseEtl.Cli.Composition;
using ReverseEtl.Cli.Output;
using ReverseEtl.Core.Config;
using ReverseEtl.Core.Delivery;
using ReverseEtl.Core.Projects;
using ReverseEtl.Core.Syncs;

namespace ReverseEtl.Cli.Commands;

/// <summary><c>cdp run</c>: plan and deliver; finishes first what was interrupted.</summary>
internal static class RunCommand
{
    private static readonly Argument<string[]> Names = new("SYNC")
    {
        Description = "The syncs; all when left out.",
        Arity = ArgumentArity.ZeroOrMore,
    };

    private static readonly Option<bool> AllowSchema = new("--allow-schema") { Description = "Lets mapped columns of another type pass for this run." };

    private static readonly Option<string?> AllowRemoved = new("--allow-removed")
    {
        Description = "Replaces the guard max_removed for this run: a share such as 60%, or a number of rows.",
        HelpName = "N%",
    };

    public static Command Create()
    {
        var command = new Command("run", "Plan and deliver; finishes first what was interrupted.") { Names, AllowRemoved, AllowSchema, AskedOfRun.Full, AskedOfRun.Rekey, AskedOfRun.RetryRejected };
        CommandContext.Handle(command, RunAsync);
        return command;
    }

    private static async Task<int> RunAsync(CommandContext context, CancellationToken cancellationToken)
    {
        var options = AskedOfRun.Read(context) with { AllowRemoved = ParseLimit(context.Get(AllowRemoved)), AllowSchema = context.Get(AllowSchema) };
        await using var session = context.OpenSession();
        var syncs = CommandContext.Select(session.Project, context.Get(Names));
        using var report = new RunReport(context.Json);
        foreach (var sync in syncs)
        {
            try
            {
                await RunAsync(session, sync, options, report, cancellationToken);
                report.End();
            }
            catch (Exception error) when (Failures.TryExplain(error, out var message, out var exitCode))
            {
                report.Fail(sync.Name, context.Describe(error, message), exitCode);
            }

            if (cancellationToken.IsCancellationRequested)
            {
                report.Stop();
                break;
            }
        }

        return report.Finish(session.SandboxUrl is not null);
    }

    private static async Task RunAsync(Session session, Sync sync, RunOptions options, RunReport report, CancellationToken cancellationToken)
    {
        report.Begin();
        AskedOfRun.Check(sync, options);
        var runId = session.NewRunId(sync);
        await using var destination = await session.OpenDestinationAsync(sync, runId, cancellationToken);
        var query = await session.QueryAsync(sync, destination, cancellationToken);
        var runner = new SyncRunner(await session.PlannerAsync(cancellationToken), await session.StoreAsync(cancellationToken), TimeProvider.System, report);
        await runner.RunAsync(new RunRequest(sync, destination, query, runId, session.AsOf, ThisProcess.Holder, options), cancellationToken);
    }

    private static Limit? ParseLimit(string? text)
    {
        if (text is null)
            return null;
        return Limit.TryParse(text, out var limit)
            ? limit
            : throw new ProjectException(new Position("command line"), $"--allow-removed takes a share such as 60% or a number of rows, not \"{text}\"");
    }
}
