using System.Runtime.CompilerServices;
using ReverseEtl.Core.Planning;
using ReverseEtl.DuckDb;

namespace ReverseEtl.Warehouses.Local;

/// <summary>Is shown rows as they pass by inside DuckDB, up to 2,048 at a time, on any of its threads.</summary>
/// <param name="tags">For each row a hash of its key and its row hash.</param>
/// <param name="checks">For each row another hash of the same.</param>
/// <param name="keep">Takes 1 for each row that the statement is to go on with; all are 0.</param>
internal delegate void RowVisitor(ReadOnlySpan<ulong> tags, ReadOnlySpan<ulong> checks, Span<byte> keep);

/// <summary>
/// A condition inside DuckDB, of the key's columns and the row hash. Rows of the model and of the snapshot have the same tag where they
/// have the same key and the same values.
/// </summary>
/// <param name="keyColumns">How many columns the key has.</param>
/// <param name="mask">The bits of tags that are used: all of them, but where a test wants tags to collide.</param>
internal sealed class TagFunction(int keyColumns, ulong mask)
{
    public const string Name = "cdp_row_tag";

    // Any number does, as tags are never stored.
    private const ulong Seed = 0x2545F4914F6CDD1D;

    /// <summary>Who is shown the rows.</summary>
    public RowVisitor? Visitor { get; set; }

    public void Register(DuckDBConnection connection) => connection.RegisterScalarFunction(new DuckDBScalarFunction
    {
        Name = Name,
        VarArgs = DuckDBLogicalType.Any,
        ReturnType = DuckDBLogicalType.Boolean,
        Callback = Show,
        SeesNulls = true,
        // It does more than it says, so DuckDB must neither leave a call out nor make one twice.
        IsVolatile = true,
    });

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Show(DataChunk input, VectorWriter output)
    {
        var tags = (stackalloc ulong[DataChunkWriter.MaxRows])[..input.RowCount];
        var checks = (stackalloc ulong[DataChunkWriter.MaxRows])[..input.RowCount];
        tags.Fill(Seed);
        for (var i = 0; i < keyColumns; i++)
            ColumnHash.Fold(input[i], tags);
        var rowHashes = input[keyColumns].Values<ulong>()[..tags.Length];
        for (var row = 0; row < tags.Length; row++)
        {
            var (tag, check) = RowHash.Pair(RowHash.Finish(tags[row]), rowHashes[row]);
            (tags[row], checks[row]) = (tag & mask, check);
        }

        var keep = output.Values<byte>()[..input.RowCount];
        keep.Clear();
        Visitor!(tags, checks, keep);
    }
}
