using ReverseEtl.Core.Delivery;
using ReverseEtl.Core.Models;
using ReverseEtl.Core.Planning;
using ReverseEtl.Core.Projects;
using ReverseEtl.Core.State;
using ReverseEtl.State.Sqlite;
using Xunit;

namespace ReverseEtl.Conformance.Planner;

/// <summary>One sync over a real warehouse, with the real planner, runner and control store, into a destination in memory.</summary>
public sealed class SyncBench : IDisposable
{
    private readonly IPlannerHarness _harness;
    private readonly BenchProject _project;
    private int _runs;
    private int _saved;

    /// <param name="harness">The warehouse and the planner.</param>
    /// <param name="mode">The sync's mode.</param>
    /// <param name="key">The model's key, as YAML.</param>
    /// <param name="map">The mapping, as YAML.</param>
    /// <param name="types">Kinds of destinations that a sync may name besides the one that takes anything.</param>
    public SyncBench(IPlannerHarness harness, string mode, string key = "id", string map = "name: name", params IReadOnlyList<IDestinationType> types)
    {
        _harness = harness;
        _project = new BenchProject(harness.Folder, types);
        Rekey(key);
        Map(mode, map);
    }

    /// <summary>The warehouse and the planner.</summary>
    public IPlannerHarness Harness => _harness;

    /// <summary>A folder of the test's own.</summary>
    public string Folder => _harness.Folder;

    /// <summary>Gives the model another key, and maybe another table.</summary>
    public void Rekey(string key, string table = "rows") => Model($$$"""select * from {{ source('{{{_harness.Schema}}}', '{{{table}}}') }}""", key);

    /// <summary>Gives the model other SQL, which begins on the fifth line of its file.</summary>
    public void Model(string sql, string key = "id") => _project["models/rows.sql"] = $"/* ---\nkind: table\nkey: {key}\n--- */\n{sql}";

    /// <summary>Where the rows go.</summary>
    public MemoryDestination Destination { get; } = new();

    /// <summary>Hears of the steps of runs.</summary>
    public SilentObserver Observer { get; } = new();

    /// <summary>The sync's file.</summary>
    public string SyncYaml
    {
        get => _project["models/syncs/rows.yml"];
        set => _project["models/syncs/rows.yml"] = value;
    }

    /// <summary>Replaces the project's configuration.</summary>
    public void Configure(string json) => _project["cdp.config.json"] = json;

    /// <summary>Gives the sync another mapping.</summary>
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

    /// <summary>Runs SQL in the warehouse, as its owner does between runs; statements are separated by "; ".</summary>
    public void Warehouse(string sql) => _harness.Execute(sql);

    /// <summary>Makes a table of numbered rows.</summary>
    /// <param name="rows">How many.</param>
    /// <param name="columns">Its columns, in terms of <c>i</c>, which counts from 0.</param>
    /// <param name="table">Its name.</param>
    public void Create(int rows, string columns, string table = "rows") => Warehouse($"create table {table} as {_harness.Numbered(rows, columns)}");

    /// <summary>Makes an empty table.</summary>
    public void Create(IEnumerable<(string Name, SuiteType Type)> columns) =>
        Warehouse($"create table rows ({string.Join(", ", columns.Select(column => $"{column.Name} {_harness.TypeOf(column.Type)}"))})");

    /// <summary>Makes a table with a column of every type, and a mirror of it.</summary>
    public void CreateAllTypes(int rows)
    {
        var table = _harness.Abilities.AllTypes;
        if (table.SetUp is not null)
            Warehouse(table.SetUp);
        Create(rows, table.Select);
        Rekey($"[{string.Join(", ", table.Key)}]");
        Map("mirror", string.Join('\n', table.Mapped.Select(column => $"{column}: {column}")));
    }

    /// <summary>Adds numbered rows to the table.</summary>
    public void Insert(int rows, string columns) => Warehouse($"insert into rows {_harness.Numbered(rows, columns)}");

    /// <summary>Makes the table anew, with other columns of the same rows.</summary>
    public void Reshape(string columns) => Warehouse($"create table reshaped as select {columns} from rows; drop table rows; alter table reshaped rename to rows");

    /// <summary>Runs the sync once; the last record is the new run's.</summary>
    public async Task<IReadOnlyList<RunRecord>> RunsAsync(RunOptions? options = null, (SavedPlan Plan, string Path)? saved = null, CancellationToken cancellationToken = default)
    {
        await using var open = await _harness.OpenAsync();
        await using var store = await StoreAsync();
        var sync = Sync();
        var runner = new SyncRunner(open.Planner, store, new Clock(() => AsOf), Observer);
        AsOf += Between;
        var query = await QueryAsync(sync, open.Warehouse);
        return await runner.RunAsync(
            new RunRequest(sync, Destination, query, $"run{++_runs:0000}-rows", AsOf, new Holder($"test {_runs}", _ => true), options ?? new RunOptions())
            {
                Saved = saved is { } source ? new SavedPlanSource(source.Plan, source.Path, "model", PlanFingerprints.Mapping(sync, query)) : null,
            },
            cancellationToken);
    }

    /// <summary>Runs the sync once.</summary>
    public async Task<RunRecord> RunAsync(RunOptions? options = null) => (await RunsAsync(options))[^1];

    /// <summary>Saves the plan of the next run.</summary>
    public Task<(SavedPlan Plan, string Path)> SaveAsync(RunOptions? options = null) => LookAsync(
        async plan =>
        {
            var path = Path.Combine(Folder, $"saved{++_saved}.parquet");
            var rows = await plan.SaveAsync(path, default);
            await using var open = await _harness.OpenAsync();
            var (sync, query) = (Sync(), await QueryAsync(Sync(), open.Warehouse));
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

    /// <summary>Runs the sync by a saved plan.</summary>
    public async Task<RunRecord> ApplyAsync((SavedPlan Plan, string Path) saved) => Assert.Single(await RunsAsync(saved: saved));

    /// <summary>Reads what the destination was told.</summary>
    public async Task<T> HistoryAsync<T>(Func<ISyncHistory, Task<T>> read)
    {
        await using var open = await _harness.OpenAsync();
        return await read(open.History("rows"));
    }

    /// <summary>The time from one run to the next.</summary>
    public TimeSpan Between { get; set; } = TimeSpan.FromDays(1);

    /// <summary>The instant of the latest run.</summary>
    public DateTimeOffset AsOf { get; private set; } = new(2026, 11, 22, 0, 0, 0, TimeSpan.Zero);

    /// <summary>Plans without keeping anything.</summary>
    public async Task<T> LookAsync<T>(Func<IChangePlan, Task<T>> look, RunOptions? options = null)
    {
        await using var open = await _harness.OpenAsync();
        var sync = Sync();
        await using var plan = await open.Planner.PlanAsync(
            RunRequest.PlanOf(sync, Destination.Descriptor, await QueryAsync(sync, open.Warehouse), "", AsOf + Between, options ?? new RunOptions()), default);
        return await look(plan);
    }

    /// <summary>The rows in doubt.</summary>
    public Task<IReadOnlyList<HeldRow>> HeldAsync() => WithPlannerAsync((planner, request) => planner.ListHeldAsync(request with { Keep = false }, default));

    /// <summary>Settles all rows in doubt.</summary>
    public Task<int> ResolveAsync(bool arrived) => WithPlannerAsync((planner, request) =>
        planner.ResolveAsync(request with { RunId = $"resolved{_runs:0000}", AsOf = AsOf.AddHours(1) }, _ => true, arrived, default));

    /// <summary>How a row stands before the next run.</summary>
    public Task<RowState> ExplainAsync(string key) => WithPlannerAsync((planner, request) => planner.ExplainAsync(request with { AsOf = AsOf + Between }, key, default));

    /// <summary>Does something with the warehouse itself.</summary>
    /// <param name="work">Gets it, and what asks for the sync as a planner has it.</param>
    public async Task<T> WarehouseAsync<T>(Func<IWarehouse, Func<IWarehouse, Task<PlanRequest>>, Task<T>> work)
    {
        await using var open = await _harness.OpenAsync();
        var sync = Sync();
        return await work(open.Warehouse, async warehouse => RunRequest.PlanOf(sync, Destination.Descriptor, await QueryAsync(sync, warehouse), "", AsOf, new RunOptions()));
    }

    private async Task<T> WithPlannerAsync<T>(Func<ISyncPlanner, PlanRequest, Task<T>> work)
    {
        await using var open = await _harness.OpenAsync();
        var sync = Sync();
        return await work(open.Planner, RunRequest.PlanOf(sync, Destination.Descriptor, await QueryAsync(sync, open.Warehouse), "", AsOf, new RunOptions()) with { Keep = true });
    }

    /// <summary>The control store.</summary>
    public async Task<IControlStore> StoreAsync() => await SqliteControlStore.OpenAsync(Path.Combine(Folder, "control.db"), TimeProvider.System, default);

    /// <summary>What the planner keeps, by name.</summary>
    public IReadOnlyList<string> Kept => _harness.Kept;

    /// <summary>The planner by itself, with a request for a plan that is kept.</summary>
    public Task<T> PlanningAsync<T>(string runId, Func<ISyncPlanner, PlanRequest, Task<T>> work) =>
        WithPlannerAsync((planner, request) => work(planner, request with { RunId = runId }));

    /// <inheritdoc/>
    public void Dispose() => _harness.Dispose();

    private Sync Sync() => Assert.Single(_project.Load().Syncs);

    private async Task<SyncQuery> QueryAsync(Sync sync, IWarehouse warehouse)
    {
        var compiler = new ModelCompiler(_project.Load().Models, warehouse.Dialect, new Dictionary<string, string>(), DateTimeOffset.UnixEpoch);
        return await SyncQuery.BuildAsync(sync, Destination.Identifiers, warehouse, compiler, default);
    }

    private sealed class Clock(Func<DateTimeOffset> now) : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => now();
    }
}
