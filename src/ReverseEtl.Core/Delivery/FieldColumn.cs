using System.Buffers;
using System.Globalization;
using System.Text;
using System.Text.Json;

namespace ReverseEtl.Core.Delivery;

/// <summary>
/// One column of a batch: values of one type, copied once out of the warehouse's own buffers and written from here straight into
/// request bodies. Fixed types are 64-bit slots, all others are slices of one UTF-8 buffer. Read-only once built.
/// </summary>
public sealed class FieldColumn : IDisposable
{
    private readonly bool[] _nulls;
    private readonly long[]? _fixed;
    private readonly int[]? _ends;
    private readonly byte[]? _bytes;
    private readonly byte[] _jsonName;
    private readonly bool _constant;
    private bool _owns;

    internal FieldColumn(string name, FieldType type, int count, bool[] nulls, long[]? @fixed, int[]? ends, byte[]? bytes,
        bool constant = false, bool owns = true)
    {
        (Name, Type, Count, _nulls, _fixed, _ends, _bytes, _constant, _owns) =
            (name, type, count, nulls, @fixed, ends, bytes, constant, owns);
        _jsonName = [(byte)',', (byte)'"', .. JsonEncodedText.Encode(name, JsonText.Encoder).EncodedUtf8Bytes, (byte)'"', (byte)':'];
    }

    /// <summary>The column's name: a key column, or the destination's field.</summary>
    public string Name { get; }

    /// <summary>The name as bodies have it, with the comma before it; escaped once and not in every row.</summary>
    internal ReadOnlySpan<byte> JsonName => _jsonName;

    /// <summary>The type of every value.</summary>
    public FieldType Type { get; }

    /// <summary>Rows.</summary>
    public int Count { get; }

    /// <summary>True where a NULL means "leave the field alone" rather than "clear it" (<c>null: skip</c>).</summary>
    public bool OmitNull { get; internal init; }

    /// <summary>Rows in which the field is as the destination has it, and is not sent; null where there is none.</summary>
    internal bool[]? Known { get; init; }

    /// <summary>True for identifiers that are kept as they were sent: they are shaped already.</summary>
    public bool IsShaped { get; internal init; }

    /// <summary>True where the field is to be left out of the row: the destination has the value, or must not hear of a NULL.</summary>
    public bool IsLeftOut(int row) => IsKnown(row) || (OmitNull && IsNull(row));

    /// <summary>True where the destination has the row's value and is not told again (<c>fields: changed</c>).</summary>
    public bool IsKnown(int row) => Known is not null && Known[row];

    /// <summary>True where the row's value is NULL.</summary>
    public bool IsNull(int row) => _nulls[At(row)];

    /// <summary>The value of a <see cref="FieldType.Boolean"/> column.</summary>
    public bool Boolean(int row) => _fixed![At(row)] != 0;

    /// <summary>The value of a <see cref="FieldType.Integer"/> column.</summary>
    public long Integer(int row) => _fixed![At(row)];

    /// <summary>The value of a <see cref="FieldType.Float"/> column.</summary>
    /// <remarks>Zero has no sign here: DuckDB's storage keeps none, as it takes 0 and -0 for the same value.</remarks>
    public double Float(int row) => BitConverter.Int64BitsToDouble(_fixed![At(row)]) is var value && value == 0 ? 0 : value;

    /// <summary>The UTF-8 text of a column that is not fixed. Valid until the column is disposed.</summary>
    public ReadOnlySpan<byte> Utf8(int row)
    {
        var at = At(row);
        var start = at == 0 ? 0 : _ends![at - 1];
        return _bytes.AsSpan(start, _ends![at] - start);
    }

    /// <summary>The canonical text of a value, or null; for messages, templates and keys, not for bodies.</summary>
    public string? Text(int row)
    {
        if (IsNull(row))
            return null;
        return Type switch
        {
            FieldType.Boolean => Boolean(row) ? "true" : "false",
            FieldType.Integer => Integer(row).ToString(CultureInfo.InvariantCulture),
            FieldType.Float => FloatText(Float(row)),
            _ => Encoding.UTF8.GetString(Utf8(row)),
        };
    }

    /// <summary>Writes a row's value as JSON.</summary>
    public void WriteValue(Utf8JsonWriter writer, int row)
    {
        if (IsNull(row))
        {
            writer.WriteNullValue();
            return;
        }

        switch (Type)
        {
            case FieldType.Boolean:
                writer.WriteBooleanValue(Boolean(row));
                break;
            case FieldType.Integer:
                writer.WriteNumberValue(Integer(row));
                break;
            case FieldType.Float when double.IsFinite(Float(row)):
                writer.WriteNumberValue(Float(row));
                break;
            case FieldType.Float:
                writer.WriteStringValue(FloatText(Float(row)));
                break;
            // PostgreSQL's numeric knows NaN and Infinity, which JSON does not.
            case FieldType.Decimal when char.IsAsciiLetter((char)Utf8(row)[^1]):
                writer.WriteStringValue(Utf8(row));
                break;
            case FieldType.Decimal:
            case FieldType.Json:
                writer.WriteRawValue(Utf8(row), skipInputValidation: true);
                break;
            default:
                writer.WriteStringValue(Utf8(row));
                break;
        }
    }

    /// <summary>
    /// The same values under another name. The first caller takes the buffers over and gives them back when it is disposed; later
    /// ones share them and must not outlive it.
    /// </summary>
    internal FieldColumn Become(string name, bool omitNull)
    {
        var owns = _owns;
        _owns = false;
        return Copy(name, owns, omitNull, Known);
    }

    /// <summary>The same values, of which some rows are known to the destination. Takes the buffers over.</summary>
    public FieldColumn Knowing(bool[]? known)
    {
        var owns = _owns;
        _owns = false;
        return Copy(Name, owns, OmitNull, known);
    }

    /// <summary>The same values under another name, owned by this column: it must outlive the view.</summary>
    internal FieldColumn View(string name, bool omitNull) => Copy(name, owns: false, omitNull, Known);

    /// <summary>A copy of some rows, in the order given.</summary>
    public FieldColumn Take(ReadOnlySpan<int> rows)
    {
        using var builder = new FieldColumnBuilder(Name, Type);
        foreach (var row in rows)
            builder.AppendFrom(this, row);
        return builder.Build(OmitNull, Known is { } known ? Array.ConvertAll(rows.ToArray(), row => known[row]) : null, IsShaped);
    }

    /// <summary>One value for every row.</summary>
    public static FieldColumn Constant(string name, FieldType type, ReadOnlySpan<byte> utf8, long bits, bool isNull, int count)
    {
        using var builder = new FieldColumnBuilder(name, type);
        if (isNull)
            builder.AppendNull();
        else if (type.IsFixed())
            builder.AppendFixed(bits);
        else
            builder.AppendUtf8(utf8);
        var one = builder.Build();
        return new FieldColumn(name, type, count, one._nulls, one._fixed, one._ends, one._bytes, constant: true);
    }

    /// <summary>Gives the buffers back.</summary>
    public void Dispose()
    {
        if (!_owns)
            return;
        _owns = false;
        ArrayPool<bool>.Shared.Return(_nulls);
        if (_fixed is not null)
            ArrayPool<long>.Shared.Return(_fixed);
        if (_ends is not null)
            ArrayPool<int>.Shared.Return(_ends);
        if (_bytes is not null)
            ArrayPool<byte>.Shared.Return(_bytes);
    }

    private FieldColumn Copy(string name, bool owns, bool omitNull, bool[]? known) =>
        new(name, Type, Count, _nulls, _fixed, _ends, _bytes, _constant, owns) { OmitNull = omitNull, Known = known, IsShaped = IsShaped };

    private int At(int row) => _constant ? 0 : row;

    private static string FloatText(double value) => value switch
    {
        double.NaN => "NaN",
        double.PositiveInfinity => "Infinity",
        double.NegativeInfinity => "-Infinity",
        _ => value.ToString("R", CultureInfo.InvariantCulture),
    };
}
