using System.Buffers.Binary;
using Npgsql;
using ReverseEtl.Core.Delivery;
using ReverseEtl.DuckDb;
using ReverseEtl.Warehouses.Local;
using ReverseEtl.Warehouses.Postgres.Copy;

namespace ReverseEtl.Warehouses.InWarehouse.Postgres;

/// <summary>
/// Reads rows of a plan by binary COPY, some thousand at a time: no statement stays open while batches wait for their destination, and
/// memory holds no more than a few of them, however many there are.
/// </summary>
/// <param name="connection">The plan's connection; nothing else uses it meanwhile.</param>
/// <param name="query">The rows.</param>
/// <param name="translate">What becomes of the driver's errors.</param>
internal sealed class PlanCopy(NpgsqlConnection connection, PlanQuery query, Func<NpgsqlException, Exception> translate) : IPlanReader, IPlanRows
{
    private const int PageRows = DataChunkWriter.MaxRows;

    private readonly long[] _seq = new long[PageRows];
    private readonly byte[] _kinds = new byte[PageRows];
    private NpgsqlRawCopyStream? _stream;
    private CopyRows? _page;
    private long _after = query.AfterSeq;
    private int _read = PageRows;

    public IPlanRows Rows => this;

    public int Count => _page?.Count ?? 0;

    public ReadOnlySpan<long> Seq => _seq;

    public ReadOnlySpan<byte> Kinds => _kinds;

    public bool Read(CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        try
        {
            while (_stream is not null || Begin())
            {
                if (_page!.Read())
                {
                    Number();
                    return true;
                }

                Close();
            }

            return false;
        }
        catch (NpgsqlException error)
        {
            throw translate(error);
        }
    }

    public void Append(FieldColumnBuilder builder, int column, int first, int count)
    {
        var rows = _page!;
        for (var row = first; row < first + count; row++)
        {
            if (rows.IsNull(row, column + 2))
                builder.AppendNull();
            else if (builder.Type.IsFixed())
                builder.AppendFixed(Fixed(rows[row, column + 2]));
            else
                builder.AppendUtf8(rows[row, column + 2]);
        }
    }

    public void AppendFlags(IReadOnlyList<List<byte>> flags, int column, int first, int count)
    {
        for (var row = first; row < first + count; row++)
            ColumnHashSql.Append(flags, _page![row, column + 2]);
    }

    public int MostBytes(int row)
    {
        var bytes = 0;
        for (var column = 2; column < query.Columns; column++)
            bytes += _page!.IsNull(row, column) ? 0 : _page[row, column].Length;
        return bytes;
    }

    public void Dispose() => Close();

    // A page that was not full was the last.
    private bool Begin()
    {
        if (_read < PageRows)
            return false;
        _read = 0;
        _stream = connection.BeginRawBinaryCopy(
            $"copy (select {query.Select} from {query.From} p where p.seq > {_after} and {query.Where} order by p.seq limit {PageRows}) to stdout (format binary)");
        _page = new CopyRows(_stream, query.Columns);
        return true;
    }

    private void Number()
    {
        for (var row = 0; row < Count; row++)
            (_seq[row], _kinds[row]) = (Fixed(_page![row, 0]), (byte)Fixed(_page[row, 1]));
        _after = _seq[Count - 1];
        _read += Count;
    }

    private void Close()
    {
        try
        {
            _stream?.Dispose();
        }
        finally
        {
            _stream = null;
        }
    }

    private static long Fixed(ReadOnlySpan<byte> bytes) => bytes.Length switch
    {
        1 => bytes[0],
        2 => BinaryPrimitives.ReadInt16BigEndian(bytes),
        4 => BinaryPrimitives.ReadInt32BigEndian(bytes),
        _ => BinaryPrimitives.ReadInt64BigEndian(bytes),
    };
}
