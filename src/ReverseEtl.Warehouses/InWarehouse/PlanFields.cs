using ReverseEtl.Core.Planning;

namespace ReverseEtl.Warehouses.InWarehouse;

/// <summary>
/// The mapped columns of a plan, in their canonical form: a column each, or, where a row of so many would be larger than the warehouse
/// stores, texts in lists of some dozen.
/// </summary>
internal sealed class PlanFields(IPlannerDialect sql, IReadOnlyList<ColumnInfo> columns)
{
    private const int PerList = 32;

    private bool IsPacked => columns.Count > sql.PlainFields;

    /// <summary>What a plan's table has of them.</summary>
    /// <param name="canonical">A column in its canonical form.</param>
    public IEnumerable<string> Stored(Func<int, string> canonical) => IsPacked
        ? Enumerable.Range(0, columns.Count).Chunk(PerList).Select((part, list) => $"{sql.Pack(part.Select(i => sql.AsText(canonical(i), columns[i].Type)))} as f{list}")
        : columns.Select((_, i) => $"{canonical(i)} as f{i}");

    /// <summary>The same of rows that have none.</summary>
    public IEnumerable<string> None => Stored(i => $"cast(null as {sql.StorageOf(columns[i].Type)})");

    /// <summary>A column of the plan's row.</summary>
    public string Read(string row, int column) => IsPacked
        ? sql.FromText(sql.Unpack($"{row}.f{column / PerList}", column % PerList), columns[column].Type)
        : $"{row}.f{column}";
}
