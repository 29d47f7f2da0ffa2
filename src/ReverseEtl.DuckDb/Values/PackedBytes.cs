using System.Numerics;

namespace ReverseEtl.DuckDb;

/// <summary>BIT and BIGNUM, which DuckDB packs into bytes.</summary>
internal static class PackedBytes
{
    private const int BigNumHeader = 3;

    /// <summary>The first byte counts the padding bits in front.</summary>
    internal static string BitText(ReadOnlySpan<byte> packed)
    {
        var padding = packed[0];
        var text = new char[(packed.Length - 1) * 8 - padding];
        for (var i = 0; i < text.Length; i++)
        {
            var bit = i + padding;
            text[i] = (packed[1 + (bit >> 3)] & (0x80 >> (bit & 7))) != 0 ? '1' : '0';
        }
        return new string(text);
    }

    /// <summary>A header of three bytes, whose top bit is the sign, then the magnitude, most significant byte first; all inverted for a negative number.</summary>
    internal static BigInteger BigNum(ReadOnlySpan<byte> packed)
    {
        var negative = (packed[0] & 0x80) == 0;
        var magnitude = packed[BigNumHeader..].ToArray();
        if (!negative)
            return new BigInteger(magnitude, isUnsigned: true, isBigEndian: true);

        for (var i = 0; i < magnitude.Length; i++)
            magnitude[i] = (byte)~magnitude[i];
        return -new BigInteger(magnitude, isUnsigned: true, isBigEndian: true);
    }
}
