using ReverseEtl.Core.Delivery;

namespace ReverseEtl.Http.Vendors;

/// <summary>Rows that a connector leaves out of a request, as the vendor would not take them.</summary>
public static class UnsentRows
{
    /// <summary>The report of a request, with the outcomes of rows that were not in it. One that was refused as a whole is cut, and so stays as it is.</summary>
    public static DeliveryReport WithUnsent(this DeliveryReport sent, ChangeBatch batch, IReadOnlyDictionary<int, RowOutcome> unsent)
    {
        if (unsent.Count == 0 || sent.IsWholeBatch)
            return sent;
        var report = DeliveryReport.For(batch);
        for (var row = 0; row < batch.Count; row++)
            report.Set(row, unsent.TryGetValue(row, out var outcome) ? outcome : sent[row]);
        return report.Build().With(sent.Reported);
    }
}
