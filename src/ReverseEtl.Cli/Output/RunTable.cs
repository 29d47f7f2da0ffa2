using ReverseEtl.Core.Delivery;
using ReverseEtl.Core.State;
using ReverseEtl.Server.Operations.Results;
using Spectre.Console;

namespace ReverseEtl.Cli.Output;

/// <summary>What became of runs.</summary>
internal static class RunTable
{
    /// <summary>Prints them: a document, or a table and what to do about it.</summary>
    public static void Write(IReadOnlyList<RunResult> runs, bool json)
    {
        if (json)
            Json.Write(new RunList<RunResult>(runs));
        else
            WriteTable(runs);
    }

    private static void WriteTable(IReadOnlyList<RunResult> runs)
    {
        // What is rare has a column only where there is some of it.
        (string Name, Func<RunResult, long> Count, bool Always)[] counts =
        [
            ("added", run => run.Added, true), ("changed", run => run.Changed, true), ("removed", run => run.Removed, true),
            ("sent again", run => run.Resent, false), ("accepted", run => run.Accepted, true), ("rejected", run => run.Rejected, true),
            ("waiting", run => run.Waiting, false), ("unknown", run => run.Unknown, true), ("quarantined", run => run.Quarantined, true),
        ];
        var shown = counts.Where(column => column.Always || runs.Any(run => column.Count(run) > 0)).ToList();
        var table = Terminal.Table(["sync", "status", .. shown.Select(column => $">{column.Name}"), ">time"]);
        foreach (var run in runs)
            table.AddRow([Markup.Escape(run.Sync), Status(run.Status), .. shown.Select(column => Terminal.Count(column.Count(run))), Terminal.Seconds(run.DurationMs)]);

        if (runs.Count > 0)
            Terminal.Out.Write(table);
        foreach (var run in runs.Where(run => run.Guard is not null))
            Terminal.Out.MarkupLineInterpolated($"[red]{run.Sync}: {(run.Accepted + run.Rejected > 0 ? "stopped on its way" : "nothing was sent")}; {run.Guard}{WayOn(run)}[/]");
        foreach (var run in Latest(runs).Where(run => run.Rejected + run.Quarantined + run.Waiting > 0))
            Terminal.Out.MarkupLineInterpolated($"[yellow]{run.Sync}: rows remain undelivered; cdp rejected {run.Sync} lists them{(run.Waiting > 0 ? ", cdp run --retry-rejected tries those that wait" : "")}[/]");
        foreach (var run in runs.Where(run => run.Unknown > 0))
            Terminal.Out.MarkupLineInterpolated($"[yellow]{run.Sync}: {run.Unknown} rows were sent and never answered for; the next run sends them again, or where that may do harm they are held for cdp resolve {run.Sync}[/]");
        foreach (var run in runs.Where(run => run.Reported is not null))
            Terminal.Out.MarkupLineInterpolated($"[grey]{run.Sync}: counted besides: {string.Join(", ", run.Reported!.Select(counter => $"{counter.Value:N0} {counter.Key}"))}[/]");
    }

    // An interrupted run that was finished first is followed by another one, which tried again what that left.
    private static IEnumerable<RunResult> Latest(IReadOnlyList<RunResult> runs) =>
        runs.GroupBy(run => run.Sync).Select(group => group.Last()).Where(run => run.Status is not RunStatus.Failed);

    private static string WayOn(RunResult run)
    {
        var order = run.Guard!.Split(':')[0] switch
        {
            // Says it itself.
            LostSnapshot.Guard => null,
            "max_removed" => $"cdp run {run.Sync} --allow-removed N%",
            "max_removed (--replace)" => $"cdp run {run.Sync} --replace --allow-removed N%",
            "schema_change" => $"cdp run {run.Sync} --allow-schema",
            "plan" => $"cdp plan {run.Sync} --out FILE",
            _ => "change the guard in the sync's file",
        };
        return order is null ? "" : $". Look with cdp plan {run.Sync}; if it is right, {order}";
    }

    /// <summary>A status in its colour.</summary>
    public static string Status(RunStatus status) => status switch
    {
        RunStatus.Succeeded => "[green]succeeded[/]",
        RunStatus.Unchanged => "[grey]unchanged[/]",
        RunStatus.Partial => "[yellow]partial[/]",
        RunStatus.Stopped => "[red]stopped[/]",
        RunStatus.Failed => "[red]failed[/]",
        _ => "[yellow]running[/]",
    };
}
