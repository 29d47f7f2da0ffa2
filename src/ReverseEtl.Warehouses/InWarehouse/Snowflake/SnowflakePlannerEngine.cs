using ReverseEtl.Warehouses.Snowflake;

namespace ReverseEtl.Warehouses.InWarehouse.Snowflake;

/// <summary>A Snowflake account that plans.</summary>
internal sealed class SnowflakePlannerEngine(SnowflakeWarehouse warehouse) : IPlannerEngine
{
    public IPlannerDialect Dialect { get; } = new SnowflakePlannerDialect();

    public Task<IPlannerSession> OpenAsync(string sync, string? run, CancellationToken cancellationToken) =>
        Task.FromResult<IPlannerSession>(new SnowflakePlannerSession(warehouse.Connect(sync, run)));
}
