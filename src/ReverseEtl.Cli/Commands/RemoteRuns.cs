using System.Text.Json.Serialization;
using ReverseEtl.Cli.Output;
using ReverseEtl.Core.Delivery;
using ReverseEtl.Core.State;
using ReverseEtl.Server.Api;
using ReverseEtl.Server.Operations.Remote;
using ReverseEtl.Server.Operations.Results;

namespace ReverseEtl.Cli.Commands;

/// <summary>Asks a service for runs, and waits for them where that is wanted.</summary>
internal sealed class RemoteRuns(CommandContext context, RemoteOperations service, RunOptions options)
{
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);

    private readonly List<RunResult> _runs = [];
    private int _exitCode = ExitCode.Ok;

    /// <summary>Asks for them; with <paramref name="wait"/>, for each when the one before has ended.</summary>
    /// <returns>The exit code; with <paramref name="wait"/> that of runs here.</returns>
    public async Task<int> RunAsync(IReadOnlyList<string>? names, bool wait, CancellationToken cancellationToken)
    {
        var asked = new List<RunAnswer>();
        foreach (var sync in await CommandContext.SelectAsync(service, names, options, cancellationToken))
        {
            try
            {
                asked.Add(await service.RunAsync(sync, options, cancellationToken));
                if (wait && !await WaitAsync(asked[^1], cancellationToken))
                    break;
            }
            catch (Exception error) when (error is not OperationCanceledException && Failures.TryExplain(error, out var message, out var code))
            {
                Fail(new RunRecord { RunId = "", Sync = sync, Status = RunStatus.Failed, AsOf = default, Error = context.Describe(error, message) }, code);
            }
        }

        if (wait)
            RunTable.Write(_runs, context.Json);
        else
            WriteAsked(asked);
        return _exitCode;
    }

    /// <summary>Waits for a run's end; false where the user would not.</summary>
    private async Task<bool> WaitAsync(RunAnswer run, CancellationToken cancellationToken)
    {
        RunPhase? said = null;
        try
        {
            while (run.Status is RunPhase.Queued or RunPhase.Running)
            {
                if (said != run.Status)
                    await Console.Error.WriteLineAsync($"{run.Sync}: run {run.RunId} is {Word(run)}");
                said = run.Status;
                await Task.Delay(Pause, cancellationToken);
                if (await service.FindRunAsync(run.RunId, cancellationToken) is not { } now)
                {
                    Fail(RecordOf(run, "it was taken back before it began"), ExitCode.Interrupted);
                    return true;
                }

                run = now;
            }
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            await Console.Error.WriteLineAsync($"{run.Sync}: no longer waited for; run {run.RunId} goes on at {service.Url} (cdp cancel {run.Sync} stops it)");
            _exitCode = ExitCode.Interrupted;
            return false;
        }

        End(run);
        return true;
    }

    private void End(RunAnswer run)
    {
        if (run is { Status: RunPhase.Interrupted, Run: { } open })
        {
            _runs.Add(open);
            _exitCode = ExitCode.Worse(_exitCode, ExitCode.Interrupted);
            Terminal.Fail($"{run.Sync}: run {run.RunId} was interrupted; the sync's next run finishes it");
        }
        else if (run.Run is not { } ended)
        {
            Fail(RecordOf(run, run.Request?.Error ?? "it could not begin"), ExitCode.Unreachable);
        }
        else
        {
            _runs.Add(ended);
            _exitCode = ExitCode.Worse(_exitCode, ended.Status is RunStatus.Failed ? ExitCode.Unreachable : ExitCode.Of(ended.Status));
            if (ended.Error is not null)
                Terminal.Fail($"{run.Sync}: {ended.Error}");
        }
    }

    private void Fail(RunRecord run, int exitCode)
    {
        _runs.Add(new RunResult(run));
        _exitCode = ExitCode.Worse(_exitCode, exitCode);
        Terminal.Fail($"{run.Sync}: {run.Error}");
    }

    private void WriteAsked(List<RunAnswer> asked)
    {
        if (context.Json)
        {
            Json.Write(new AskedRuns([.. asked.Select(run => new AskedRun(run.Sync, run.RunId, run.Status))])
            {
                Errors = _runs.Count > 0 ? [.. _runs.Select(run => new SyncFailure(run.Sync, run.Error!))] : null,
            });
            return;
        }

        foreach (var run in asked)
            Console.Out.WriteLine($"{run.Sync}: asked for run {run.RunId}");
    }

    private static RunRecord RecordOf(RunAnswer run, string error) => new()
    {
        RunId = run.RunId, Sync = run.Sync, Status = RunStatus.Failed, AsOf = run.Request?.At ?? default, Error = error,
    };

    private static string Word(RunAnswer run) => run.Status is RunPhase.Queued ? "waiting for its turn" : "under way";
}

/// <summary>Runs that a service was asked for.</summary>
/// <param name="Runs">The runs.</param>
internal sealed record AskedRuns(IReadOnlyList<AskedRun> Runs)
{
    /// <summary>Those that it refused.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<SyncFailure>? Errors { get; init; }
}

/// <summary>A run that a service was asked for.</summary>
/// <param name="Sync">The sync.</param>
/// <param name="RunId">The run's id.</param>
/// <param name="Status">How far it is.</param>
internal sealed record AskedRun(string Sync, string RunId, RunPhase Status);
