using System.Numerics;

namespace ReverseEtl.DuckDb;

/// <summary>A number of any DuckDB type as the number type asked for, without boxing. It never wraps and never drops a fraction.</summary>
internal static class NumberReader
{
    /// <exception cref="OverflowException">The value is out of T's range.</exception>
    /// <exception cref="InvalidCastException">The column is not a number, or T is an integer and the value is not.</exception>
    internal static T Read<T>(in RawVector vector, int row) where T : INumber<T> => vector.Type.Id switch
    {
        DuckDBType.TinyInt => T.CreateChecked(vector.Get<sbyte>(row)),
        DuckDBType.SmallInt => T.CreateChecked(vector.Get<short>(row)),
        DuckDBType.Integer => T.CreateChecked(vector.Get<int>(row)),
        DuckDBType.BigInt => T.CreateChecked(vector.Get<long>(row)),
        DuckDBType.UnsignedTinyInt => T.CreateChecked(vector.Get<byte>(row)),
        DuckDBType.UnsignedSmallInt => T.CreateChecked(vector.Get<ushort>(row)),
        DuckDBType.UnsignedInteger => T.CreateChecked(vector.Get<uint>(row)),
        DuckDBType.UnsignedBigInt => T.CreateChecked(vector.Get<ulong>(row)),
        DuckDBType.HugeInt => T.CreateChecked((BigInteger)vector.Get<Int128>(row)),
        DuckDBType.UnsignedHugeInt => T.CreateChecked((BigInteger)vector.Get<UInt128>(row)),
        DuckDBType.BigNum => T.CreateChecked(PackedBytes.BigNum(vector.Bytes(row))),
        DuckDBType.Float => Whole<float, T>(vector.Get<float>(row), vector.Type),
        DuckDBType.Double => Whole<double, T>(vector.Get<double>(row), vector.Type),
        DuckDBType.Decimal => Whole<decimal, T>(ValueReader.Decimal(vector, row).ToDecimal(), vector.Type),
        _ => throw new InvalidCastException($"A {vector.Type} cannot be read as {typeof(T).Name}."),
    };

    private static TTo Whole<TFrom, TTo>(TFrom value, DuckDBLogicalType type) where TFrom : INumber<TFrom> where TTo : INumber<TTo>
    {
        // An integer type is one in which one half is nothing.
        var isInteger = TTo.One / (TTo.One + TTo.One) == TTo.Zero;
        return isInteger && !TFrom.IsInteger(value)
            ? throw new InvalidCastException($"The {type} {value} is not whole: it cannot be read as {typeof(TTo).Name}.")
            : TTo.CreateChecked(value);
    }
}
