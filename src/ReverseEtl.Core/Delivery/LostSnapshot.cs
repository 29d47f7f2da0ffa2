using System.Globalization;
using ReverseEtl.Core.Planning;
using ReverseEtl.Core.State;

namespace ReverseEtl.Core.Delivery;

/// <summary>
/// The guard against a snapshot that is not there although rows were delivered: its files were lost, or another machine or planner has
/// them. Without it every row would be sent again, and no row removed.
/// </summary>
public static class LostSnapshot
{
    /// <summary>What the guard is called.</summary>
    public const string Guard = "snapshot";

    /// <summary>The audit's word for an order to begin anew.</summary>
    public const string Reset = "reset";

    /// <summary>The guard with its numbers, or null.</summary>
    /// <param name="store">The control store, which knows of earlier runs.</param>
    /// <param name="plan">The plan.</param>
    /// <param name="sync">The sync.</param>
    /// <param name="options">What was asked of the run; who has every row sent anyway is not stopped.</param>
    /// <param name="cancellationToken">Stops it.</param>
    public static async Task<string?> CheckAsync(IControlStore store, PlanSummary plan, string sync, RunOptions options, CancellationToken cancellationToken)
    {
        if (!plan.IsFirst || options.Full || options.Rekey || options.Replace)
            return null;
        var told = (await store.ListRunsAsync(sync, RunRecord.Kept, cancellationToken)).FirstOrDefault(run => run.Accepted > 0);
        if (told is null || (await store.ListAuditAsync(sync, int.MaxValue, cancellationToken)).Any(order => order.Action == Reset && order.At >= told.AsOf))
            return null;
        return string.Create(CultureInfo.InvariantCulture, $"{Guard}: run {told.RunId} delivered {told.Accepted:N0} rows, and nothing is kept here of what was told: another machine or another planner has it, or it was lost. ")
            + $"Run the sync there, bring it here (cdp state move), or begin anew, which sends every row again: cdp state reset {sync}";
    }
}
