namespace ReverseEtl.Core.State;

/// <summary>The right to run a sync.</summary>
/// <param name="Sync">The sync.</param>
/// <param name="Holder">Who holds it: host and process, for people to read.</param>
/// <param name="Fence">Grows with every change of holder; a write with an older number is refused.</param>
public sealed record Lease(string Sync, string Holder, long Fence);

/// <summary>Either a lease or who holds it, until when.</summary>
/// <param name="Lease">The lease, where it was free.</param>
/// <param name="Holder">The holder, where it was not.</param>
/// <param name="Until">When the holder's lease runs out unless renewed (UTC).</param>
public sealed record LeaseResult(Lease? Lease, string? Holder, DateTimeOffset? Until);

/// <summary>Who holds the lease on a sync.</summary>
/// <param name="Name">The holder.</param>
/// <param name="Until">When it runs out, or ran out, unless renewed (UTC). It is the holder's until somebody else takes it.</param>
public sealed record LeaseHolder(string Name, DateTimeOffset Until)
{
    /// <summary>True where that instant has passed by the store's clock, which is the same for all who use the store.</summary>
    public bool RanOut { get; init; }
}

/// <summary>Another process took over the sync; this one must stop at once and write nothing more.</summary>
public sealed class LeaseLostException(string sync)
    : Exception($"the lease on sync {sync} was taken over by another process; this run stops here and the other one continues it");
