using ReverseEtl.Core.Delivery;

namespace ReverseEtl.Connectors.Files;

/// <summary>
/// Upsert and mirror: one row per key. Upserts wait in a table that is only appended to, as looking every batch's keys up in the state
/// would cost more with every row that is there; they are merged in one go.
/// </summary>
internal sealed class StateStaging(Stage stage, FileLayout layout, IReadOnlyList<string> fields) : IStaging
{
    private const string Removed = "removed";

    public void Take(ChangeBatch batch) => stage.InTransaction(() =>
    {
        if (batch.Operation is Operation.Remove)
            Remove(batch);
        else
            Upsert(batch);
    });

    public void Publish(CancellationToken cancellationToken)
    {
        stage.InTransaction(() => StateMerge.Run(stage));
        Ownership.Claim(stage, layout);
        var rows = RowSource.Of(StagedTable.Find(stage, StateMerge.State), fields);
        AtomicFile.Write(layout.Full(layout.StateFile), path => RowFile.Write(stage, rows, layout.Format, path, cancellationToken));
    }

    private void Upsert(ChangeBatch batch)
    {
        var shape = StagedField.Of(batch);
        var pending = StagedTable.Find(stage, StateMerge.Pending);
        if (pending is not null && !pending.Fields.SequenceEqual(shape))
        {
            // What waits is of an interrupted run under an earlier mapping.
            StateMerge.Run(stage);
            pending = null;
        }

        (pending ?? StagedTable.Create(stage, StateMerge.Pending, shape)).Append(batch);
    }

    private void Remove(ChangeBatch batch)
    {
        // In the order in which they came: a removal must not be overtaken by an upsert that was sent before it.
        StateMerge.Run(stage);
        if (StagedTable.Find(stage, StateMerge.State) is null)
            return;
        var removed = StagedTable.Create(stage, Removed, []);
        removed.Append(batch);
        stage.Execute($"DELETE FROM {StateMerge.State} WHERE key IN (SELECT key FROM {Removed})");
        removed.Drop();
    }
}
