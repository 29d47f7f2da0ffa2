namespace ReverseEtl.Core.Delivery;

/// <summary>What a sync does with rows that were added, changed and removed.</summary>
public enum SyncMode
{
    /// <summary>Added and changed rows are upserted; removed rows stay.</summary>
    Upsert,

    /// <summary>Added and changed rows update records that exist; removed rows stay.</summary>
    Update,

    /// <summary>Added rows are created; nothing else happens.</summary>
    Insert,

    /// <summary>The destination equals the model: added and changed rows are upserted, removed rows are taken out.</summary>
    Mirror,

    /// <summary>Added rows are sent once, as events.</summary>
    Append,

    /// <summary>Added rows are deleted at the destination.</summary>
    Delete,
}

/// <summary>The table of modes in one place.</summary>
public static class SyncModes
{
    /// <summary>What is asked of the destination for a kind of change; null for nothing.</summary>
    public static Operation? OperationFor(this SyncMode mode, Planning.ChangeKind kind) => (mode, kind) switch
    {
        (SyncMode.Upsert, Planning.ChangeKind.Add or Planning.ChangeKind.Change) => Operation.Upsert,
        (SyncMode.Update, Planning.ChangeKind.Add or Planning.ChangeKind.Change) => Operation.Update,
        (SyncMode.Insert, Planning.ChangeKind.Add) => Operation.Insert,
        (SyncMode.Mirror, Planning.ChangeKind.Add or Planning.ChangeKind.Change) => Operation.Upsert,
        (SyncMode.Mirror, Planning.ChangeKind.Remove) => Operation.Remove,
        (SyncMode.Append, Planning.ChangeKind.Add) => Operation.Append,
        (SyncMode.Delete, Planning.ChangeKind.Add) => Operation.Remove,
        _ => null,
    };
}
