using System.Buffers.Binary;
using System.Numerics;
using ReverseEtl.Warehouses.Local.Streaming;

namespace ReverseEtl.Warehouses.Postgres.Copy;

/// <summary>
/// Reads a numeric: how many digits to the base of 10,000 it has, the weight of the first one, its sign, its scale, then the digits.
/// </summary>
internal readonly struct CopyNumeric : ICellDecimal
{
    private const int HeaderBytes = 8;
    private const int Base = 10_000;
    private const int DigitsOfBase = 4;
    private const ushort Negative = 0x4000;

    private static readonly int[] Powers = [1, 10, 100, 1000, Base];

    /// <inheritdoc/>
    /// <exception cref="FormatException">It is NaN or infinite, or has too many digits.</exception>
    public static T Read<T>(ReadOnlySpan<byte> bytes, int width, int scale)
        where T : IBinaryInteger<T>
    {
        if (bytes.Length < HeaderBytes)
            throw new FormatException();
        int count = BinaryPrimitives.ReadUInt16BigEndian(bytes);
        // Ten to the power of this is what the first digit counts.
        var exponent = (BinaryPrimitives.ReadInt16BigEndian(bytes[2..]) * DigitsOfBase) + scale;
        var sign = BinaryPrimitives.ReadUInt16BigEndian(bytes[4..]);
        if (sign is not (0 or Negative) || bytes.Length != HeaderBytes + (count * sizeof(ushort)))
            throw new FormatException();
        var number = T.Zero;
        for (var i = 0; i < count; i++, exponent -= DigitsOfBase)
        {
            int digit = BinaryPrimitives.ReadUInt16BigEndian(bytes[(HeaderBytes + (i * sizeof(ushort)))..]);
            // With the first digit it is known that the number fits, and so does all of it that comes first.
            if (digit >= Base || (i == 0 && DecimalDigits(digit) + exponent > width))
                throw new FormatException();
            number = exponent >= 0
                ? (number * T.CreateTruncating(Base)) + T.CreateTruncating(digit)
                : AppendCut(number, digit, -exponent);
        }

        // What is left of the exponent are zeros that were not sent.
        for (var zeros = exponent + DigitsOfBase; zeros > 0 && count > 0; zeros--)
            number *= T.CreateTruncating(10);
        return sign == Negative ? -number : number;
    }

    // A last digit that reaches beyond the scale has zeros there.
    private static T AppendCut<T>(T number, int digit, int zeros)
        where T : IBinaryInteger<T>
    {
        if (zeros >= DigitsOfBase || digit % Powers[zeros] != 0)
            throw new FormatException();
        return (number * T.CreateTruncating(Powers[DigitsOfBase - zeros])) + T.CreateTruncating(digit / Powers[zeros]);
    }

    private static int DecimalDigits(int digit) => digit switch { < 10 => 1, < 100 => 2, < 1000 => 3, _ => 4 };
}
