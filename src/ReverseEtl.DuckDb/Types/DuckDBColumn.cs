namespace ReverseEtl.DuckDb;

/// <summary>A column of a result or of a table function, a field of a STRUCT, a member of a UNION.</summary>
public sealed record DuckDBColumn(string Name, DuckDBLogicalType Type);
