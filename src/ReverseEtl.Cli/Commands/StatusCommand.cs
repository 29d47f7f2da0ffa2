using System.CommandLine;
using System.Globalization;
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
        var syncs = CommandContext.Select(session.Project, name is null ? null : [name]);
        var rows = new List<(string Sync, RunRecord? Run, long Rejected)>();
        foreach (var sync in syncs)
        {
            var runs = await store.ListRunsAsync(sync.Name, name is null ? 1 : Runs, cancellationToken);
            var rejected = await store.CountRejectedAsync(sync.Name, cancellationToken);
            rows.AddRange(runs.Select(run => (sync.Name, (RunRecord?)run, rejected)).DefaultIfEmpty((sync.Name, null, rejected)));
        }

        if (context.Json)
            WriteJson(rows);
        else
            WriteTable(rows);
        return ExitCode.Ok;
    }

    private static void WriteJson(List<(string Sync, RunRecord? Run, long Rejected)> rows) => Json.Write(writer =>
        writer.WriteList("syncs", rows.GroupBy(row => row.Sync), sync =>
        {
            writer.WriteString("sync", sync.Key);
            writer.WriteNumber("rejected", sync.First().Rejected);
            writer.WriteList("runs", sync.Select(row => row.Run).OfType<RunRecord>(), run =>
            {
                RunReport.Write(writer, run);
                writer.WriteString("as_of", run.AsOf.UtcDateTime);
                if (run.FinishedAt is { } finished)
                    writer.WriteString("finished_at", finished.UtcDateTime);
            });
        }));

    private static void WriteTable(List<(string Sync, RunRecord? Run, long Rejected)> rows)
    {
        var table = Terminal.Table("sync", "status", "when (UTC)", ">added", ">changed", ">removed", ">accepted", ">to retry", ">quarantined", ">time");
        foreach (var (sync, run, rejected) in rows)
        {
            if (run is null)
            {
                table.AddRow(Markup.Escape(sync), "[grey]never run[/]");
                continue;
            }

            table.AddRow(
                Markup.Escape(sync), RunReport.Status(run.Status), run.AsOf.UtcDateTime.ToString("yyyy-MM-dd HH:mm:ss", CultureInfo.InvariantCulture),
                Terminal.Count(run.Added), Terminal.Count(run.Changed), Terminal.Count(run.Removed), Terminal.Count(run.Accepted),
                Terminal.Count(rejected), Terminal.Count(run.Quarantined), Terminal.Seconds(run.DurationMs));
        }

        if (rows.Count > 0)
            Terminal.Out.Write(table);
        foreach (var (sync, run, _) in rows.Where(row => row.Run is { Guard: not null } or { Error: not null }))
            Terminal.Out.MarkupLineInterpolated($"[red]{sync}: {run!.Guard ?? run.Error}[/]");
    }
}
