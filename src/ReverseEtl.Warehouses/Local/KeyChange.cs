using ReverseEtl.Core.Config;
using ReverseEtl.Core.Delivery;
using ReverseEtl.Core.Planning;

namespace ReverseEtl.Warehouses.Local;

/// <summary>A sync has another key than its snapshot, so that the rows of the two cannot be compared.</summary>
internal static class KeyChange
{
    /// <summary>Why it is not planned; null where everything may begin anew under the new key.</summary>
    /// <param name="request">The request.</param>
    /// <param name="told">The key that rows were told by.</param>
    /// <param name="hasHeld">True where rows are in doubt under that key.</param>
    public static ProjectException? Refuse(PlanRequest request, IReadOnlyList<ColumnInfo> told, bool hasHeld)
    {
        var keys = $"the key of sync {request.Sync} was ({SnapshotMeta.KeyText(told)}) and is now ({SnapshotMeta.KeyText(request.Query.Key)}), so its rows cannot be compared";
        var problem = request switch
        {
            _ when !request.Mode.TellsOfChanges() => $"{keys}; as mode {request.Mode.ToString().ToLowerInvariant()} tells of each row once, restore the key, or give the sync another name to send everything again",
            { Rekey: false, Mode: SyncMode.Mirror } => $"{keys}; restore the key, or run once with --rekey, which removes what was told under the old key and then sends every row",
            { Rekey: false } => $"{keys}; restore the key, or run once with --rekey, which sends every row again",
            _ when hasHeld => $"sync {request.Sync} has rows in doubt under its old key; settle them with cdp resolve first",
            _ => null,
        };
        return problem is null ? null : new ProjectException(request.Query.Query.Root, problem);
    }
}
