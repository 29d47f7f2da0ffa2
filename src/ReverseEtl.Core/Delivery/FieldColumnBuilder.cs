using System.Buffers;
using System.Text;

namespace ReverseEtl.Core.Delivery;

/// <summary>Collects the values of one column into pooled buffers.</summary>
public sealed class FieldColumnBuilder : IDisposable
{
    private const int InitialRows = 1024;
    private const int InitialBytes = 16 * 1024;

    private readonly string _name;
    private bool[]? _nulls = ArrayPool<bool>.Shared.Rent(InitialRows);
    private long[]? _fixed;
    private int[]? _ends;
    private byte[]? _bytes;
    private int _length;

    /// <param name="name">The column's name.</param>
    /// <param name="type">The type of every value.</param>
    public FieldColumnBuilder(string name, FieldType type)
    {
        (_name, Type) = (name, type);
        if (type.IsFixed())
        {
            _fixed = ArrayPool<long>.Shared.Rent(InitialRows);
        }
        else
        {
            _ends = ArrayPool<int>.Shared.Rent(InitialRows);
            _bytes = ArrayPool<byte>.Shared.Rent(InitialBytes);
        }
    }

    /// <summary>The type of every value.</summary>
    public FieldType Type { get; }

    /// <summary>Rows so far.</summary>
    public int Count { get; private set; }

    /// <summary>Bytes of text so far.</summary>
    public int TextBytes => _length;

    /// <summary>Appends NULL.</summary>
    public void AppendNull() => Append(isNull: true, 0, default);

    /// <summary>Appends a value of a fixed type: 0 or 1, an integer, or the bits of a double.</summary>
    public void AppendFixed(long bits) => Append(isNull: false, bits, default);

    /// <summary>Appends values of a fixed type, none of them NULL.</summary>
    public void AppendFixed(ReadOnlySpan<long> bits)
    {
        Grow(ref _nulls, Count, Count + bits.Length);
        Grow(ref _fixed, Count, Count + bits.Length);
        _nulls.AsSpan(Count, bits.Length).Clear();
        bits.CopyTo(_fixed.AsSpan(Count));
        Count += bits.Length;
    }

    /// <summary>Appends text to a column that is not fixed.</summary>
    public void AppendUtf8(ReadOnlySpan<byte> utf8) => Append(isNull: false, 0, utf8);

    /// <summary>Appends text to a column that is not fixed; null is NULL.</summary>
    public void AppendText(string? text)
    {
        if (text is null)
            AppendNull();
        else
            AppendUtf8(Encoding.UTF8.GetBytes(text));
    }

    internal void AppendFrom(FieldColumn column, int row)
    {
        if (column.IsNull(row))
            AppendNull();
        else if (Type is FieldType.Float)
            AppendFixed(BitConverter.DoubleToInt64Bits(column.Float(row)));
        else if (Type.IsFixed())
            AppendFixed(column.Integer(row));
        else
            AppendUtf8(column.Utf8(row));
    }

    /// <summary>Hands the values over; the builder is empty afterwards and cannot be used again.</summary>
    public FieldColumn Build(bool omitNull = false, bool isShaped = false) => Build(omitNull, known: null, isShaped);

    /// <summary>Hands over values that stand for those of another column, and are sent in the rows in which those are.</summary>
    public FieldColumn BuildAs(FieldColumn source) => Build(source.OmitNull, source.Known, source.IsShaped);

    internal FieldColumn Build(bool omitNull, bool[]? known, bool isShaped)
    {
        var column = new FieldColumn(_name, Type, Count, _nulls!, _fixed, _ends, _bytes) { OmitNull = omitNull, Known = known, IsShaped = isShaped };
        (_nulls, _fixed, _ends, _bytes) = (null, null, null, null);
        return column;
    }

    /// <summary>Gives back what was not handed over.</summary>
    public void Dispose()
    {
        if (_nulls is null)
            return;
        Build().Dispose();
    }

    private void Append(bool isNull, long bits, ReadOnlySpan<byte> utf8)
    {
        var row = Count;
        Grow(ref _nulls, row, row + 1);
        _nulls[row] = isNull;
        if (_fixed is not null)
        {
            Grow(ref _fixed, row, row + 1);
            _fixed[row] = bits;
        }
        else
        {
            Grow(ref _ends, row, row + 1);
            Grow(ref _bytes, _length, _length + utf8.Length);
            utf8.CopyTo(_bytes.AsSpan(_length));
            _ends[row] = _length += utf8.Length;
        }

        Count++;
    }

    private static void Grow<T>([System.Diagnostics.CodeAnalysis.NotNull] ref T[]? buffer, int used, int needed)
    {
        ArgumentNullException.ThrowIfNull(buffer);
        if (needed <= buffer.Length)
            return;
        var larger = ArrayPool<T>.Shared.Rent(Math.Max(needed, buffer.Length * 2));
        buffer.AsSpan(0, used).CopyTo(larger);
        ArrayPool<T>.Shared.Return(buffer);
        buffer = larger;
    }
}
