using System.Diagnostics;
using System.Globalization;
using ReverseEtl.Core.Config;
using ReverseEtl.Core.Delivery;
using ReverseEtl.Core.Planning;
using ReverseEtl.Core.State;

namespace ReverseEtl.Server.Composition;

/// <summary>
/// Kills this process, as <c>kill -9</c> does, when a step of a run is behind it for the nth time: for those who want to see that
/// nothing is lost. <c>CDP_FAILPOINT=done:3</c> dies when the third answer is recorded.
/// </summary>
internal sealed class Failpoint(IRunObserver inner, RunStep step, int times) : IRunObserver
{
    /// <summary>The environment variable that asks for it.</summary>
    public const string Variable = "CDP_FAILPOINT";

    private int _passed;

    /// <summary>The observer, with the failpoint that the variable's value asks for in front of it; itself where it asks for none.</summary>
    /// <exception cref="ProjectException">The value names no step.</exception>
    public static IRunObserver Before(IRunObserver observer, string? value)
    {
        if (string.IsNullOrEmpty(value))
            return observer;
        var parts = value.Split(':');
        var named = Steps.FirstOrDefault(step => NameOf(step) == parts[0]);
        var times = 1;
        if (NameOf(named) == parts[0] && (parts.Length == 1
            || (parts.Length == 2 && int.TryParse(parts[1], NumberStyles.None, CultureInfo.InvariantCulture, out times) && times > 0)))
        {
            return new Failpoint(observer, named, times);
        }

        throw new ProjectException(new Position(Variable),
            $"\"{value}\" is no failpoint; say STEP or STEP:TIMES, such as done:3, where STEP is {string.Join(", ", Steps.Select(NameOf))}");
    }

    /// <inheritdoc/>
    public void Planned(RunRecord run, PlanSummary plan) => inner.Planned(run, plan);

    /// <inheritdoc/>
    public void Delivered(RunRecord run, int rows) => inner.Delivered(run, rows);

    /// <inheritdoc/>
    public void Finished(RunRecord run) => inner.Finished(run);

    /// <inheritdoc/>
    public void Step(RunStep passed)
    {
        // Not a failure that handlers, finalizers or a dump could see: the process is gone in the middle of what it does.
        if (passed == step && Interlocked.Increment(ref _passed) == times)
            Process.GetCurrentProcess().Kill();
        inner.Step(passed);
    }

    private static RunStep[] Steps => Enum.GetValues<RunStep>();

    private static string NameOf(RunStep step) => step.ToString().ToLowerInvariant();
}
