using System.Globalization;

namespace ReverseEtl.DuckDb;

/// <summary>Any DECIMAL, exactly: <c>Unscaled / 10^Scale</c>, up to 38 digits, where <see cref="decimal"/> ends at 28 or 29.</summary>
public readonly record struct DuckDBDecimal(Int128 Unscaled, byte Scale)
{
    private const int MaxClrScale = 28;
    private static readonly Int128 MaxClrMantissa = (Int128)((UInt128.One << 96) - 1);

    public static DuckDBDecimal From(decimal value)
    {
        Span<int> bits = stackalloc int[4];
        decimal.GetBits(value, bits);
        var magnitude = (Int128)new UInt128((uint)bits[2], ((ulong)(uint)bits[1] << 32) | (uint)bits[0]);
        return new(decimal.IsNegative(value) ? -magnitude : magnitude, value.Scale);
    }

    /// <summary>False where <see cref="decimal"/> cannot hold every digit.</summary>
    public bool TryToDecimal(out decimal value)
    {
        var magnitude = Int128.Abs(Unscaled);
        var scale = Scale;
        // A scale beyond the CLR's is only trouble when the digits that fall off are not zeros.
        while (scale > 0 && (scale > MaxClrScale || magnitude > MaxClrMantissa) && magnitude % 10 == 0)
        {
            magnitude /= 10;
            scale--;
        }
        var fits = magnitude <= MaxClrMantissa && scale <= MaxClrScale;
        value = fits ? new decimal((int)(uint)magnitude, (int)(uint)(magnitude >> 32), (int)(uint)(magnitude >> 64), Int128.IsNegative(Unscaled), scale) : 0m;
        return fits;
    }

    /// <exception cref="OverflowException">It has more digits than <see cref="decimal"/> holds.</exception>
    public decimal ToDecimal() => TryToDecimal(out var value)
        ? value
        : throw new OverflowException($"{this} has more digits than System.Decimal holds; read it as DuckDBDecimal or as text.");

    /// <summary>Every digit, with as many behind the point as the type has, and one in front of it at least.</summary>
    public override string ToString()
    {
        var digits = Int128.Abs(Unscaled).ToString(CultureInfo.InvariantCulture).PadLeft(Scale + 1, '0');
        var sign = Int128.IsNegative(Unscaled) ? "-" : "";
        return Scale == 0 ? sign + digits : $"{sign}{digits.AsSpan(0, digits.Length - Scale)}.{digits.AsSpan(digits.Length - Scale)}";
    }

    /// <summary>The fewest digits a DECIMAL needs for this value.</summary>
    internal byte Width => (byte)Math.Max(Int128.Abs(Unscaled).ToString(CultureInfo.InvariantCulture).Length, (int)Scale);
}
