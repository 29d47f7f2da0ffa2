using ReverseEtl.Core.Delivery;
using ReverseEtl.Core.Models;
using ReverseEtl.Core.Planning;
using ReverseEtl.Core.Projects;
using ReverseEtl.Core.State;
using ReverseEtl.DuckDb;
using ReverseEtl.State.Sqlite;
using ReverseEtl.Tests.Delivery;
using ReverseEtl.Tests.Projects;
using ReverseEtl.Warehouses.DuckDb;
using ReverseEtl.Warehouses.Local;

namespace ReverseEtl.Tests.Planning;

/// <summary>One sync over a real DuckDB file, with the real planner, runner and control store, into a destination in memory.</summary>
internal sealed class SyncBench : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly MemoryProject _project = new();
    private int _runs;
    private int _saved;

    /// <param name="mode">The sync's mode.</param>
    /// <param name="key">The model's key, as YAML.</param>
    /// <param name="map">The mapping, as YAML.</param>
    public SyncBench(string mode, string key = "id", string map = "name: name")
    {
        Rekey(key);
        Map(mode, map);
    }

    /// <summary>When plans are made with an index.</summary>
    public IndexRule Index { get; set; } = IndexRule.Default;
    public string Folder => _folder.FullName;

    public void Rekey(string key) => _project["models/rows.sql"] = $$$"""
        /* ---
        kind: table
        key: {{{key}}}
        --- */
        select * from {{ source('main', 'rows') }}
        """;

    public MemoryDestination Destination { get; } = new();

    /// <summary>Hears of the steps of runs.</summary>
    public SilentObserver Observer { get; } = new();

    public string SyncYaml
    {
        get => _project["models/syncs/vips_to_hook.yml"];
        set => _project["models/syncs/vips_to_hook.yml"] = value;
    }

    /// <summary>Replaces the project's configuration.</summary>
    public void Configure(string json) => _project["cdp.config.json"] = json;

    public void Map(string mode, string map, string extra = "") => SyncYaml = $$"""
        sync: rows
        model: rows
        destination: hook
        mode: {{mode}}
        map:
          {{map.ReplaceLineEndings("\n").Replace("\n", "\n  ")}}
        guards: { max_removed: 100%, min_rows: 0 }
        {{extra}}
        """;

    /// <summary>Runs SQL in the warehouse, as its owner does between runs.</summary>
    public void Warehouse(string sql, params object?[] parameters)
    {
        using var connection = new DuckDBConnection($"Data Source={_folder.File("shop.duckdb")}");
        connection.Open();
        using var command = new DuckDBCommand(sql, connection);
        foreach (var parameter in parameters)
            command.Parameters.Add(new DuckDBParameter(parameter));
        command.ExecuteNonQuery();
    }

    public DuckDBConnection OpenWarehouse()
    {
        var connection = new DuckDBConnection($"Data Source={_folder.File("shop.duckdb")}");
        connection.Open();
        return connection;
    }

    /// <summary>Runs the sync once; the last record is the new run's.</summary>
    public async Task<IReadOnlyList<RunRecord>> RunsAsync(RunOptions? options = null, (SavedPlan Plan, string Path)? saved = null, CancellationToken cancellationToken = default)
    {
        await using var warehouse = await WarehouseAsync();
        await using var store = await StoreAsync();
        var sync = Sync();
        var runner = new SyncRunner(Planner(warehouse), store, new Clock(() => AsOf), Observer);
        AsOf += Between;
        var query = await QueryAsync(sync, warehouse);
        return await runner.RunAsync(
            new RunRequest(sync, Destination, query, $"run{++_runs:0000}-rows", AsOf, new Holder($"test {_runs}", _ => true), options ?? new RunOptions())
            {
                Saved = saved is { } source ? new SavedPlanSource(source.Plan, source.Path, "model", PlanFingerprints.Mapping(sync, query)) : null,
            },
            cancellationToken);
    }

    public async Task<RunRecord> RunAsync(RunOptions? options = null) => (await RunsAsync(options))[^1];

    /// <summary>Saves the plan of the next run.</summary>
    public Task<(SavedPlan Plan, string Path)> SaveAsync(RunOptions? options = null) => LookAsync(
        async plan =>
        {
            var path = _folder.File($"saved{++_saved}.parquet");
            var rows = await plan.SaveAsync(path, default);
            await using var warehouse = await WarehouseAsync();
            var (sync, query) = (Sync(), await QueryAsync(Sync(), warehouse));
            var saved = new SavedPlan
            {
                Sync = sync.Name,
                Model = "model",
                Mapping = PlanFingerprints.Mapping(sync, query),
                Snapshot = rows.Snapshot,
                Rows = Digest.Of(await File.ReadAllBytesAsync(path)),
                Summary = plan.Summary,
                ResentFields = rows.ResentFields,
                Quarantine = plan.Quarantine,
            };
            return (saved, path);
        },
        options);

    public async Task<RunRecord> ApplyAsync((SavedPlan Plan, string Path) saved) => Assert.Single(await RunsAsync(saved: saved));

    /// <summary>What the destination was told.</summary>
    public LocalHistory History => new(_folder.FullName, "rows");

    /// <summary>The time from one run to the next.</summary>
    public TimeSpan Between { get; set; } = TimeSpan.FromDays(1);

    /// <summary>The instant of the latest run.</summary>
    public DateTimeOffset AsOf { get; private set; } = new(2026, 11, 22, 0, 0, 0, TimeSpan.Zero);

    /// <summary>Plans without keeping anything.</summary>
    public async Task<T> LookAsync<T>(Func<IChangePlan, Task<T>> look, RunOptions? options = null)
    {
        await using var warehouse = await WarehouseAsync();
        var sync = Sync();
        await using var plan = await Planner(warehouse).PlanAsync(
            RunRequest.PlanOf(sync, Destination.Descriptor, await QueryAsync(sync, warehouse), "", AsOf + Between, options ?? new RunOptions()), default);
        return await look(plan);
    }

    public Task<IReadOnlyList<HeldRow>> HeldAsync() => WithPlannerAsync((planner, request) => planner.ListHeldAsync(request with { Keep = false }, default));

    public Task<int> ResolveAsync(bool arrived) => WithPlannerAsync((planner, request) =>
        planner.ResolveAsync(request with { RunId = $"resolved{_runs:0000}", AsOf = AsOf.AddHours(1) }, _ => true, arrived, default));

    /// <summary>How a row stands before the next run.</summary>
    public Task<RowState> ExplainAsync(string key) => WithPlannerAsync((planner, request) => planner.ExplainAsync(request with { AsOf = AsOf + Between }, key, default));

    private async Task<T> WithPlannerAsync<T>(Func<ISyncPlanner, PlanRequest, Task<T>> work)
    {
        await using var warehouse = await WarehouseAsync();
        var sync = Sync();
        return await work(Planner(warehouse), RunRequest.PlanOf(sync, Destination.Descriptor, await QueryAsync(sync, warehouse), "", AsOf, new RunOptions()) with { Keep = true });
    }

    public async Task<IControlStore> StoreAsync() => await SqliteControlStore.OpenAsync(_folder.File("control.db"), TimeProvider.System, default);

    public IEnumerable<string> Files => Directory.EnumerateFiles(_folder.FullName, "*", SearchOption.AllDirectories).Select(path => Path.GetRelativePath(_folder.FullName, path));

    public string SyncFolder => _folder.File("syncs");

    /// <summary>The planner by itself, with a request for a plan that is kept.</summary>
    public async Task<T> PlanningAsync<T>(string runId, Func<ISyncPlanner, PlanRequest, Task<T>> work) =>
        await WithPlannerAsync((planner, request) => work(planner, request with { RunId = runId }));

    public void Dispose() => _folder.Dispose();

    private Sync Sync() => Assert.Single(_project.Load().Syncs);

    private LocalPlanner Planner(DuckDbWarehouse warehouse) => new(warehouse, SyncFolder) { Index = Index };

    private async Task<DuckDbWarehouse> WarehouseAsync() => await DuckDbWarehouse.OpenAsync(
        new DuckDbWarehouseOptions { Type = "duckdb", Path = "shop.duckdb" }, _folder.FullName, _folder.File("work"), default);

    private async Task<SyncQuery> QueryAsync(Sync sync, DuckDbWarehouse warehouse)
    {
        var compiler = new ModelCompiler(_project.Load().Models, warehouse.Dialect, new Dictionary<string, string>(), DateTimeOffset.UnixEpoch);
        return await SyncQuery.BuildAsync(sync, Destination.Identifiers, warehouse, compiler, default);
    }

    private sealed class Clock(Func<DateTimeOffset> now) : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => now();
    }
}
