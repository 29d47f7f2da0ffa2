using System.CommandLine;
using ReverseEtl.Cli.Output;
using ReverseEtl.Core.Delivery;
using ReverseEtl.Core.State;
using ReverseEtl.Server.Operations.Results;
using Spectre.Console;

namespace ReverseEtl.Cli.Commands;

/// <summary><c>cdp status</c>: how syncs stand; of one sync, its latest runs.</summary>
internal static class StatusCommand
{
    private const int Runs = 20;

    private static readonly Argument<string?> Name = new("SYNC") { Description = "The sync; all when left out.", Arity = ArgumentArity.ZeroOrOne };

    public static Command Create()
    {
        var command = new Command("status", "How every sync stands; of one sync, its latest runs.") { Name };
        CommandContext.Handle(command, RunAsync, remotely: true);
        return command;
    }

    private static async Task<int> RunAsync(CommandContext context, CancellationToken cancellationToken)
    {
        await using var operations = context.OpenOperations();
        var name = context.Get(Name);
        var shown = name is null ? 1 : Runs;
        var syncs = new List<SyncStanding>();
        foreach (var sync in await CommandContext.SelectAsync(operations, name is null ? null : [name], new RunOptions(), cancellationToken))
            syncs.Add(await operations.StatusAsync(sync, shown, cancellationToken));
        if (context.Json)
            Json.Write(new StatusList<SyncStanding>(syncs));
        else
            WriteTable(syncs, shown);
        return ExitCode.Ok;
    }

    private static void WriteTable(List<SyncStanding> syncs, int shown)
    {
        var table = Terminal.Table(
            "sync", "status", "when (UTC)", ">added", ">changed", ">removed", ">sent again", ">accepted", ">rejected", ">unknown", ">quarantined", ">waiting", ">time");
        foreach (var sync in syncs)
        {
            if (sync.Runs.Count == 0)
                table.AddRow(Markup.Escape(sync.Sync), "[grey]never run[/]");
            foreach (var run in sync.Runs.Take(shown))
                AddRow(table, sync, run, shown > 1 ? (run.Rejected, run.Unknown, run.Quarantined, run.Waiting) : (sync.Rejected, sync.Unknown, sync.Quarantined, sync.Waiting));
        }

        if (syncs.Count > 0)
            Terminal.Out.Write(table);
        foreach (var sync in syncs)
        {
            foreach (var run in sync.Runs.Take(shown).Where(run => run is { Guard: not null } or { Error: not null }))
                Terminal.Out.MarkupLineInterpolated($"[red]{sync.Sync}: {run.Guard ?? run.Error}[/]");
        }
    }

    /// <summary>Adds a run; what remains undelivered is the run's own in a history, and the sync's where it stands for the sync.</summary>
    private static void AddRow(Table table, SyncStanding sync, RunStanding run, (long Rejected, long Unknown, long Quarantined, long Waiting) remains) => table.AddRow(
        Markup.Escape(sync.Sync), Status(sync, run), Terminal.When(run.AsOf),
        Terminal.Count(run.Added), Terminal.Count(run.Changed), Terminal.Count(run.Removed), Terminal.Count(run.Resent), Terminal.Count(run.Accepted),
        Terminal.Count(remains.Rejected), Terminal.Count(remains.Unknown), Terminal.Count(remains.Quarantined),
        Terminal.Count(remains.Waiting), Terminal.Seconds(run.DurationMs));

    private static string Status(SyncStanding sync, RunStanding run) => run.Status is not RunStatus.Running ? RunTable.Status(run.Status)
        : run.Interrupted ? "[yellow]interrupted (the next run finishes it)[/]"
        : $"[yellow]running (by {Markup.Escape(sync.RunningBy!)})[/]";
}
