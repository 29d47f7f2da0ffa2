using ReverseEtl.Core.Planning;
using ReverseEtl.DuckDb;

namespace ReverseEtl.Warehouses.Local;

/// <summary>How the local planner, which is an instance of DuckDB, comes to the rows of models.</summary>
internal interface IModelSource
{
    /// <summary>A new instance of DuckDB in memory, for one sync.</summary>
    /// <exception cref="WarehouseException">The warehouse cannot be used.</exception>
    Task<DuckDBConnection> OpenAsync(CancellationToken cancellationToken);

    /// <summary>The query with the types that its columns have inside DuckDB.</summary>
    /// <exception cref="Core.Config.ProjectException">DuckDB cannot hold its columns.</exception>
    SyncQuery InDuckDb(SyncQuery query);

    /// <summary>Does some work in which the model may be read more than once, always at the same state of the warehouse.</summary>
    /// <param name="connection">What <see cref="OpenAsync"/> gave.</param>
    /// <param name="request">Whose model it is, with the warehouse's types.</param>
    /// <param name="work">Gets the query with SQL that DuckDB runs.</param>
    /// <param name="cancellationToken">Stops it.</param>
    Task<T> CaptureAsync<T>(DuckDBConnection connection, PlanRequest request, Func<SyncQuery, Task<T>> work, CancellationToken cancellationToken);
}
