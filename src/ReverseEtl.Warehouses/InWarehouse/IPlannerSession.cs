using ReverseEtl.Core.Delivery;
using ReverseEtl.Core.Models;
using ReverseEtl.Core.Planning;
using ReverseEtl.Warehouses.Local;

namespace ReverseEtl.Warehouses.InWarehouse;

/// <summary>A warehouse that can plan.</summary>
internal interface IPlannerEngine
{
    /// <summary>How its SQL is written.</summary>
    IPlannerDialect Dialect { get; }

    /// <summary>Connects.</summary>
    /// <param name="sync">The sync that is worked for, for those who look at what the warehouse does.</param>
    /// <param name="run">Its run; null for looks.</param>
    /// <param name="cancellationToken">Stops it.</param>
    /// <exception cref="WarehouseException">The warehouse cannot be used.</exception>
    Task<IPlannerSession> OpenAsync(string sync, string? run, CancellationToken cancellationToken);
}

/// <summary>
/// A connection for the plan of one sync. Everything that it throws is in the project's own words: a model that is wrong, or a warehouse
/// that cannot be used.
/// </summary>
internal interface IPlannerSession : IAsyncDisposable
{
    /// <summary>Keeps other sessions from the sync's tables for as long as this one lives, or until another one takes them over.</summary>
    /// <exception cref="WarehouseException">Another one has them.</exception>
    Task LockAsync(SyncTables tables, string sync, CancellationToken cancellationToken);

    /// <summary>Whether a table is there.</summary>
    Task<bool> ExistsAsync(string table, CancellationToken cancellationToken);

    /// <summary>Makes the planner's schema where it is not there yet.</summary>
    /// <exception cref="WarehouseException">It is not, and may not be made.</exception>
    Task CreateSchemaAsync(CancellationToken cancellationToken);

    /// <summary>
    /// Runs statements so that all of them hold or none; where the warehouse has no transactions over tables that are made or dropped, those
    /// between two of such statements do.
    /// </summary>
    /// <param name="statements">The statements; those that read the model have its SQL on their first line.</param>
    /// <param name="model">The model that they read, or null.</param>
    /// <param name="cancellationToken">Stops it; nothing has changed then.</param>
    /// <returns>Rows that the statement changed, where there is one. Of several not every warehouse says so.</returns>
    Task<IReadOnlyList<long>> TransactAsync(IReadOnlyList<string> statements, CompiledQuery? model, CancellationToken cancellationToken);

    /// <summary>Reads a result that is small.</summary>
    /// <param name="sql">The query.</param>
    /// <param name="types">What its columns are kept as; the names are free.</param>
    /// <param name="model">The model that it reads, or null.</param>
    /// <param name="cancellationToken">Stops it.</param>
    Task<RowPage> QueryAsync(string sql, IReadOnlyList<FieldType> types, CompiledQuery? model, CancellationToken cancellationToken);

    /// <summary>What a query costs by the warehouse's own estimate, in units of its own; null where it gives none.</summary>
    Task<double?> EstimateAsync(string sql, CompiledQuery model, CancellationToken cancellationToken);

    /// <summary>Reads rows of a plan in the order of their numbers, without ever having all of them in memory.</summary>
    /// <param name="rows">The rows.</param>
    IPlanReader Read(PlanQuery rows);

    /// <summary>The name of a table for a look, which keeps nothing: only this session has it, and it is gone with it.</summary>
    string LookTable(string name);

    /// <summary>What the warehouse has on its own records of how the plan was made, for people who look there.</summary>
    IReadOnlyList<string> Notes => [];

    /// <summary>Adds rows to a table.</summary>
    /// <param name="table">The table.</param>
    /// <param name="pages">The rows; the names of their columns are the table's.</param>
    /// <param name="cancellationToken">Stops it; some rows may have been added then.</param>
    Task FillAsync(string table, IEnumerable<RowPage> pages, CancellationToken cancellationToken);
}

/// <summary>Rows of a plan: number, kind, and values as they travel.</summary>
/// <param name="Select">The columns; the first is the number.</param>
/// <param name="From">The plan's table.</param>
/// <param name="Where">Which rows.</param>
/// <param name="AfterSeq">Numbers up to this one are left out.</param>
/// <param name="Columns">How many columns there are.</param>
internal sealed record PlanQuery(string Select, string From, string Where, long AfterSeq, int Columns);

/// <summary>Some rows, column by column.</summary>
/// <param name="Columns">The columns.</param>
/// <param name="Count">How many rows.</param>
internal sealed record RowPage(IReadOnlyList<FieldColumn> Columns, int Count) : IDisposable
{
    public FieldColumn this[int column] => Columns[column];

    public void Dispose()
    {
        foreach (var column in Columns)
            column.Dispose();
    }
}
