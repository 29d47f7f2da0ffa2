namespace ReverseEtl.DuckDb;

/// <summary>
/// Computes a chunk: <paramref name="input"/> has a column per argument, and <paramref name="output"/> takes a value, or NULL, for each of its
/// rows. Runs on any of DuckDB's threads, several at once. An exception fails the query with its message.
/// </summary>
public delegate void DuckDBScalarCallback(DataChunk input, VectorWriter output);

/// <summary>A scalar function written in C#.</summary>
public sealed record DuckDBScalarFunction
{
    public required string Name { get; init; }

    /// <summary>The types of the parameters; DuckDB casts arguments to them. <see cref="DuckDBLogicalType.Any"/> takes them as they are.</summary>
    public IReadOnlyList<DuckDBLogicalType> Parameters { get; init; } = [];

    /// <summary>The type of any number of further arguments; null: there are none.</summary>
    public DuckDBLogicalType? VarArgs { get; init; }

    public required DuckDBLogicalType ReturnType { get; init; }

    public required DuckDBScalarCallback Callback { get; init; }

    /// <summary>The result of a row with a NULL in it is for the callback to decide. Otherwise it is NULL, whatever the callback wrote.</summary>
    public bool SeesNulls { get; init; }

    /// <summary>The result may differ for the same arguments: it is computed per row, even for constants.</summary>
    public bool IsVolatile { get; init; }
}
