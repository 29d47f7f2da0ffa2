namespace ReverseEtl.DuckDb;

/// <summary>How far a query is.</summary>
/// <param name="Percentage">0 to 100; null where DuckDB does not know, or no query runs.</param>
/// <param name="RowsProcessed">Rows read so far.</param>
/// <param name="TotalRows">Rows to be read, as DuckDB estimates it.</param>
public readonly record struct DuckDBQueryProgress(double? Percentage, long RowsProcessed, long TotalRows);
