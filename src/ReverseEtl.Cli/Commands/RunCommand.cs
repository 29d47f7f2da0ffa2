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

    private static readonly Option<bool> Wait = new("--wait")
    {
        Description = "With --remote: wait until the runs end, one after the other, and tell what became of them. Without it a run is always waited for.",
    };

    public static Command Create()
    {
        var command = new Command("run", "Plan and deliver; finishes first what was interrupted.")
        {
            Names, Wait, AskedOfRun.AllowRemoved, AskedOfRun.AllowSchema, AskedOfRun.Full, AskedOfRun.Replace, AskedOfRun.Rekey, AskedOfRun.RetryRejected,
        };
        CommandContext.Handle(command, RunAsync, remotely: true);
        return command;
    }

    private static async Task<int> RunAsync(CommandContext context, CancellationToken cancellationToken)
    {
        var options = AskedOfRun.Read(context);
        if (context.Remote is not null)
        {
            await using var service = context.OpenRemote("cdp run");
            return await new RemoteRuns(context, service, options).RunAsync(context.Get(Names), context.Get(Wait), cancellationToken);
        }

        await using var operations = context.OpenLocal("cdp run");
        var syncs = CommandContext.Select(operations, context.Get(Names), options);
        return await new RunLoop(context, operations.Session, options).RunAsync(syncs, (_, _) => null, cancellationToken);
    }
}
