using ReverseEtl.Core.Delivery;
using ReverseEtl.Core.Planning;
using ReverseEtl.DuckDb;

namespace ReverseEtl.Warehouses.Local;

/// <summary>Copies canonical values out of DuckDB's chunks, which die with the next one, into columns of our own.</summary>
internal static class ChunkCopy
{
    /// <summary>Appends rows of a vector whose type is what <see cref="DuckDb.DuckDbTypes.StorageOf"/> says.</summary>
    public static void Append(FieldColumnBuilder builder, ColumnVector vector, int first, int count)
    {
        switch (builder.Type)
        {
            case FieldType.Boolean:
                var flags = vector.Values<byte>();
                for (var row = first; row < first + count; row++)
                    AppendFixed(builder, vector, row, flags[row]);
                break;
            case FieldType.Integer or FieldType.Float:
                var slots = vector.Values<long>();
                for (var row = first; row < first + count; row++)
                    AppendFixed(builder, vector, row, slots[row]);
                break;
            default:
                for (var row = first; row < first + count; row++)
                {
                    if (vector.IsValid(row))
                        builder.AppendUtf8(vector.Bytes(row));
                    else
                        builder.AppendNull();
                }

                break;
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
