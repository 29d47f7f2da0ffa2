using Microsoft.Extensions.Logging;
using ReverseEtl.Core.Delivery;
using ReverseEtl.Core.Planning;
using ReverseEtl.Core.State;

namespace ReverseEtl.Server.Observing;

/// <summary>Tells of runs in logs and metrics.</summary>
internal sealed partial class RunLog(ServiceMetrics metrics, ILogger<RunLog> log) : IRunObserver
{
    /// <inheritdoc/>
    public void Planned(RunRecord run, PlanSummary plan)
    {
        if (!plan.IsUnchanged)
            Delivering(run.Sync, run.RunId, plan.Added, plan.Changed, plan.Removed);
    }

    /// <inheritdoc/>
    public void Delivered(RunRecord run, int rows)
    {
        // The kit measures batches.
    }

    /// <inheritdoc/>
    public void Finished(RunRecord run)
    {
        metrics.Finished(run);
        var status = run.Status.ToString().ToLowerInvariant();
        if (run.Status is RunStatus.Succeeded or RunStatus.Partial)
            Ended(run.Sync, run.RunId, status, run.Accepted, run.Rejected, run.DurationMs);
        else if (run.Status is RunStatus.Unchanged)
            Unchanged(run.Sync, run.RunId, run.DurationMs);
        else
            Stopped(run.Sync, run.RunId, status, run.Guard ?? run.Error ?? "");
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "{Sync}: {Added} added, {Changed} changed, {Removed} removed (run {RunId})")]
    private partial void Delivering(string sync, string runId, long added, long changed, long removed);

    [LoggerMessage(Level = LogLevel.Information, Message = "{Sync}: {Status}, {Accepted} accepted, {Rejected} rejected in {DurationMs} ms (run {RunId})")]
    private partial void Ended(string sync, string runId, string status, long accepted, long rejected, long durationMs);

    [LoggerMessage(Level = LogLevel.Debug, Message = "{Sync}: unchanged in {DurationMs} ms (run {RunId})")]
    private partial void Unchanged(string sync, string runId, long durationMs);

    [LoggerMessage(Level = LogLevel.Error, Message = "{Sync}: {Status}: {Why} (run {RunId})")]
    private partial void Stopped(string sync, string runId, string status, string why);
}
