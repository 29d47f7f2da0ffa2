using System.CommandLine;
using ReverseEtl.Cli.Output;
using ReverseEtl.Core.State;
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
        CommandContext.Handle(command, RunAsync);
        return command;
    }

    private static async Task<int> RunAsync(CommandContext context, CancellationToken cancellationToken)
    {
        await using var session = context.OpenSession();
        var store = await session.StoreAsync(cancellationToken);
        var name = context.Get(Name);
        var syncs = new List<SyncStanding>();
        foreach (var sync in CommandContext.Select(session.Project, name is null ? null : [name]))
            syncs.Add(await SyncStanding.ReadAsync(store, sync.Name, Runs, cancellationToken));
        var shown = name is null ? 1 : Runs;
        if (context.Json)
            WriteJson(syncs, shown);
        else
            WriteTable(syncs, shown);
        return ExitCode.Ok;
    }

    private static void WriteJson(List<SyncStanding> syncs, int shown) => Json.Write(writer => writer.WriteList("syncs", syncs, sync =>
    {
        writer.WriteString("sync", sync.Sync);
        writer.WriteString("running_by", sync.Holder);
        writer.WriteNumber("rejected", sync.Rejected);
        writer.WriteNumber("unknown", sync.Planned?.Unknown ?? 0);
        writer.WriteNumber("quarantined", sync.Planned?.Quarantined ?? 0);
        writer.WriteNumber("waiting", sync.Planned?.Waiting ?? 0);
        writer.WriteList("runs", sync.Runs.Take(shown), run =>
        {
            RunReport.Write(writer, run);
            writer.WriteBoolean("interrupted", sync.IsInterrupted(run));
            writer.WriteString("as_of", run.AsOf.UtcDateTime);
            if (run.FinishedAt is { } finished)
                writer.WriteString("finished_at", finished.UtcDateTime);
        });
    }));

    private static void WriteTable(List<SyncStanding> syncs, int shown)
    {
        var table = Terminal.Table(
            "sync", "status", "when (UTC)", ">added", ">changed", ">removed", ">sent again", ">accepted", ">rejected", ">unknown", ">quarantined", ">waiting", ">time");
        foreach (var sync in syncs)
        {
            if (sync.Runs.Count == 0)
                table.AddRow(Markup.Escape(sync.Sync), "[grey]never run[/]");
            foreach (var run in sync.Runs.Take(shown))
                AddRow(table, sync, run, shown > 1 ? (run, run.Rejected) : (sync.Planned, sync.Rejected));
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
    private static void AddRow(Table table, SyncStanding sync, RunRecord run, (RunRecord? Counts, long Rejected) remains) => table.AddRow(
        Markup.Escape(sync.Sync), Status(sync, run), Terminal.When(run.AsOf),
        Terminal.Count(run.Added), Terminal.Count(run.Changed), Terminal.Count(run.Removed), Terminal.Count(run.Resent), Terminal.Count(run.Accepted),
        Terminal.Count(remains.Rejected), Terminal.Count(remains.Counts?.Unknown ?? 0), Terminal.Count(remains.Counts?.Quarantined ?? 0),
        Terminal.Count(remains.Counts?.Waiting ?? 0), Terminal.Seconds(run.DurationMs));

    private static string Status(SyncStanding sync, RunRecord run) => run.Status is not RunStatus.Running ? RunReport.Status(run.Status)
        : sync.IsInterrupted(run) ? "[yellow]interrupted (the next run finishes it)[/]"
        : $"[yellow]running (by {Markup.Escape(sync.Holder!)})[/]";
}
