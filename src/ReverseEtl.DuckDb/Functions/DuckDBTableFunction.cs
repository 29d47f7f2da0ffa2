namespace ReverseEtl.DuckDb;

/// <summary>One scan of a table function. DuckDB calls it from one thread at a time, not always the same, and disposes it after the scan.</summary>
public interface IDuckDBTableSource : IDisposable
{
    /// <summary>Fills the next rows, from row 0, in every column of <paramref name="chunk"/>. An exception fails the query with its message.</summary>
    /// <returns>How many rows, at most <see cref="DataChunkWriter.MaxRows"/>; 0 ends the scan.</returns>
    int Fill(DataChunkWriter chunk);
}

/// <summary>A table function without parameters, written in C#: <c>SELECT ... FROM name()</c> reads a stream, with nothing staged.</summary>
public sealed record DuckDBTableFunction
{
    public required string Name { get; init; }

    public required IReadOnlyList<DuckDBColumn> Columns { get; init; }

    /// <summary>Starts a scan. A query may scan the function more than once, and at the same time.</summary>
    public required Func<IDuckDBTableSource> Open { get; init; }

    /// <summary>How many rows a scan yields, where it is known, roughly: it decides the sides of a join.</summary>
    public long? EstimatedRows { get; init; }
}
