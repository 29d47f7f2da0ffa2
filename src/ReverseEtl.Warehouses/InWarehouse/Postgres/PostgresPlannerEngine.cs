using ReverseEtl.Warehouses.Postgres;

namespace ReverseEtl.Warehouses.InWarehouse.Postgres;

/// <summary>A PostgreSQL database that plans.</summary>
internal sealed class PostgresPlannerEngine(PostgresSession connections) : IPlannerEngine
{
    public IPlannerDialect Dialect { get; } = new PostgresPlannerDialect();

    public async Task<IPlannerSession> OpenAsync(string sync, string? run, CancellationToken cancellationToken) => new PostgresPlannerSession(await connections.OpenAsync(cancellationToken));
}
