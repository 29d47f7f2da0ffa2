namespace ReverseEtl.Core.Planning;

/// <summary>How a model differs from what the destination was last told, in rows.</summary>
/// <param name="Added">Rows that the destination was never told of.</param>
/// <param name="Changed">Rows with another value in a mapped column.</param>
/// <param name="Removed">Rows that left the model.</param>
/// <param name="Quarantined">Rows that cannot be sent: NULL or duplicate keys.</param>
/// <param name="ModelRows">Rows of the model, the quarantined ones not counted.</param>
/// <param name="SnapshotRows">Rows that the destination was last told of.</param>
public sealed record PlanSummary(long Added, long Changed, long Removed, long Quarantined, long ModelRows, long SnapshotRows)
{
    /// <summary>Rows left out, as it is not known whether they arrived when they were last sent.</summary>
    public long Held { get; init; }

    /// <summary>True where the destination is up to date.</summary>
    public bool IsUnchanged => Added + Changed + Removed == 0;
}
