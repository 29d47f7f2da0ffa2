using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using ReverseEtl.Core.Delivery;
using ReverseEtl.Core.Planning;
using ReverseEtl.Core.State;
using Spectre.Console;

namespace ReverseEtl.Cli.Output;

/// <summary>Tells how runs go: progress while they do, a table or a document at the end.</summary>
internal sealed class RunReport(bool json) : IRunObserver, IDisposable
{
    private readonly List<RunRecord> _runs = [];
    private readonly List<RunRecord> _turn = [];
    private readonly Dictionary<string, RunRecord> _last = [];
    private readonly Lock _progress = new();
    private readonly Stopwatch _clock = new();
    private RunRecord? _underWay;
    private int _exitCode = ExitCode.Ok;
    private long _planned;
    private long _delivered;
    private TimeSpan _lastLine;

    /// <summary>A sync's turn has come.</summary>
    public void Begin()
    {
        _clock.Restart();
        _turn.Clear();
        _underWay = null;
    }

    /// <inheritdoc/>
    public void Planned(RunRecord run, PlanSummary plan)
    {
        lock (_progress)
        {
            _underWay = run;
            (_planned, _delivered, _lastLine) = (plan.Sent, 0, _clock.Elapsed);
        }
    }

    /// <inheritdoc/>
    public void Delivered(RunRecord run, int rows)
    {
        lock (_progress)
        {
            _delivered += rows;
            // On a terminal the line is drawn over itself; in a log it is one every ten seconds.
            var every = Terminal.Error.Profile.Capabilities.Interactive ? TimeSpan.FromMilliseconds(100) : TimeSpan.FromSeconds(10);
            if (_clock.Elapsed - _lastLine < every)
                return;
            _lastLine = _clock.Elapsed;
            var rate = _delivered / Math.Max(0.001, _clock.Elapsed.TotalSeconds);
            var left = TimeSpan.FromSeconds(Math.Max(0, _planned - _delivered) / Math.Max(1, rate));
            var line = string.Create(CultureInfo.InvariantCulture,
                $"{run.Sync}: {_delivered:N0} of {_planned:N0} rows, {rate:N0} rows/s, {left:hh\\:mm\\:ss} left");
            if (Terminal.Error.Profile.Capabilities.Interactive)
                Console.Error.Write($"\r\e[2K{line}");
            else
                Console.Error.WriteLine(line);
        }
    }

    /// <inheritdoc/>
    public void Finished(RunRecord run)
    {
        _turn.Add(run);
        _underWay = null;
    }

    /// <summary>A sync's turn ended: with an interrupted run that was finished first, maybe, and a new one.</summary>
    public void End()
    {
        ClearProgress();
        _runs.AddRange(_turn);
        // What an interrupted run left undelivered or in doubt the new one sent again or holds: how that fared counts.
        if (_turn.Count > 0)
            AddOutcome(_turn[^1]);
    }

    private void AddOutcome(RunRecord run)
    {
        _last[run.Sync] = run;
        _exitCode = ExitCode.Worse(_exitCode, run.Status switch
        {
            RunStatus.Partial => ExitCode.Undelivered,
            RunStatus.Stopped => ExitCode.Guarded,
            _ => ExitCode.Ok,
        });
    }

    /// <summary>A run could not go on.</summary>
    public void Fail(string sync, string message, int exitCode)
    {
        ClearProgress();
        _runs.AddRange(_turn);
        if (_turn is not [.., { Status: RunStatus.Failed }])
        {
            var run = _underWay ?? new RunRecord { RunId = "", Sync = sync, Status = RunStatus.Running, AsOf = default };
            _runs.Add(run with { Status = RunStatus.Failed, Error = message, DurationMs = _clock.ElapsedMilliseconds });
        }

        _exitCode = ExitCode.Worse(_exitCode, exitCode);
        Terminal.Fail($"{sync}: {message}");
    }

    /// <summary>The user stopped it: what follows was not run.</summary>
    public void Stop() => _exitCode = ExitCode.Interrupted;

    /// <summary>Prints the result and tells the exit code.</summary>
    public int Finish(bool sandbox)
    {
        if (json)
            Json.Write(writer => writer.WriteList("runs", _runs, run => Write(writer, run)));
        else
            WriteTable(sandbox);
        return _exitCode;
    }

    /// <inheritdoc/>
    public void Dispose() => ClearProgress();

    private void ClearProgress()
    {
        if (_planned > 0 && Terminal.Error.Profile.Capabilities.Interactive)
            Console.Error.Write("\r\e[2K");
        _planned = 0;
    }

    private void WriteTable(bool sandbox)
    {
        // What is rare has a column only where there is some of it.
        (string Name, Func<RunRecord, long> Count, bool Always)[] counts =
        [
            ("added", run => run.Added, true), ("changed", run => run.Changed, true), ("removed", run => run.Removed, true),
            ("sent again", run => run.Resent, false), ("accepted", run => run.Accepted, true), ("rejected", run => run.Rejected, true),
            ("waiting", run => run.Waiting, false), ("unknown", run => run.Unknown, true), ("quarantined", run => run.Quarantined, true),
        ];
        var shown = counts.Where(column => column.Always || _runs.Any(run => column.Count(run) > 0)).ToList();
        var table = Terminal.Table(["sync", "status", .. shown.Select(column => $">{column.Name}"), ">time"]);
        foreach (var run in _runs)
            table.AddRow([Markup.Escape(run.Sync), Status(run.Status), .. shown.Select(column => Terminal.Count(column.Count(run))), Terminal.Seconds(run.DurationMs)]);

        if (_runs.Count > 0)
            Terminal.Out.Write(table);
        foreach (var run in _runs.Where(run => run.Guard is not null))
            Terminal.Out.MarkupLineInterpolated($"[red]{run.Sync}: {(run.Accepted + run.Rejected > 0 ? "stopped on its way" : "nothing was sent")}; {run.Guard}{WayOn(run)}[/]");
        foreach (var run in _last.Values.Where(run => run.Rejected + run.Quarantined + run.Waiting > 0))
            Terminal.Out.MarkupLineInterpolated($"[yellow]{run.Sync}: rows remain undelivered; cdp rejected {run.Sync} lists them{(run.Waiting > 0 ? ", cdp run --retry-rejected tries those that wait" : "")}[/]");
        foreach (var run in _runs.Where(run => run.Unknown > 0))
            Terminal.Out.MarkupLineInterpolated($"[yellow]{run.Sync}: {run.Unknown} rows were sent and never answered for; the next run sends them again, or where that may do harm they are held for cdp resolve {run.Sync}[/]");
        foreach (var run in _runs.Where(run => run.Reported is not null))
            Terminal.Out.MarkupLineInterpolated($"[grey]{run.Sync}: counted besides: {string.Join(", ", Counters.Parse(run.Reported).Select(counter => $"{counter.Value:N0} {counter.Key}"))}[/]");
        if (sandbox)
            Terminal.Out.MarkupLine("[grey]some destinations are sandboxes on this machine; cdp sandbox shows what they received[/]");
    }

    private static string WayOn(RunRecord run)
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

    /// <summary>A run as JSON.</summary>
    public static void Write(Utf8JsonWriter writer, RunRecord run)
    {
        writer.WriteString("sync", run.Sync);
        writer.WriteString("run_id", run.RunId.Length == 0 ? null : run.RunId);
        writer.WriteString("status", run.Status.ToString().ToLowerInvariant());
        writer.WriteNumber("added", run.Added);
        writer.WriteNumber("changed", run.Changed);
        writer.WriteNumber("removed", run.Removed);
        writer.WriteNumber("resent", run.Resent);
        writer.WriteNumber("accepted", run.Accepted);
        writer.WriteNumber("rejected", run.Rejected);
        writer.WriteNumber("unknown", run.Unknown);
        writer.WriteNumber("quarantined", run.Quarantined);
        writer.WriteNumber("waiting", run.Waiting);
        if (run.Reported is { } reported)
        {
            writer.WritePropertyName("reported");
            writer.WriteRawValue(reported);
        }

        writer.WriteNumber("duration_ms", run.DurationMs);
        writer.WriteString("guard", run.Guard);
        writer.WriteString("error", run.Error);
    }
}
