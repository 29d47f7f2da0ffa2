using System.CommandLine;
using ReverseEtl.Core.Config;
using ReverseEtl.Core.Delivery;
using ReverseEtl.Core.Planning;

namespace ReverseEtl.Cli.Commands;

/// <summary><c>cdp apply FILE</c>: sends exactly what a saved plan says.</summary>
internal static class ApplyCommand
{
    private static readonly Argument<string> File = new("FILE") { Description = "The plan: what cdp plan --out wrote." };

    public static Command Create()
    {
        var command = new Command("apply", "Sends exactly a saved plan; refuses where the snapshot, the model or the mapping moved.")
        {
            File, AskedOfRun.AllowRemoved, AskedOfRun.AllowSchema,
        };
        CommandContext.Handle(command, RunAsync);
        return command;
    }

    private static async Task<int> RunAsync(CommandContext context, CancellationToken cancellationToken)
    {
        await using var operations = context.OpenLocal("cdp apply");
        var session = operations.Session;
        using var folder = session.TemporaryFolder();
        var plans = await PlanFile.ReadAsync(context.Get(File)!, folder.Path, cancellationToken);
        var gone = plans.Where(plan => session.Project.Syncs.All(sync => sync.Name != plan.Sync)).Select(plan => plan.Sync).ToList();
        if (gone.Count > 0)
            throw new ProjectException(new Position(context.Get(File)!), $"the plan names syncs that the project has no more: {string.Join(", ", gone)}");
        var syncs = CommandContext.Select(operations, [.. plans.Select(plan => plan.Sync)], new RunOptions());
        var prints = await session.FingerprintsAsync(cancellationToken);
        return await new RunLoop(context, session, AskedOfRun.Read(context)).RunAsync(
            plans.Count == 0 ? [] : syncs,
            (sync, query) => new SavedPlanSource(plans.Single(plan => plan.Sync == sync.Name), PlanFile.RowsOf(folder.Path, sync.Name), prints.Model(sync), PlanFingerprints.Mapping(sync, query)),
            cancellationToken);
    }
}
