using System.Text.Json;
using ReverseEtl.Http.Requests;

namespace ReverseEtl.Warehouses.Snowflake;

/// <summary>
/// The rows of a result, partition after partition, one row in memory at a time. A partition whose transmission breaks off is fetched again, and
/// goes on behind the last row that was read.
/// </summary>
internal sealed class ResultRows(SnowflakeApi api, StatementResult result) : IDisposable
{
    private RowReader? _reader;
    private int _partition;
    private long _read;

    /// <summary>Goes to the next row; false where there is none.</summary>
    /// <exception cref="SnowflakeException">A partition cannot be had.</exception>
    public async ValueTask<bool> ReadAsync(CancellationToken cancellationToken)
    {
        while (_partition < Math.Max(1, result.Metadata.PartitionInfo.Count))
        {
            if (await StepAsync(cancellationToken))
            {
                _read++;
                return true;
            }

            CheckCount();
            Close();
            (_partition, _read) = (_partition + 1, 0);
        }

        return false;
    }

    /// <summary>True where the row has NULL.</summary>
    public bool IsNull(int column) => _reader!.IsNull(column);

    /// <summary>The text of a value, until the next row is read.</summary>
    public ReadOnlySpan<byte> Cell(int column) => _reader!.Cell(column);

    public void Dispose()
    {
        Close();
        _partition = int.MaxValue;
    }

    private async ValueTask<bool> StepAsync(CancellationToken cancellationToken)
    {
        for (var failures = 1; ; failures++)
        {
            try
            {
                _reader ??= await OpenAsync(cancellationToken);
                return await _reader.ReadAsync(cancellationToken);
            }
            catch (Exception lost) when (Transmission.IsLost(lost) && !cancellationToken.IsCancellationRequested)
            {
                Close();
                if (failures >= api.Settings.Retry.MaxAttempts)
                    throw Unreadable(HttpFailure.Reason(lost), lost);
                await Task.Delay(api.Settings.Retry.DelayAfter(failures, null), api.Settings.Time, cancellationToken);
            }
            catch (JsonException malformed)
            {
                throw Unreadable(malformed.Message, malformed);
            }
        }
    }

    private async Task<RowReader> OpenAsync(CancellationToken cancellationToken)
    {
        // The first came with the answer.
        var stream = _partition == 0 ? new MemoryStream(result.Body) : await api.PartitionAsync(result.Handle, _partition, cancellationToken);
        var reader = new RowReader(stream, result.Metadata.RowType.Count, api.Settings);
        try
        {
            for (var row = 0L; row < _read; row++)
            {
                if (!await reader.ReadAsync(cancellationToken))
                    throw Unreadable("it has fewer rows than before", null);
            }

            return reader;
        }
        catch
        {
            reader.Dispose();
            throw;
        }
    }

    private void CheckCount()
    {
        if (_partition < result.Metadata.PartitionInfo.Count && result.Metadata.PartitionInfo[_partition].RowCount != _read)
            throw Unreadable($"it has {_read} rows, not {result.Metadata.PartitionInfo[_partition].RowCount}", null);
    }

    private void Close()
    {
        _reader?.Dispose();
        _reader = null;
    }

    private SnowflakeException Unreadable(string reason, Exception? inner) =>
        new($"partition {_partition} of the result of query {result.Handle} cannot be read: {reason}", inner) { QueryId = result.Handle, Transient = true };
}
