using ReverseEtl.Core.Delivery;
using ReverseEtl.Core.Planning;
using ReverseEtl.Core.Projects;
using ReverseEtl.Core.State;
using ReverseEtl.Server.Composition;

namespace ReverseEtl.Server.Operations;

/// <summary>Rows of which nobody knows whether they arrived; a person says what became of them.</summary>
internal static class Resolving
{
    /// <summary>How many keys the audit names.</summary>
    private const int AuditedKeys = 1000;

    /// <summary>The rows in doubt.</summary>
    public static async Task<IReadOnlyList<HeldRow>> ListAsync(Session session, Sync sync, CancellationToken cancellationToken) =>
        await (await session.PlannerAsync(cancellationToken)).ListHeldAsync(await RequestAsync(session, sync, cancellationToken), cancellationToken);

    /// <summary>Settles some of them, or all where no keys are given; gives how many.</summary>
    public static async Task<int> SettleAsync(Session session, Sync sync, Caller caller, bool arrived, IReadOnlyList<string> keys, CancellationToken cancellationToken)
    {
        var request = await RequestAsync(session, sync, cancellationToken) with { Keep = true };
        var planner = await session.PlannerAsync(cancellationToken);
        var store = await session.StoreAsync(cancellationToken);
        await using var lease = await HeldLease.AcquireAsync(store, request.Sync, ThisProcess.Holder, TimeProvider.System, cancellationToken);
        var held = await planner.ListHeldAsync(request, cancellationToken);
        var which = (keys.Count == 0 ? held : held.Where(row => keys.Contains(row.Key))).Select(row => row.Key).ToHashSet();
        if (which.Count == 0)
            return 0;
        var order = new AuditEntry(TimeProvider.System.GetUtcNow(), request.Sync, null, caller.Name, "resolve", Describe(arrived, which));
        await store.RecordAuditAsync(lease.Lease, order, cancellationToken);
        return await planner.ResolveAsync(request, row => which.Contains(row.Key), arrived, cancellationToken);
    }

    private static async Task<PlanRequest> RequestAsync(Session session, Sync sync, CancellationToken cancellationToken)
    {
        await using var destination = await session.OpenDestinationAsync(sync, "", cancellationToken);
        var query = await session.QueryAsync(sync, destination, cancellationToken);
        return RunRequest.PlanOf(sync, destination.Descriptor, query, $"{session.NewRunId(sync)}-resolved", session.AsOf, new RunOptions());
    }

    private static string Describe(bool arrived, IReadOnlyCollection<string> keys)
    {
        var named = string.Join(", ", keys.Take(AuditedKeys));
        var more = keys.Count > AuditedKeys ? $", and {keys.Count - AuditedKeys} more" : "";
        return $"{(arrived ? "--arrived" : "--not-arrived")}, {keys.Count} rows: {named}{more}";
    }
}
