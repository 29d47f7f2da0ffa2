using System.Globalization;
using ReverseEtl.Core.Delivery;
using ReverseEtl.DuckDb;

namespace ReverseEtl.Connectors.Files;

/// <summary>A column's values of one chunk as JSON, by the rules of <see cref="FieldColumn.WriteValue"/>.</summary>
internal sealed class JsonColumn
{
    private const int LongestNumber = 32;

    private readonly StagedField _field;
    private readonly byte[] _name;
    private readonly ByteBuffer _values = new();
    private readonly int[] _ends = new int[DataChunkWriter.MaxRows];

    public JsonColumn(StagedField field)
    {
        _field = field;
        var name = new ByteBuffer();
        JsonLiteral.WriteString(name, System.Text.Encoding.UTF8.GetBytes(field.Name));
        name.Append((byte)':');
        _name = name.Written.ToArray();
    }

    /// <summary>The member's name with its colon.</summary>
    public ReadOnlySpan<byte> Name => _name;

    /// <summary>A row's value; empty where the member is left out.</summary>
    public ReadOnlySpan<byte> Value(int row)
    {
        var start = row == 0 ? 0 : _ends[row - 1];
        return _values.Written[start.._ends[row]];
    }

    /// <summary>Takes a chunk in the place of the one before.</summary>
    public void Encode(ColumnVector vector)
    {
        _values.Clear();
        for (var row = 0; row < vector.Count; row++)
        {
            if (vector.IsValid(row))
                WriteValue(vector, row);
            else if (!_field.Skip)
                _values.Append("null"u8);
            _ends[row] = _values.Length;
        }
    }

    private void WriteValue(ColumnVector vector, int row)
    {
        switch (_field.Type)
        {
            case FieldType.Boolean:
                _values.Append(vector.Values<bool>()[row] ? "true"u8 : "false"u8);
                break;
            case FieldType.Integer:
                WriteNumber(vector.Values<long>()[row]);
                break;
            case FieldType.Float:
                WriteFloat(vector.Values<double>()[row]);
                break;
            case FieldType.Decimal when JsonLiteral.IsNumber(vector.Utf8(row)):
                _values.Append(vector.Utf8(row));
                break;
            case FieldType.Json:
                JsonLiteral.WriteOnOneLine(_values, vector.Utf8(row));
                break;
            default:
                JsonLiteral.WriteString(_values, vector.Utf8(row));
                break;
        }
    }

    private void WriteFloat(double value)
    {
        if (double.IsFinite(value))
            WriteNumber(value);
        else
            _values.Append(double.IsNaN(value) ? "\"NaN\""u8 : value > 0 ? "\"Infinity\""u8 : "\"-Infinity\""u8);
    }

    private void WriteNumber<T>(T value)
        where T : IUtf8SpanFormattable
    {
        _ = value.TryFormat(_values.Reserve(LongestNumber), out var written, default, CultureInfo.InvariantCulture);
        _values.Advance(written);
    }
}
