using ReverseEtl.Core.Planning;

namespace ReverseEtl.Warehouses.Local;

/// <summary>
/// Keeps what the model was, as long as the snapshot is equal to it, so that the next run may find with one scan that nothing has changed.
/// All statements stand in the transaction that makes them true.
/// </summary>
internal static class SeenModel
{
    public static async Task<ModelVectors?> ReadAsync(SnapshotFile file, CancellationToken cancellationToken) =>
        await file.ReadMetaAsync(SnapshotJson.Default.SnapshotVectors, cancellationToken) is { } seen ? ModelVectors.Read(seen.Digests) : null;

    /// <summary>The statements that go with a new plan.</summary>
    public static IEnumerable<string> Plan(PlanDiff diff, PlanSummary summary)
    {
        if (!diff.Levels(summary))
            return [SnapshotFile.DropMeta<PlanVectors>()];
        var digests = diff.Vectors!.Write();
        return summary.IsUnchanged
            ? [SnapshotFile.WriteMeta(new SnapshotVectors(digests), SnapshotJson.Default.SnapshotVectors)]
            : [SnapshotFile.WriteMeta(new PlanVectors(digests), SnapshotJson.Default.PlanVectors)];
    }

    /// <summary>The statements that go with an advance by the accepted rows of the plan.</summary>
    public static async Task<IEnumerable<string>> AdvanceAsync(SnapshotFile file, string accepted, CancellationToken cancellationToken)
    {
        var left = await file.CountAsync($"select count(*) from {PlanSql.Plan} p where not ({accepted})", cancellationToken);
        // A snapshot that did not advance by all of the plan is equal to no model that was seen.
        return left > 0
            ? [SnapshotFile.DropMeta<SnapshotVectors>(), SnapshotFile.DropMeta<PlanVectors>()]
            : [SnapshotFile.DropMeta<SnapshotVectors>(), $"update {SnapshotFile.MetaTable} set name = '{nameof(SnapshotVectors)}' where name = '{nameof(PlanVectors)}'"];
    }
}
