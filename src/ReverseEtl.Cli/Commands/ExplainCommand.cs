using System.CommandLine;
using ReverseEtl.Cli.Output;

namespace ReverseEtl.Cli.Commands;

/// <summary><c>cdp explain SYNC KEY</c>: how one row stands, why, and what the next run would do with it.</summary>
internal static class ExplainCommand
{
    private static readonly Argument<string> Name = new("SYNC") { Description = "The sync." };

    private static readonly Argument<string> Key = new("KEY") { Description = "The row's key; a JSON list where it has several columns." };

    public static Command Create()
    {
        var command = new Command("explain", "One row: in the model, at the destination since when, what was sent and answered, what comes next.") { Name, Key };
        CommandContext.Handle(command, RunAsync, remotely: true);
        return command;
    }

    private static async Task<int> RunAsync(CommandContext context, CancellationToken cancellationToken)
    {
        await using var operations = context.OpenOperations();
        var row = await operations.ExplainAsync(context.Get(Name)!, context.Get(Key)!, cancellationToken);
        if (context.Json)
            Json.Write(row);
        else
            ExplanationText.Write(row);
        return row.Unavailable is null ? ExitCode.Ok : ExitCode.Unreachable;
    }
}
