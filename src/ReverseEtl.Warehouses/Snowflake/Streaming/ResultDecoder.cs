using System.Buffers.Text;
using System.Numerics;
using ReverseEtl.DuckDb;
using ReverseEtl.Warehouses.Local.Streaming;

namespace ReverseEtl.Warehouses.Snowflake;

/// <summary>Writes a column of a result, whose values are texts, into a vector.</summary>
internal static class ResultDecoder
{
    /// <exception cref="FormatException">A value is none of the vector's type.</exception>
    public static void Write(CellRows rows, int column, VectorWriter vector)
    {
        switch (vector.Type.Id)
        {
            case DuckDBType.Boolean:
                CellVectors.Write<byte, Bool>(rows, column, vector);
                break;
            case DuckDBType.BigInt:
                CellVectors.Write<long, Integer>(rows, column, vector);
                break;
            case DuckDBType.Double:
                CellVectors.Write<double, Real>(rows, column, vector);
                break;
            case DuckDBType.Decimal:
                CellVectors.WriteDecimals<Number>(rows, column, vector);
                break;
            default:
                CellVectors.WriteBytes(rows, column, vector);
                break;
        }
    }

    private readonly struct Bool : ICellValue<byte>
    {
        public static byte Read(ReadOnlySpan<byte> bytes) => bytes switch
        {
            [(byte)'t' or (byte)'T' or (byte)'1', ..] => 1,
            [(byte)'f' or (byte)'F' or (byte)'0', ..] => 0,
            _ => throw new FormatException(),
        };
    }

    private readonly struct Integer : ICellValue<long>
    {
        public static long Read(ReadOnlySpan<byte> bytes) => Utf8Parser.TryParse(bytes, out long value, out var length) && length == bytes.Length ? value : throw new FormatException();
    }

    private readonly struct Real : ICellValue<double>
    {
        public static double Read(ReadOnlySpan<byte> bytes) =>
            Utf8Parser.TryParse(bytes, out double value, out var length) && length == bytes.Length ? value : ValueReader.Real(bytes);
    }

    // Zeros before and behind the point may be there or not.
    private readonly struct Number : ICellDecimal
    {
        public static T Read<T>(ReadOnlySpan<byte> bytes, int width, int scale)
            where T : IBinaryInteger<T>
        {
            var isNegative = bytes is [(byte)'-', ..];
            var point = bytes.IndexOf((byte)'.');
            var (number, digits, decimals) = (T.Zero, 0, point < 0 ? 0 : bytes.Length - point - 1);
            foreach (var character in isNegative ? bytes[1..] : bytes)
            {
                if (character == (byte)'.' && point >= 0)
                {
                    point = -1;
                    continue;
                }

                if (character is < (byte)'0' or > (byte)'9' || (digits += number == T.Zero && character == (byte)'0' ? 0 : 1) > width)
                    throw new FormatException();
                number = (number * T.CreateTruncating(10)) + T.CreateTruncating(character - '0');
            }

            if (decimals > scale || digits + scale - decimals > width)
                throw new FormatException();
            for (; decimals < scale; decimals++)
                number *= T.CreateTruncating(10);
            return isNegative ? -number : number;
        }
    }
}
