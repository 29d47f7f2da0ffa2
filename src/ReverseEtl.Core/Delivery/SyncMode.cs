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
    /// <summary>Removals go first: an identifier may pass from a row that leaves to one that comes.</summary>
    public static IReadOnlyList<Operation> InOrder { get; } = [Operation.Remove, Operation.Update, Operation.Upsert, Operation.Insert, Operation.Append];

    /// <summary>True where rows that left the model are taken out of the destination.</summary>
    public static bool Removes(this SyncMode mode) => mode is SyncMode.Mirror;

    /// <summary>True where rows that were told of are told of again when they change.</summary>
    public static bool TellsOfChanges(this SyncMode mode) => mode is SyncMode.Upsert or SyncMode.Update or SyncMode.Mirror;

    /// <summary>The kinds of change that ask for an operation.</summary>
    public static IReadOnlyList<ChangeKind> KindsFor(this SyncMode mode, Operation operation) => (mode, operation) switch
    {
        (SyncMode.Upsert, Operation.Upsert) => [ChangeKind.Add, ChangeKind.Change, ChangeKind.Resend],
        (SyncMode.Update, Operation.Update) => [ChangeKind.Add, ChangeKind.Change, ChangeKind.Resend],
        (SyncMode.Insert, Operation.Insert) => [ChangeKind.Add],
        (SyncMode.Mirror, Operation.Upsert) => [ChangeKind.Add, ChangeKind.Change, ChangeKind.Replace, ChangeKind.Resend],
        (SyncMode.Mirror, Operation.Remove) => [ChangeKind.Remove, ChangeKind.Replace],
        (SyncMode.Append, Operation.Append) => [ChangeKind.Add],
        (SyncMode.Delete, Operation.Remove) => [ChangeKind.Add],
        _ => [],
    };

    /// <summary>What is asked of the destination for a kind of change, in the order of sending; empty for nothing.</summary>
    public static IReadOnlyList<Operation> OperationsFor(this SyncMode mode, ChangeKind kind) =>
        [.. InOrder.Where(operation => mode.KindsFor(operation).Contains(kind))];
}
