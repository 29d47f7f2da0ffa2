using ReverseEtl.Core.Delivery;
using ReverseEtl.Core.Models;
using ReverseEtl.Core.Planning;
using ReverseEtl.Warehouses.InWarehouse;
using ReverseEtl.Warehouses.Local;

namespace ReverseEtl.IntegrationTests.Planner;

/// <summary>An engine whose sessions lose their backend at a certain statement: before the server gets it, or before it answers.</summary>
/// <param name="inner">The real one.</param>
/// <param name="kill">Ends all sessions of the planner on the server.</param>
internal sealed class DyingEngine(IPlannerEngine inner, Action kill) : IPlannerEngine
{
    private int _statements;

    /// <summary>The statement, from 1; 0 for none.</summary>
    public int DiesAt { get; init; }

    /// <summary>True where the server has done what it was asked before it dies.</summary>
    public bool IsDone { get; init; }

    /// <summary>True once the backend was ended.</summary>
    public bool IsDead => DiesAt > 0 && _statements >= DiesAt;

    public IPlannerDialect Dialect => inner.Dialect;

    public async Task<IPlannerSession> OpenAsync(string sync, string? run, CancellationToken cancellationToken) => new Session(this, await inner.OpenAsync(sync, run, cancellationToken));

    private async Task<T> CountAsync<T>(Func<Task<T>> statement)
    {
        var dies = Interlocked.Increment(ref _statements) == DiesAt;
        if (dies && !IsDone)
            kill();
        var result = await statement();
        if (!dies)
            return result;
        kill();
        throw new WarehouseException("the answer was lost");
    }

    private sealed class Session(DyingEngine engine, IPlannerSession inner) : IPlannerSession
    {
        public Task LockAsync(SyncTables tables, string sync, CancellationToken cancellationToken) => inner.LockAsync(tables, sync, cancellationToken);

        public Task<bool> ExistsAsync(string table, CancellationToken cancellationToken) => engine.CountAsync(() => inner.ExistsAsync(table, cancellationToken));

        public Task CreateSchemaAsync(CancellationToken cancellationToken) => inner.CreateSchemaAsync(cancellationToken);

        public Task<IReadOnlyList<long>> TransactAsync(IReadOnlyList<string> statements, CompiledQuery? model, CancellationToken cancellationToken) =>
            engine.CountAsync(() => inner.TransactAsync(statements, model, cancellationToken));

        public Task<RowPage> QueryAsync(string sql, IReadOnlyList<FieldType> types, CompiledQuery? model, CancellationToken cancellationToken) =>
            engine.CountAsync(() => inner.QueryAsync(sql, types, model, cancellationToken));

        public Task<double?> EstimateAsync(string sql, CompiledQuery model, CancellationToken cancellationToken) =>
            engine.CountAsync(() => inner.EstimateAsync(sql, model, cancellationToken));

        public string LookTable(string name) => inner.LookTable(name);

        public IPlanReader Read(PlanQuery rows)
        {
            if (Interlocked.Increment(ref engine._statements) == engine.DiesAt)
                engine.Kill();
            return inner.Read(rows);
        }

        public Task FillAsync(string table, IEnumerable<RowPage> pages, CancellationToken cancellationToken) => engine.CountAsync(async () =>
        {
            await inner.FillAsync(table, pages, cancellationToken);
            return true;
        });

        public ValueTask DisposeAsync() => inner.DisposeAsync();
    }

    private void Kill() => kill();
}
