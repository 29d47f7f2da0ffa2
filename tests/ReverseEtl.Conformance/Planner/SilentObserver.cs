using ReverseEtl.Core.Delivery;
using ReverseEtl.Core.Planning;
using ReverseEtl.Core.State;

namespace ReverseEtl.Conformance.Planner;

/// <summary>Hears of runs and says nothing.</summary>
public sealed class SilentObserver : IRunObserver
{
    /// <summary>Called after every step; may throw, as if the process died there.</summary>
    public Action<RunStep> OnStep { get; set; } = _ => { };

    public void Planned(RunRecord run, PlanSummary plan)
    {
    }

    public void Delivered(RunRecord run, int rows)
    {
    }

    public void Finished(RunRecord run)
    {
    }

    public void Step(RunStep step) => OnStep(step);
}
