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

    /// <summary>Begins to count anew, for another scan.</summary>
    public void Restart() => Interlocked.Exchange(ref _rows, 0);

    public void Register(DuckDBConnection connection) => connection.RegisterScalarFunction(Function);

    public void RegisterOnce(DuckDBConnection connection) => connection.RegisterOnce(Function);

    private DuckDBScalarFunction Function => new()
    {
        Name = name,
        VarArgs = DuckDBLogicalType.Any,
        ReturnType = DuckDBLogicalType.UnsignedBigInt,
        Callback = Hash,
        SeesNulls = true,
        IsVolatile = true,
    };

    private void Hash(DataChunk input, VectorWriter output)
    {
        var hashes = output.Values<ulong>()[..input.RowCount];
        hashes.Fill(seed);
        for (var i = 0; i < input.ColumnCount; i++)
            ColumnHash.Fold(input[i], hashes);
        for (var row = 0; row < hashes.Length; row++)
            hashes[row] = RowHash.Finish(hashes[row]);
        Interlocked.Add(ref _rows, input.RowCount);
    }
}
