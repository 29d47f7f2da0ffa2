using ReverseEtl.Core.Config;
using ReverseEtl.Core.Models;
using ReverseEtl.Core.Planning;
using ReverseEtl.DuckDb;

namespace ReverseEtl.Warehouses.Local.Streaming;

/// <summary>Some columns of a model, and how they are read.</summary>
/// <param name="Warehouse">The warehouse.</param>
/// <param name="Model">The model as the warehouse runs it.</param>
/// <param name="Columns">The columns, as the warehouse has them.</param>
internal sealed record ModelQuery(IStreamingWarehouse Warehouse, CompiledQuery Model, IReadOnlyList<ColumnInfo> Columns)
{
    /// <summary>The columns as DuckDB sees them.</summary>
    public IReadOnlyList<DuckDBColumn> Types { get; } = [.. Columns.Select(column => new DuckDBColumn(column.Name, Warehouse.TypeOf(column)))];

    /// <summary>The statement; the model begins on its first line, so that its lines are the model's.</summary>
    public string Statement { get; } = Warehouse.Statement(Model, Columns);

    /// <summary>What is read for a sync: its key and its columns.</summary>
    /// <param name="warehouse">The warehouse.</param>
    /// <param name="query">The sync's rows.</param>
    /// <param name="model">The model with those columns.</param>
    /// <param name="more">Names of other columns to read.</param>
    public static ModelQuery Of(IStreamingWarehouse warehouse, SyncQuery query, CompiledQuery model, IReadOnlyList<string> more) =>
        new(warehouse, model, [.. query.Key.Concat(query.Columns).Concat(query.Available.Where(column => more.Contains(column.Name))).DistinctBy(column => column.Name)]);

    /// <exception cref="ProjectException">DuckDB, to which case means nothing, would take two of the columns for one.</exception>
    public void Check()
    {
        if (Columns.GroupBy(column => column.Name, StringComparer.OrdinalIgnoreCase).FirstOrDefault(alike => alike.Count() > 1) is { } names)
            throw new ProjectException(Model.Root, $"the columns {string.Join(" and ", names.Select(column => column.Name))} differ in case only, which planner: local cannot tell apart; give one of them another name in the model");
    }

    /// <summary>A column has a value that its type in DuckDB has not.</summary>
    public ProjectException Refuse(int column) => new(Model.Root, $"column {Columns[column].Name} {Warehouse.Advice(Types[column].Type)}");
}
