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
        var (spec, asked) = (sync.Spec, sync.Request(session.Project.Folder, "", TimeProvider.System));
        var price = await new PlanPricing(spec, asked, destination.Descriptor).PriceAsync(plan, cancellationToken);
        var samples = await SampleAsync(plan, new SampleRows(spec, asked), rows, cancellationToken);
        return PlanResult.Of(sync, summary, price, plan.Records, samples) with { Guard = guard, OpenRun = open?.RunId };
    }

    private static async ValueTask<long?> CountAsync(IDestination destination, CancellationToken cancellationToken)
    {
        await destination.CheckAsync(cancellationToken);
        return await destination.CountAsync(cancellationToken);
    }

    private static async Task<IReadOnlyList<PlanRow>> SampleAsync(IChangePlan plan, SampleRows look, int rows, CancellationToken cancellationToken)
    {
        var samples = new List<PlanRow>();
        foreach (var kind in Enum.GetValues<ChangeKind>())
        {
            using var sample = await plan.SampleAsync(kind, rows, cancellationToken);
            if (sample is not null)
                samples.AddRange(look.Of(sample));
        }

        return samples;
    }
}
