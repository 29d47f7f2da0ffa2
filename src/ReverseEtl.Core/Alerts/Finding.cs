using ReverseEtl.Core.State;
using static System.FormattableString;

namespace ReverseEtl.Core.Alerts;

/// <summary>What a run, or the lack of one, says of a trigger: that something is wrong, or that it is not any more.</summary>
/// <param name="Trigger">The trigger.</param>
/// <param name="IsWrong">True where somebody should know.</param>
/// <param name="Text">What, with its numbers; never a row's values.</param>
public sealed record Finding(AlertTrigger Trigger, bool IsWrong, string Text)
{
    /// <summary>How many earlier runs tell what is usual.</summary>
    public const int UsualRuns = 10;

    /// <summary>What a run says of the triggers that are watched; of some it says nothing.</summary>
    /// <param name="alerts">The sync's rules.</param>
    /// <param name="run">The run; one that is still open was interrupted.</param>
    /// <param name="earlier">The runs before it, newest first.</param>
    public static IReadOnlyList<Finding> OfRun(SyncAlerts alerts, RunRecord run, IEnumerable<RunRecord> earlier)
    {
        Finding?[] all = [OfFailure(run), OfStop(run), OfRejections(alerts, run), OfRows(alerts, run, earlier), HasDelivered(run) ? Well(AlertTrigger.NotFresh, run) : null];
        return [.. all.OfType<Finding>().Where(finding => alerts.Watches(finding.Trigger))];
    }

    /// <summary>Whether a sync is fresh; null where that is not watched.</summary>
    /// <param name="alerts">The sync's rules.</param>
    /// <param name="delivered">When a run last delivered; null where none has.</param>
    /// <param name="watched">Since when the sync is watched.</param>
    /// <param name="now">The time.</param>
    public static Finding? OfAge(SyncAlerts alerts, DateTimeOffset? delivered, DateTimeOffset watched, DateTimeOffset now)
    {
        if (alerts.NotFresh is not { } allowed)
            return null;
        var age = now - (delivered ?? watched);
        var since = delivered is null ? "no run has delivered yet" : $"no run has delivered for {Spoken.Of(age)}";
        return new Finding(AlertTrigger.NotFresh, age > allowed, $"{since}, {Spoken.Of(allowed)} allowed");
    }

    /// <summary>True where the destination is as the model was, as far as it took the rows.</summary>
    public static bool HasDelivered(RunRecord run) => run.Status is RunStatus.Succeeded or RunStatus.Partial or RunStatus.Unchanged;

    private static Finding? OfFailure(RunRecord run) => run.Status switch
    {
        // The reason may quote a row, so that it stays where the sync's own people look.
        RunStatus.Failed => new Finding(AlertTrigger.Failed, true, $"the run failed after {Spoken.Of(TimeSpan.FromMilliseconds(run.DurationMs))}; {Counts(run)}"),
        RunStatus.Running => new Finding(AlertTrigger.Failed, true, $"the run was interrupted, and the next one goes on with it; {Counts(run)}"),
        _ => HasDelivered(run) ? Well(AlertTrigger.Failed, run) : null,
    };

    private static Finding? OfStop(RunRecord run) => run.Status is RunStatus.Stopped
        ? new Finding(AlertTrigger.Stopped, true, $"{run.Guard}; {Counts(run)}")
        : HasDelivered(run) ? Well(AlertTrigger.Stopped, run) : null;

    private static Finding? OfRejections(SyncAlerts alerts, RunRecord run)
    {
        var planned = run.Added + run.Changed + run.Removed + run.Resent;
        if (alerts.Rejected is not { } limit)
            return null;
        if (run.Rejected > 0 && limit.IsExceeded(run.Rejected, planned))
            return new Finding(AlertTrigger.Rejected, true, Invariant($"{run.Rejected:N0} of {planned:N0} rows were rejected ({Percent(run.Rejected, planned)}), {limit} allowed"));
        // Those that wait for their next attempt are as rejected as before.
        return HasDelivered(run) && !limit.IsExceeded(run.Rejected + run.Waiting, run.Rows ?? planned) ? Well(AlertTrigger.Rejected, run) : null;
    }

    private static Finding? OfRows(SyncAlerts alerts, RunRecord run, IEnumerable<RunRecord> earlier)
    {
        var counted = earlier.Where(other => other.RunId != run.RunId && other.Rows is not null).Take(UsualRuns).Select(other => other.Rows!.Value).Order().ToList();
        // Of a model that was empty no share says anything.
        if (alerts.Rows is not { } limit || run.Rows is not { } rows || counted.Count == 0 || Median(counted) is not (> 0 and var usual))
            return null;
        var off = Math.Abs(rows - usual);
        return limit.IsExceeded(off, usual)
            ? new Finding(AlertTrigger.Rows, true, Invariant($"the model has {rows:N0} rows, {Percent(off, usual)} {(rows < usual ? "fewer" : "more")} than usual ({usual:N0}), {limit} allowed"))
            : new Finding(AlertTrigger.Rows, false, Invariant($"the model has {rows:N0} rows, {usual:N0} are usual"));
    }

    private static Finding Well(AlertTrigger trigger, RunRecord run) => new(trigger, false, $"the run delivered; {Counts(run)}");

    private static long Median(List<long> ordered) => (ordered[(ordered.Count - 1) / 2] + ordered[ordered.Count / 2]) / 2;

    private static string Counts(RunRecord run) =>
        Invariant($"{run.Added:N0} added, {run.Changed:N0} changed, {run.Removed:N0} removed, {run.Accepted:N0} accepted, {run.Rejected:N0} rejected");

    private static string Percent(long part, long whole) => Invariant($"{100.0 * part / Math.Max(1, whole):0.#}%");
}
