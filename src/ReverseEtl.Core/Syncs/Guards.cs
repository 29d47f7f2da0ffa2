using System.ComponentModel;
using System.Globalization;
using ReverseEtl.Core.Delivery;
using ReverseEtl.Core.Planning;
using ReverseEtl.Core.State;

namespace ReverseEtl.Core.Syncs;

/// <summary>Limits of a sync. Shares are of the rows that the destination was last told of.</summary>
public sealed record Guards
{
    /// <summary>The guard on removals, as a replacement breaks it.</summary>
    internal const string OfReplacement = "max_removed (--replace)";

    /// <summary>A fifth of a list, or ten rows: a list of twelve may lose three in a day, one of a million never half.</summary>
    private static readonly Limit DefaultRemoved = Limit.Percent(20, atLeast: 10);

    [Description("Rows removed at the most, as a share (20%) or a number; 20%, but at least 10 rows, when left out.")]
    public Limit? MaxRemoved { get; init; }

    [Description("Rows changed at the most, as a share (50%) or a number; no limit when left out.")]
    public Limit? MaxChanged { get; init; }

    [Description("Rows that the model must have; when left out, a model without rows never empties a destination.")]
    public long? MinRows { get; init; }

    [Description("Rejected rows at the most, as a share of the rows to send or a number; no limit when left out. Stops a run on its way.")]
    public Limit? MaxRejected { get; init; }

    [Description("What to do when a mapped column comes with another type than before: stop (when left out) or allow.")]
    public SchemaChange SchemaChange { get; init; }

    /// <summary>The first guard that a plan breaks, with its numbers, or null.</summary>
    public string? Check(PlanSummary plan, SyncMode mode)
    {
        if (SchemaChange is SchemaChange.Stop && plan.Drift.Count > 0)
            return $"schema_change: {string.Join(", ", plan.Drift)}";
        if (plan.IsRetirement)
            return null;
        var least = MinRows ?? (mode.Removes() && plan.SnapshotRows > 0 ? 1 : 0);
        // A replacement by nothing is never made.
        if (plan.IsReplacement)
            least = Math.Max(1, least);
        if (plan.ModelRows < least)
            return string.Create(CultureInfo.InvariantCulture, $"min_rows: the model has {plan.ModelRows:N0} rows, at least {least:N0} are asked for");
        if (plan.IsReplacement)
            return CheckVanishing(plan);
        if (mode.Removes() && (MaxRemoved ?? DefaultRemoved) is var removed && removed.IsExceeded(plan.Removed, plan.SnapshotRows))
            return Breach("max_removed", plan.Removed, plan.SnapshotRows, removed);
        if (MaxChanged is { } changed && changed.IsExceeded(plan.Changed, plan.SnapshotRows))
            return Breach("max_changed", plan.Changed, plan.SnapshotRows, changed);
        return null;
    }

    /// <summary>The guard on rejected rows while a plan is delivered: broken as soon as too many of its rows are certain to be.</summary>
    /// <param name="run">The run with what it planned, and the rows that were rejected so far.</param>
    public string? CheckRejected(RunRecord run)
    {
        var planned = run.Added + run.Changed + run.Removed + run.Resent;
        return MaxRejected is { } limit && limit.IsExceeded(run.Rejected, planned) ? Breach("max_rejected", run.Rejected, planned, limit) : null;
    }

    /// <summary>
    /// The guard on a replacement before it is closed: rows that the destination refused vanish too. Those that were to vanish anyway were
    /// let pass before.
    /// </summary>
    /// <param name="plan">The plan.</param>
    /// <param name="accepted">Rows that the destination accepted.</param>
    public string? CheckClosing(PlanSummary plan, long accepted)
    {
        var (lost, limit) = (Math.Min(plan.Added, plan.SnapshotRows) - accepted, MaxRemoved ?? DefaultRemoved);
        return limit.IsExceeded(lost, plan.SnapshotRows)
            ? string.Create(CultureInfo.InvariantCulture, $"{Breach(OfReplacement, lost, plan.SnapshotRows, limit)}: so many would vanish as the destination accepted only {accepted:N0} of {plan.Added:N0} rows")
            : null;
    }

    private string? CheckVanishing(PlanSummary plan)
    {
        var (whole, limit) = (plan.SnapshotRows + plan.Strangers, MaxRemoved ?? DefaultRemoved);
        return limit.IsExceeded(plan.Vanishing, whole)
            ? string.Create(CultureInfo.InvariantCulture, $"{Breach(OfReplacement, plan.Vanishing, whole, limit)}: {plan.Removed:N0} were told and are in the model no more, {plan.Strangers:N0} were put there by others")
            : null;
    }

    private static string Breach(string guard, long rows, long of, Limit limit) =>
        string.Create(CultureInfo.InvariantCulture, $"{guard}: {rows:N0} of {of:N0} rows ({100.0 * rows / Math.Max(1, of):0.#}%), {limit} allowed");
}

/// <summary>What to do when the source's columns change their types.</summary>
public enum SchemaChange
{
    /// <summary>Nothing is sent.</summary>
    Stop,

    /// <summary>Rows are sent as they are now.</summary>
    Allow,
}
