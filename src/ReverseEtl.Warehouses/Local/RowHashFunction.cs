using System.Runtime.InteropServices;
using ReverseEtl.Core.Planning;
using ReverseEtl.DuckDb;

namespace ReverseEtl.Warehouses.Local;

/// <summary>
/// The row hash as a function inside DuckDB. It sees every row of the model exactly once, so it counts them on the way: the count
/// tells, without a scan of its own, whether a key stands in the model twice.
/// </summary>
internal sealed class RowHashFunction(string name, ulong seed)
{
    public const string Name = "cdp_row_hash";

    /// <summary>The same under the snapshot's mapping.</summary>
    public const string ToldName = "cdp_told_hash";

    private long _rows;

    /// <summary>Rows hashed so far.</summary>
    public long Rows => Interlocked.Read(ref _rows);

    public void Register(DuckDBConnection connection) => connection.RegisterScalarFunction(new DuckDBScalarFunction
    {
        Name = name,
        VarArgs = DuckDBLogicalType.Any,
        ReturnType = DuckDBLogicalType.UnsignedBigInt,
        Callback = Hash,
        SeesNulls = true,
        IsVolatile = true,
    });

    private void Hash(DataChunk input, VectorWriter output)
    {
        var hashes = output.Values<ulong>()[..input.RowCount];
        hashes.Fill(seed);
        for (var i = 0; i < input.ColumnCount; i++)
            Fold(input[i], hashes);
        Interlocked.Add(ref _rows, input.RowCount);
    }

    private static void Fold(ColumnVector column, Span<ulong> hashes)
    {
        switch (column.Type.Id)
        {
            case DuckDBType.Boolean or DuckDBType.UnsignedTinyInt:
                Integers<byte>(column, hashes);
                break;
            case DuckDBType.TinyInt:
                Integers<sbyte>(column, hashes);
                break;
            case DuckDBType.SmallInt:
                Integers<short>(column, hashes);
                break;
            case DuckDBType.UnsignedSmallInt:
                Integers<ushort>(column, hashes);
                break;
            case DuckDBType.Integer or DuckDBType.Date:
                Integers<int>(column, hashes);
                break;
            case DuckDBType.UnsignedInteger:
                Integers<uint>(column, hashes);
                break;
            case DuckDBType.Float:
                Floats<float>(column, hashes);
                break;
            case DuckDBType.Double:
                Floats<double>(column, hashes);
                break;
            case DuckDBType.HugeInt or DuckDBType.UnsignedHugeInt or DuckDBType.Uuid:
                Wide<UInt128>(column, hashes);
                break;
            case DuckDBType.Interval:
                Wide<DuckDBInterval>(column, hashes);
                break;
            case DuckDBType.Decimal:
                Decimals(column, hashes);
                break;
            case DuckDBType.Varchar or DuckDBType.Blob or DuckDBType.Bit or DuckDBType.Enum:
                Texts(column, hashes);
                break;
            default:
                Integers<long>(column, hashes);
                break;
        }
    }

    private static void Decimals(ColumnVector column, Span<ulong> hashes)
    {
        switch (column.Type.Width)
        {
            case <= 4:
                Integers<short>(column, hashes);
                break;
            case <= 9:
                Integers<int>(column, hashes);
                break;
            case <= 18:
                Integers<long>(column, hashes);
                break;
            default:
                Wide<UInt128>(column, hashes);
                break;
        }
    }

    private static void Integers<T>(ColumnVector column, Span<ulong> hashes)
        where T : unmanaged, System.Numerics.IBinaryInteger<T>
    {
        var values = column.Values<T>();
        if (column.Validity.IsEmpty)
        {
            for (var row = 0; row < hashes.Length; row++)
                hashes[row] = RowHash.Combine(hashes[row], RowHash.Bits(ulong.CreateTruncating(values[row])));
            return;
        }

        for (var row = 0; row < hashes.Length; row++)
            hashes[row] = RowHash.Combine(hashes[row], column.IsValid(row) ? RowHash.Bits(ulong.CreateTruncating(values[row])) : RowHash.Null);
    }

    private static void Floats<T>(ColumnVector column, Span<ulong> hashes)
        where T : unmanaged, System.Numerics.IBinaryFloatingPointIeee754<T>
    {
        var values = column.Values<T>();
        for (var row = 0; row < hashes.Length; row++)
            hashes[row] = RowHash.Combine(hashes[row], column.IsValid(row) ? RowHash.Float(double.CreateTruncating(values[row])) : RowHash.Null);
    }

    private static void Wide<T>(ColumnVector column, Span<ulong> hashes)
        where T : unmanaged
    {
        var words = MemoryMarshal.Cast<T, ulong>(column.Values<T>());
        for (var row = 0; row < hashes.Length; row++)
            hashes[row] = RowHash.Combine(hashes[row], column.IsValid(row) ? RowHash.Bits(words[2 * row], words[(2 * row) + 1]) : RowHash.Null);
    }

    private static void Texts(ColumnVector column, Span<ulong> hashes)
    {
        for (var row = 0; row < hashes.Length; row++)
            hashes[row] = RowHash.Combine(hashes[row], column.IsValid(row) ? RowHash.Bytes(column.Utf8(row)) : RowHash.Null);
    }
}
