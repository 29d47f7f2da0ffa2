using ReverseEtl.Cli.Commands;
using ReverseEtl.Server.Operations.Results;

namespace ReverseEtl.Cli.Output;

/// <summary>Plans of several syncs: texts as they come, one document or table at the end. A failure of one does not keep the others from their turn.</summary>
internal sealed class PlanReport(CommandContext context, bool isMarkdown)
{
    private readonly List<PlanResult> _plans = [];
    private readonly List<SyncFailure> _failures = [];
    private int _exitCode = ExitCode.Ok;

    /// <summary>True while every plan could be made.</summary>
    public bool IsComplete => _exitCode == ExitCode.Ok;

    /// <summary>Makes a plan and shows it.</summary>
    public async Task AddAsync(string sync, Func<Task<PlanResult>> plan)
    {
        try
        {
            _plans.Add(await plan());
            if (!context.Json && !isMarkdown)
                PlanText.Write(_plans[^1]);
        }
        catch (Exception error) when (Failures.TryExplain(error, out var message, out var code))
        {
            _failures.Add(new SyncFailure(sync, context.Describe(error, message)));
            _exitCode = ExitCode.Worse(_exitCode, code);
            Terminal.Fail($"{sync}: {_failures[^1].Error}");
        }
    }

    /// <summary>Prints the result and tells the exit code.</summary>
    public int Finish()
    {
        if (context.Json)
            Json.Write(new PlanList(_plans) { Errors = _failures.Count > 0 ? _failures : null });
        else if (isMarkdown)
            PlanMarkdown.Write(_plans, _failures);
        return _exitCode;
    }
}
