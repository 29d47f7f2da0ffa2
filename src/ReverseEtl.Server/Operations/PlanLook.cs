using ReverseEtl.Core.Delivery;
using ReverseEtl.Core.Planning;
using ReverseEtl.Core.Projects;
using ReverseEtl.Server.Composition;
using ReverseEtl.Server.Operations.Results;

namespace ReverseEtl.Server.Operations;

/// <summary>A look at what a run would send.</summary>
internal static class PlanLook
{
    /// <param name="session">The project.</param>
    /// <param name="sync">The sync.</param>
    /// <param name="options">What is asked of the run.</param>
    /// <param name="rows">Rows to show of each kind.</param>
    /// <param name="save">Takes the plan while it is there; null where nobody wants it.</param>
    /// <param name="cancellationToken">Stops it.</param>
    public static async Task<PlanResult> MakeAsync(
        Session session, Sync sync, RunOptions options, int rows, Func<Sync, SyncQuery, IChangePlan, Task>? save, CancellationToken cancellationToken)
    {
        await using var destination = await session.OpenDestinationAsync(sync, "", cancellationToken);
        var query = await session.QueryAsync(sync, destination, cancellationToken);
        var request = RunRequest.PlanOf(sync, destination.Descriptor, query, "", session.AsOf, options);
        await using var plan = await (await session.PlannerAsync(cancellationToken)).PlanAsync(request, cancellationToken);
        if (save is not null)
            await save(sync, query, plan);
        var store = await session.StoreAsync(cancellationToken);
        var open = await store.FindOpenRunAsync(sync.Name, cancellationToken);
        var summary = plan.Summary.IsReplacement ? plan.Summary with { Members = await CountAsync(destination, cancellationToken) } : plan.Summary;
        var guard = await LostSnapshot.CheckAsync(store, summary, sync.Name, options, cancellationToken) ?? RunRequest.Check(summary, sync);
        var samples = await SampleAsync(plan, rows, cancellationToken);
        return PlanResult.Of(sync, summary, destination.Descriptor, plan.Records, samples) with { Guard = guard, OpenRun = open?.RunId };
    }

    private static async ValueTask<long?> CountAsync(IDestination destination, CancellationToken cancellationToken)
    {
        await destination.CheckAsync(cancellationToken);
        return await destination.CountAsync(cancellationToken);
    }

    private static async Task<IReadOnlyList<ChangeBatch>> SampleAsync(IChangePlan plan, int rows, CancellationToken cancellationToken)
    {
        var samples = new List<ChangeBatch>();
        foreach (var kind in Enum.GetValues<ChangeKind>())
        {
            if (await plan.SampleAsync(kind, rows, cancellationToken) is { } sample)
                samples.Add(sample);
        }

        return samples;
    }
}
