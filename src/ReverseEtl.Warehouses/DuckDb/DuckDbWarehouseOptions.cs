using System.ComponentModel;
using ReverseEtl.Core.Config;

namespace ReverseEtl.Warehouses.DuckDb;

/// <summary>A DuckDB file. It is only read, but for <see cref="Bootstrap"/>, which fills a file that does not exist yet.</summary>
public sealed record DuckDbWarehouseOptions : WarehouseOptions
{
    /// <summary>The value of <c>type</c>.</summary>
    public const string TypeName = "duckdb";

    [Description("The database file, from the project's folder.")]
    public required string Path { get; init; }

    [Description("SQL scripts that make the file when it does not exist.")]
    public IReadOnlyList<string> Bootstrap { get; init; } = [];

    [Description("Memory that DuckDB may use, such as 4GB; four fifths of the machine's when left out. It spills to disk beyond.")]
    public string? MemoryLimit { get; init; }
}
