using System.Buffers;
using ReverseEtl.Core.Delivery;
using ReverseEtl.DuckDb;
using ReverseEtl.Warehouses.Local;
using ReverseEtl.Warehouses.Snowflake;

namespace ReverseEtl.Warehouses.InWarehouse.Snowflake;

/// <summary>
/// Reads rows of a plan as the result of one query, partition after partition, and some thousand rows at a time. Where the result is not to be had any
/// more, as it is kept for a day, the query is run again for what is left.
/// </summary>
/// <param name="connection">The plan's connection.</param>
/// <param name="query">The rows.</param>
/// <param name="translate">What becomes of Snowflake's errors.</param>
internal sealed class PlanScan(SnowflakeConnection connection, PlanQuery query, Func<SnowflakeException, Exception> translate) : IPlanReader, IPlanRows
{
    private const int PageRows = DataChunkWriter.MaxRows;

    private readonly long[] _seq = new long[PageRows];
    private readonly byte[] _kinds = new byte[PageRows];
    private readonly int[] _ends = new int[PageRows * query.Columns];
    private readonly bool[] _nulls = new bool[PageRows * query.Columns];
    private readonly ArrayBufferWriter<byte> _cells = new();
    private SnowflakeDataReader? _reader;
    private long _after = query.AfterSeq;
    private long _before = query.AfterSeq;

    public IPlanRows Rows => this;

    public int Count { get; private set; }

    public ReadOnlySpan<long> Seq => _seq;

    public ReadOnlySpan<byte> Kinds => _kinds;

    public bool Read(CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        try
        {
            return ReadAsync(cancellationToken).GetAwaiter().GetResult();
        }
        catch (SnowflakeException error)
        {
            throw translate(error);
        }
    }

    public void Append(FieldColumnBuilder builder, int column, int first, int count)
    {
        for (var row = first; row < first + count; row++)
        {
            var cell = CellOf(row, column + 2);
            ValueReader.Append(builder, _nulls[cell], Utf8(cell));
        }
    }

    public void AppendFlags(IReadOnlyList<List<byte>> flags, int column, int first, int count)
    {
        for (var row = first; row < first + count; row++)
            ColumnHashSql.Append(flags, Utf8(CellOf(row, column + 2)));
    }

    public int MostBytes(int row) => _ends[CellOf(row, query.Columns - 1)] - _ends[CellOf(row, 1)];

    public void Dispose() => Close();

    private async Task<bool> ReadAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            try
            {
                return await PageAsync(cancellationToken);
            }
            catch (SnowflakeException) when (_after > _before)
            {
                Close();
                _before = _after;
            }
        }
    }

    private async Task<bool> PageAsync(CancellationToken cancellationToken)
    {
        _reader ??= await new SnowflakeCommand(
            $"select {query.Select} from {query.From} p where p.seq > {_after} and {query.Where} order by p.seq", connection).ExecuteReaderAsync(cancellationToken);
        Count = 0;
        _cells.ResetWrittenCount();
        while (Count < PageRows && await _reader.ReadAsync(cancellationToken))
            Keep(_reader);
        if (Count > 0)
            _after = _seq[Count - 1];
        return Count > 0;
    }

    private void Keep(SnowflakeDataReader row)
    {
        for (var column = 0; column < query.Columns; column++)
        {
            var cell = CellOf(Count, column);
            _nulls[cell] = row.IsDBNull(column);
            _cells.Write(row.Utf8(column));
            _ends[cell] = _cells.WrittenCount;
        }

        (_seq[Count], _kinds[Count]) = (ValueReader.Slot(FieldType.Integer, row.Utf8(0)), (byte)ValueReader.Slot(FieldType.Integer, row.Utf8(1)));
        Count++;
    }

    private int CellOf(int row, int column) => (row * query.Columns) + column;

    private ReadOnlySpan<byte> Utf8(int cell) => _cells.WrittenSpan[(cell == 0 ? 0 : _ends[cell - 1]).._ends[cell]];

    private void Close()
    {
        _reader?.Dispose();
        _reader = null;
    }
}
