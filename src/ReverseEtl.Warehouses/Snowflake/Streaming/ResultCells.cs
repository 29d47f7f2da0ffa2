using ReverseEtl.Warehouses.Local.Streaming;

namespace ReverseEtl.Warehouses.Snowflake;

/// <summary>Some columns of a result.</summary>
/// <param name="api">The account.</param>
/// <param name="result">The result.</param>
/// <param name="columns">The places of the columns in it.</param>
/// <param name="stop">Stops reading.</param>
internal sealed class ResultCells(SnowflakeApi api, StatementResult result, IReadOnlyList<int> columns, CancellationToken stop) : CellRows(columns.Count), IDisposable
{
    private readonly ResultRows _rows = new(api, result);

    /// <inheritdoc/>
    /// <exception cref="SnowflakeException">A partition cannot be had.</exception>
    public override bool Read()
    {
        // DuckDB waits for the rows, on whatever thread it asks for them.
        Task.Run(ReadAsync).GetAwaiter().GetResult();
        return Count > 0;
    }

    public void Dispose() => _rows.Dispose();

    private async Task ReadAsync()
    {
        Count = 0;
        for (var bytes = 0; IsOpen(bytes) && await _rows.ReadAsync(stop);)
            bytes = Take(bytes);
    }

    private int Take(int bytes)
    {
        var cells = NextRow();
        for (var i = 0; i < cells.Length; i++)
        {
            if (_rows.IsNull(columns[i]))
            {
                cells[i] = (bytes, NullLength);
                continue;
            }

            var value = _rows.Cell(columns[i]);
            Grow(checked(bytes + value.Length));
            value.CopyTo(Buffer.AsSpan(bytes));
            cells[i] = (bytes, value.Length);
            bytes += value.Length;
        }

        Count++;
        return bytes;
    }
}
