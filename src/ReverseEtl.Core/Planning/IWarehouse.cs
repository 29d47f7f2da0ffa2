using ReverseEtl.Core.Delivery;
using ReverseEtl.Core.Models;

namespace ReverseEtl.Core.Planning;

/// <summary>A column of a query.</summary>
/// <param name="Name">Its name.</param>
/// <param name="WarehouseType">Its type in the warehouse's own words.</param>
/// <param name="Type">The type that its values have on their way to a destination.</param>
public sealed record ColumnInfo(string Name, string WarehouseType, FieldType Type);

/// <summary>The warehouse of a project, for reading only.</summary>
public interface IWarehouse : IAsyncDisposable
{
    /// <summary>How its SQL is written.</summary>
    ISqlDialect Dialect { get; }

    /// <summary>The columns of a query, without running it.</summary>
    /// <exception cref="Config.ProjectException">The warehouse refuses the query; the problem names the model's file and line.</exception>
    /// <exception cref="WarehouseException">The warehouse cannot be used.</exception>
    Task<IReadOnlyList<ColumnInfo>> DescribeAsync(CompiledQuery query, CancellationToken cancellationToken);

    /// <summary>Rows of a query and how many there are in all.</summary>
    /// <inheritdoc cref="DescribeAsync" path="/exception"/>
    Task<Preview> PreviewAsync(CompiledQuery query, PreviewOptions options, CancellationToken cancellationToken);

    /// <summary>True where its planner keeps identifiers as they were sent; one inside the warehouse cannot run a vendor's rules, and keeps the model's values.</summary>
    bool KeepsSentForms => true;

    /// <summary>The planner of its project's syncs.</summary>
    ISyncPlanner Planner(PlannerScope scope);

    /// <summary>Reads what the planner wrote of a sync's deliveries.</summary>
    ISyncHistory History(PlannerScope scope, string sync);

    /// <summary>The log of deliveries, for analysts.</summary>
    ISyncLog Log(PlannerScope scope);
}

/// <summary>What to preview.</summary>
/// <param name="Limit">Rows to return.</param>
/// <param name="Where">A condition on the query's columns, in SQL, or null.</param>
/// <param name="OrderBy">Columns to order by, so that two looks show the same rows.</param>
public sealed record PreviewOptions(int Limit, string? Where, IReadOnlyList<string> OrderBy);

/// <summary>The answer to a preview.</summary>
/// <param name="Count">Rows in all.</param>
/// <param name="Columns">One for each column, all with the rows shown.</param>
/// <param name="Rows">Rows shown.</param>
public sealed record Preview(long Count, IReadOnlyList<FieldColumn> Columns, int Rows);

/// <summary>The warehouse cannot be used: not there, locked, out of disk.</summary>
public sealed class WarehouseException(string message, Exception? inner = null) : Exception(message, inner);
