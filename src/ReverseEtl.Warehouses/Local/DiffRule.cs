using ReverseEtl.Core.Delivery;
using ReverseEtl.Core.Planning;

namespace ReverseEtl.Warehouses.Local;

/// <summary>What a plan makes of rows that stand both in the model and in the snapshot.</summary>
internal sealed record DiffRule
{
    /// <summary>The hash of a row as the snapshot's mapping would have it.</summary>
    public const string ToldHash = "told_hash";

    /// <summary>What rows that differ are.</summary>
    public ChangeKind Different { get; init; } = ChangeKind.Change;

    /// <summary>What rows that do not differ are; null where they are not planned.</summary>
    public ChangeKind? Unchanged { get; init; }

    /// <summary>The columns of the snapshot's mapping, where rows are compared by them.</summary>
    public IReadOnlyList<ColumnInfo>? ToldColumns { get; init; }

    /// <summary>The fields of rows that are only sent again; null for all.</summary>
    public IReadOnlyList<string>? ResentFields { get; init; }

    /// <summary>True where rows that have the snapshot's hash are not planned, and no others are sorted apart.</summary>
    public bool IsByHash => Unchanged is null;

    /// <summary>The hash that is compared with the snapshot's.</summary>
    public string ComparedHash => ToldColumns is null ? "row_hash" : ToldHash;

    /// <summary>The rule of a request.</summary>
    /// <param name="request">The request.</param>
    /// <param name="change">How its shape differs from the snapshot's, or null.</param>
    public static DiffRule Of(PlanRequest request, ShapeChange? change)
    {
        if (request.Replace)
            return new DiffRule { Different = ChangeKind.Add, Unchanged = ChangeKind.Add };
        if (!request.Mode.TellsOfChanges())
            return new DiffRule();
        if (change is null)
            return request.Full ? new DiffRule { Unchanged = ChangeKind.Resend } : new DiffRule();
        // Which rows changed cannot be told: all count as sent again, none as changed, so that no guard on changes is in the way.
        if (change.ToldColumns is null)
            return new DiffRule { Different = ChangeKind.Resend };
        var sendsAll = request.Full || change.IsOtherTarget;
        return new DiffRule
        {
            Unchanged = sendsAll || change.Affected.Count > 0 ? ChangeKind.Resend : ChangeKind.Rebase,
            ToldColumns = change.ToldColumns,
            ResentFields = sendsAll || !request.PartialUpdates ? null : change.Affected,
        };
    }
}
