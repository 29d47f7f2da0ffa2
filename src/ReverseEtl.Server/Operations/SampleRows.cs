using ReverseEtl.Core.Delivery;
using ReverseEtl.Core.Delivery.Objects;
using ReverseEtl.Http;
using ReverseEtl.Server.Operations.Results;

namespace ReverseEtl.Server.Operations;

/// <summary>Rows of a plan for people to look at; messages with the text that would be sent.</summary>
/// <param name="spec">The object.</param>
/// <param name="request">What the destination is opened for.</param>
internal sealed class SampleRows(ObjectSpec spec, DestinationRequest request)
{
    /// <summary>The rows of a sample.</summary>
    public IReadOnlyList<PlanRow> Of(ChangeBatch sample)
    {
        IReadOnlyList<PlanRow> rows = [.. Enumerable.Range(0, sample.Count).Select(row => PlanRow.Of(sample, row))];
        return spec.Text is null || sample.Operation is Operation.Remove ? rows : [.. WithTexts(sample, rows, spec.Text)];
    }

    private IEnumerable<PlanRow> WithTexts(ChangeBatch sample, IReadOnlyList<PlanRow> rows, Func<ChangeBatch, int, string?> text)
    {
        using var shaped = DestinationKit.Shape(spec, request, sample);
        var at = 0;
        for (var row = 0; row < rows.Count; row++)
        {
            if (shaped.Invalid.TryGetValue(row, out var wrong))
                yield return rows[row] with { Refused = wrong };
            else if (text(shaped.Batch, at++) is { } told)
                yield return rows[row] with { Text = told };
            else
                yield return rows[row] with { Refused = "the row gives no text" };
        }
    }
}
