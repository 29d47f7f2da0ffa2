using System.Diagnostics;
using System.Globalization;
using ReverseEtl.Core.Delivery;
using ReverseEtl.Core.Planning;
using ReverseEtl.Core.State;
using ReverseEtl.Server.Operations.Results;
using Spectre.Console;

namespace ReverseEtl.Cli.Output;

/// <summary>Tells how runs go: progress while they do, a table or a document at the end.</summary>
internal sealed class RunReport(bool json) : IRunObserver, IDisposable
{
    private readonly List<RunRecord> _runs = [];
    private readonly List<RunRecord> _turn = [];
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
            _exitCode = ExitCode.Worse(_exitCode, ExitCode.Of(_turn[^1].Status));
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
        RunTable.Write([.. _runs.Select(run => new RunResult(run))], json);
        if (sandbox && !json)
            Terminal.Out.MarkupLine("[grey]some destinations are sandboxes on this machine; cdp sandbox shows what they received[/]");
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
}
