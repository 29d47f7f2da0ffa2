using ReverseEtl.Core.Delivery;

namespace ReverseEtl.Warehouses.Local;

/// <summary>Cuts the rows of a plan into batches while they are read.</summary>
internal sealed class BatchCutter(IPlanReader reader, BatchShape shape, int maxRows, int? maxBytes)
{
    private int _next;
    private bool _open;

    /// <summary>The next batch, or null at the end.</summary>
    public ChangeBatch? Read(CancellationToken cancellationToken)
    {
        var batch = new BatchBuilder(shape);
        while (batch.Count < maxRows)
        {
            if (!_open || _next == reader.Rows.Count)
            {
                _open = reader.Read(cancellationToken);
                _next = 0;
                if (!_open)
                    break;
            }

            var rows = Math.Min(maxRows - batch.Count, reader.Rows.Count - _next);
            if (maxBytes is not null)
            {
                // Row by row only where bytes are limited, as one row may be most of a request; a row that is more goes alone.
                if (batch.Count > 0 && batch.TextBytes + reader.Rows.MostBytes(_next) > maxBytes)
                    break;
                rows = 1;
            }

            var taken = batch.Append(reader.Rows, _next, rows);
            if (taken == 0)
                break;
            _next += taken;
        }

        return batch.Count == 0 ? null : batch.Build();
    }
}
