using ReverseEtl.Core.Delivery;
using ReverseEtl.Core.Planning;
using ReverseEtl.DuckDb;

namespace ReverseEtl.Warehouses.Local;

/// <summary>Copies canonical values out of DuckDB's chunks, which die with the next one, into columns of our own.</summary>
internal static class ChunkCopy
{
    /// <summary>
    /// Appends rows of a vector whose type is what <see cref="DuckDb.DuckDbTypes.StorageOf"/> says, or one that becomes text here.
    /// </summary>
    public static void Append(FieldColumnBuilder builder, ColumnVector vector, int first, int count)
    {
        if (builder.Type is FieldType.Boolean)
        {
            var flags = vector.Values<byte>();
            for (var row = first; row < first + count; row++)
                AppendFixed(builder, vector, row, flags[row]);
        }
        else if (builder.Type.IsFixed())
        {
            var slots = vector.Values<long>();
            if (vector.Validity.IsEmpty)
                builder.AppendFixed(slots.Slice(first, count));
            else
                for (var row = first; row < first + count; row++)
                    AppendFixed(builder, vector, row, slots[row]);
        }
        else if (vector.Type.Id is DuckDBType.Varchar or DuckDBType.Blob)
        {
            for (var row = first; row < first + count; row++)
            {
                if (vector.IsValid(row))
                    builder.AppendUtf8(vector.Bytes(row));
                else
                    builder.AppendNull();
            }
        }
        else
        {
            AppendWritten(builder, vector, first, count);
        }
    }

    private static void AppendWritten(FieldColumnBuilder builder, ColumnVector vector, int first, int count)
    {
        var separates = builder.Type is FieldType.Timestamp or FieldType.TimestampTz;
        Span<byte> text = stackalloc byte[ColumnVector.LongestText];
        for (var row = first; row < first + count; row++)
        {
            if (!vector.IsValid(row))
            {
                builder.AppendNull();
                continue;
            }

            var length = vector.WriteText(row, text);
            if (separates)
                text[..length].Replace((byte)' ', (byte)'T');
            // An infinity has no zone.
            if (builder.Type is FieldType.TimestampTz && text[length - 1] != (byte)'y')
                text[length++] = (byte)'Z';
            builder.AppendUtf8(text[..length]);
        }
    }

    /// <summary>A copy of a whole vector.</summary>
    public static FieldColumn Column(ColumnInfo column, ColumnVector vector, int count)
    {
        using var builder = new FieldColumnBuilder(column.Name, column.Type);
        Append(builder, vector, 0, count);
        return builder.Build();
    }

    private static void AppendFixed(FieldColumnBuilder builder, ColumnVector vector, int row, long bits)
    {
        if (vector.IsValid(row))
            builder.AppendFixed(bits);
        else
            builder.AppendNull();
    }
}
