using ReverseEtl.Core.Delivery;
using ReverseEtl.Core.Delivery.Objects;
using ReverseEtl.Core.Planning;
using ReverseEtl.Http;
using ReverseEtl.Server.Operations.Results;

namespace ReverseEtl.Server.Operations;

/// <summary>Finds what a plan costs at the vendor.</summary>
/// <param name="spec">The object.</param>
/// <param name="request">What the destination is opened for.</param>
/// <param name="destination">How it is driven.</param>
internal sealed class PlanPricing(ObjectSpec spec, DestinationRequest request, DestinationDescriptor destination)
{
    /// <summary>
    /// Prices a plan. Where the vendor bills by what is in a request, the plan's batches are read as a run would, and requests and bill are exact;
    /// elsewhere requests are counted by their limit of rows.
    /// </summary>
    public async Task<PlanPrice> PriceAsync(IChangePlan plan, CancellationToken cancellationToken)
    {
        long requests = 0, lookUps = 0, charged = 0;
        foreach (var operation in SyncModes.InOrder)
        {
            var rows = RowsOf(plan.Summary, operation);
            if (rows == 0)
                continue;
            var (sent, billed) = spec.Charge is null
                ? ((rows + destination.RowsPerRequest(operation) - 1) / destination.RowsPerRequest(operation), 0)
                : await ReadAsync(plan, operation, spec.Charge, cancellationToken);
            (requests, lookUps, charged) = (requests + sent, lookUps + (sent * spec.LookUpsFor(operation)), charged + billed);
        }

        return PlanPrice.Of(spec, requests, lookUps, charged);
    }

    private async Task<(long Requests, long Charged)> ReadAsync(IChangePlan plan, Operation operation, Charge charge, CancellationToken cancellationToken)
    {
        long requests = 0, charged = 0;
        await foreach (var batch in plan.ReadAsync(operation, -1, long.MaxValue, destination.RowsPerRequest(operation), destination.MaxBatchBytes, cancellationToken))
        {
            using (batch)
            {
                using var shaped = DestinationKit.Shape(spec, request, batch);
                // One whose rows are all refused is not sent.
                if (shaped.Batch.Count == 0)
                    continue;
                requests++;
                charged += charge.Count(shaped.Batch);
            }
        }

        return (requests, charged);
    }

    private long RowsOf(PlanSummary summary, Operation operation) => request.Mode.KindsFor(operation).Sum(kind => kind switch
    {
        ChangeKind.Add => summary.Added,
        ChangeKind.Change => summary.Changed - summary.Replaced,
        // What a replacement removes goes by itself.
        ChangeKind.Remove => summary.IsReplacement ? 0 : summary.Removed,
        ChangeKind.Replace => summary.Replaced,
        ChangeKind.Resend => summary.Resent,
        _ => 0,
    });
}
