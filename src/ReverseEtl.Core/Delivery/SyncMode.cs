using ReverseEtl.Core.Planning;

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
    /// <summary>True where rows that left the model are taken out of the destination.</summary>
    public static bool Removes(this SyncMode mode) => mode is SyncMode.Mirror;

    /// <summary>What is asked of the destination for a kind of change; null for nothing.</summary>
    public static Operation? OperationFor(this SyncMode mode, ChangeKind kind) => (mode, kind) switch
    {
        (SyncMode.Upsert, ChangeKind.Add or ChangeKind.Change) => Operation.Upsert,
        (SyncMode.Update, ChangeKind.Add or ChangeKind.Change) => Operation.Update,
        (SyncMode.Insert, ChangeKind.Add) => Operation.Insert,
        (SyncMode.Mirror, ChangeKind.Add or ChangeKind.Change) => Operation.Upsert,
        (SyncMode.Mirror, ChangeKind.Remove) => Operation.Remove,
        (SyncMode.Append, ChangeKind.Add) => Operation.Append,
        (SyncMode.Delete, ChangeKind.Add) => Operation.Remove,
        _ => null,
    };
}
