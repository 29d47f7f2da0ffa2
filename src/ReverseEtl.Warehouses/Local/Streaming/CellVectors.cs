using System.Numerics;
using ReverseEtl.DuckDb;

namespace ReverseEtl.Warehouses.Local.Streaming;

/// <summary>How a value is read. The readers have no state: they are there to be compiled into the loop.</summary>
internal interface ICellValue<T>
{
    /// <exception cref="FormatException">It is no such value.</exception>
    static abstract T Read(ReadOnlySpan<byte> bytes);
}

/// <summary>How a decimal is read; see <see cref="ICellValue{T}"/>.</summary>
internal interface ICellDecimal
{
    /// <summary>The number times ten to the power of <paramref name="scale"/>; so many digits as <paramref name="width"/> says fit T.</summary>
    /// <exception cref="FormatException">It is no number, or has more digits than that.</exception>
    static abstract T Read<T>(ReadOnlySpan<byte> bytes, int width, int scale)
        where T : IBinaryInteger<T>;
}

/// <summary>Writes a column of a chunk into a vector: one loop over the rows for each type.</summary>
internal static class CellVectors
{
    /// <summary>Values of fixed size.</summary>
    public static void Write<T, TValue>(CellRows rows, int column, VectorWriter vector)
        where T : unmanaged
        where TValue : ICellValue<T>
    {
        var values = vector.Values<T>();
        for (var row = 0; row < rows.Count; row++)
        {
            if (rows.IsNull(row, column))
                vector.SetNull(row);
            else
                values[row] = TValue.Read(rows[row, column]);
        }
    }

    /// <summary>Decimals of any width.</summary>
    public static void WriteDecimals<TDecimal>(CellRows rows, int column, VectorWriter vector)
        where TDecimal : ICellDecimal
    {
        switch (vector.Type.Width)
        {
            case <= 4:
                Decimals<short, long, TDecimal>(rows, column, vector);
                break;
            case <= 9:
                Decimals<int, long, TDecimal>(rows, column, vector);
                break;
            case <= 18:
                Decimals<long, long, TDecimal>(rows, column, vector);
                break;
            default:
                Decimals<Int128, Int128, TDecimal>(rows, column, vector);
                break;
        }
    }

    /// <summary>Texts and bytes, as they are.</summary>
    public static void WriteBytes(CellRows rows, int column, VectorWriter vector)
    {
        var isText = vector.Type.Id is DuckDBType.Varchar;
        for (var row = 0; row < rows.Count; row++)
        {
            if (rows.IsNull(row, column))
                vector.SetNull(row);
            else if (isText)
                vector.AssignString(row, rows[row, column]);
            else
                vector.AssignBlob(row, rows[row, column]);
        }
    }

    private static void Decimals<T, TWide, TDecimal>(CellRows rows, int column, VectorWriter vector)
        where T : unmanaged, IBinaryInteger<T>
        where TWide : unmanaged, IBinaryInteger<TWide>
        where TDecimal : ICellDecimal
    {
        var values = vector.Values<T>();
        var (width, scale) = (vector.Type.Width, vector.Type.Scale);
        for (var row = 0; row < rows.Count; row++)
        {
            if (rows.IsNull(row, column))
                vector.SetNull(row);
            else
                values[row] = T.CreateTruncating(TDecimal.Read<TWide>(rows[row, column], width, scale));
        }
    }
}
