using ReverseEtl.Core.Delivery;
using ReverseEtl.Core.Planning;

namespace ReverseEtl.Warehouses.Local;

/// <summary>What a plan says of itself, by the counts of its rows.</summary>
internal static class PlanCounts
{
    /// <summary>Counters for rows of all kinds, by kind.</summary>
    public static long[] New() => new long[Enum.GetValues<ChangeKind>().Max(kind => (int)kind) + 1];

    /// <summary>The counts of a plan.</summary>
    /// <param name="mode">The sync's mode.</param>
    /// <param name="counts">Rows by kind.</param>
    /// <param name="quarantined">Rows that cannot be sent.</param>
    /// <param name="modelRows">Rows of the model, those not counted.</param>
    /// <param name="snapshotRows">Rows that the destination was last told of.</param>
    public static PlanSummary Summarize(SyncMode mode, long[] counts, long quarantined, long modelRows, long snapshotRows)
    {
        var removed = mode.Removes() ? counts[(int)ChangeKind.Remove] : 0;
        var replaced = counts[(int)ChangeKind.Replace];
        return new PlanSummary(counts[(int)ChangeKind.Add], counts[(int)ChangeKind.Change] + replaced, removed, quarantined, modelRows, snapshotRows)
        {
            Replaced = replaced,
            Resent = counts[(int)ChangeKind.Resend],
            Rebased = counts[(int)ChangeKind.Rebase],
        };
    }

    /// <summary>The counts of a replacement: rows that cannot be sent vanish as well as those that left the model.</summary>
    /// <param name="summary">The plan's counts.</param>
    /// <param name="change">What became of the shape; another object than before holds none that was told.</param>
    /// <param name="addedAgain">Counts the rows of the snapshot that the plan adds again.</param>
    public static async Task<PlanSummary> ReplacingAsync(PlanSummary summary, ShapeChange? change, Func<Task<long>> addedAgain)
    {
        var told = change is { IsOtherTarget: true } ? 0 : summary.SnapshotRows;
        return summary with { IsReplacement = true, SnapshotRows = told, Removed = told == 0 ? 0 : told - await addedAgain() };
    }

    /// <summary>What changed in the mapping and what it means.</summary>
    public static IReadOnlyList<string> Notes(PlanRequest request, ShapeChange? change, DiffRule rule, PlanSummary summary)
    {
        if (summary.IsReplacement)
            return ["every row is sent, and whatever else the destination holds vanishes"];
        if (summary.SnapshotRows == 0)
            return [];
        var notes = change?.Describe(summary.Resent, rule.ResentFields is not null).ToList() ?? [];
        if (request.Full)
            notes.Add("everything is sent again, as was asked for");
        return notes;
    }

    /// <summary>Mapped columns whose values are of another type than those that were told.</summary>
    public static IReadOnlyList<string> Drift(SyncShape told, SyncShape now) =>
    [
        .. from column in now.Columns
           let before = told.Columns.FirstOrDefault(before => before.Name == column.Name)
           where before is not null && before.Type != column.Type
           select $"column {column.Name} was {TypeText(before, column)} and is {TypeText(column, before)}",
    ];

    /// <summary>A plan that takes out everything that was told under another key. The snapshot keeps the shape of its rows: some of them may be refused.</summary>
    public static PlanMeta Retirement(PlanRequest request, SnapshotMeta told, long rows) => new(
        request.RunId,
        told.Shape,
        new PlanSummary(0, 0, rows, 0, 0, rows)
        {
            IsRetirement = true,
            Notes = [$"the key was ({SnapshotMeta.KeyText(told.Shape.Key)}): everything that was told under it is removed, then every row of the model is sent"],
        },
        null);

    // Two types may be kept alike.
    private static string TypeText(ColumnInfo column, ColumnInfo other) =>
        column.WarehouseType == other.WarehouseType ? column.Type.ToString().ToLowerInvariant() : column.WarehouseType;
}
