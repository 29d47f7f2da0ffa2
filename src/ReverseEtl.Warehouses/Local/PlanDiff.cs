using ReverseEtl.Core.Planning;

namespace ReverseEtl.Warehouses.Local;

/// <summary>What is known of a plan besides its rows.</summary>
/// <param name="SnapshotRows">Rows of the snapshot.</param>
/// <param name="Duplicates">Where to look for keys that the model has more than once.</param>
/// <param name="Vectors">The model's vectors, where they were seen.</param>
/// <param name="Candidates">Rows of the model that the snapshot has not like this.</param>
/// <param name="Open">Rows of the snapshot that the model has not like this.</param>
internal sealed record PlanDiff(long SnapshotRows, DuplicateSql Duplicates, ModelVectors? Vectors = null, long Candidates = 0, long Open = 0)
{
    /// <summary>
    /// Whether the snapshot is what the model is, once it has advanced by the whole plan: nothing is left out of it, neither a row that
    /// cannot be sent nor a kind of change that the mode does not tell of.
    /// </summary>
    public bool Levels(PlanSummary plan) =>
        Vectors is not null && plan.Quarantined + plan.Held + plan.Waiting == 0 && plan.Added + plan.Changed == Candidates && plan.Changed + plan.Removed == Open;
}
