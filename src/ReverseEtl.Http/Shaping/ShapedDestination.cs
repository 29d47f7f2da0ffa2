using ReverseEtl.Core.Delivery;
using ReverseEtl.Core.Delivery.Objects;

namespace ReverseEtl.Http.Shaping;

/// <summary>
/// Shapes the values of a batch as the object's fields ask for it before a connector sees them: brought to the vendor's types, normalised,
/// hashed. So a connector for hashed data never holds it plain. A row with a value that cannot be shaped is rejected and not sent.
/// </summary>
public sealed class ShapedDestination : IDestination
{
    private readonly IDestination _inner;
    private readonly BatchShaper _shaper;

    private ShapedDestination(IDestination inner, BatchShaper shaper) => (_inner, _shaper) = (inner, shaper);

    /// <summary>A destination whose batches are shaped; the same one where the object asks for nothing.</summary>
    public static IDestination Wrap(IDestination inner, ObjectSpec spec, DestinationRequest request) =>
        spec.OneOf.Count > 0 || spec.Fields.Any(field => field.Rule is not null || field.Required) ? new ShapedDestination(inner, new BatchShaper(spec, request)) : inner;

    /// <inheritdoc/>
    public DestinationDescriptor Descriptor => _inner.Descriptor;

    /// <inheritdoc/>
    public ValueTask CheckAsync(CancellationToken cancellationToken) => _inner.CheckAsync(cancellationToken);

    /// <inheritdoc/>
    public ValueTask<long?> CountAsync(CancellationToken cancellationToken) => _inner.CountAsync(cancellationToken);

    /// <inheritdoc/>
    public async ValueTask<DeliveryReport> DeliverAsync(ChangeBatch batch, CancellationToken cancellationToken)
    {
        using var shaped = _shaper.Shape(batch);
        if (shaped.Invalid.Count == 0)
            return Counted(await _inner.DeliverAsync(shaped.Batch, cancellationToken), shaped);

        var report = DeliveryReport.For(batch);
        foreach (var (row, wrong) in shaped.Invalid)
            report.Set(row, RowOutcome.Rejected(OutcomeCodes.InvalidValue, wrong));
        if (shaped.Rows.Length == 0)
            return Counted(report.Build(), shaped);
        var sent = await _inner.DeliverAsync(shaped.Batch, cancellationToken);
        for (var i = 0; i < shaped.Rows.Length; i++)
            report.Set(shaped.Rows[i], sent[i]);
        return Counted(report.Build().With(sent.Reported), shaped);
    }

    private static DeliveryReport Counted(DeliveryReport report, ShapedBatch shaped) =>
        shaped.LeftOut.Count == 0 ? report : report.With(report.Reported.Concat(shaped.LeftOut).ToDictionary());

    /// <inheritdoc/>
    public ValueTask CompleteAsync(CancellationToken cancellationToken) => _inner.CompleteAsync(cancellationToken);

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => _inner.DisposeAsync();
}
