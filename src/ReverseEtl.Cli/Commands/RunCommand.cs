using System.CommandLine;

namespace ReverseEtl.Cli.Commands;

/// <summary><c>cdp run</c>: plan and deliver; finishes first what was interrupted.</summary>
internal static class RunCommand
{
    private static readonly Argument<string[]> Names = new("SYNC")
    {
        Description = "The syncs; all when left out.",
        Arity = ArgumentArity.ZeroOrMore,
    };

    public static Command Create()
    {
        var command = new Command("run", "Plan and deliver; finishes first what was interrupted.")
        {
            Names, AskedOfRun.AllowRemoved, AskedOfRun.AllowSchema, AskedOfRun.Full, AskedOfRun.Replace, AskedOfRun.Rekey, AskedOfRun.RetryRejected,
        };
        CommandContext.Handle(command, RunAsync);
        return command;
    }

    private static async Task<int> RunAsync(CommandContext context, CancellationToken cancellationToken)
    {
        var options = AskedOfRun.Read(context);
        await using var session = context.OpenSession();
        var syncs = CommandContext.Select(session.Project, context.Get(Names));
        AskedOfRun.Check(context.Get(Names), syncs, options);
        return await new RunLoop(context, session, options).RunAsync(syncs, (_, _) => null, cancellationToken);
    }
}
