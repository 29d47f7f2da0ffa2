using ReverseEtl.Connectors.Webhook;
using ReverseEtl.Core.Config;
using ReverseEtl.Core.Models;
using ReverseEtl.Core.Planning;
using ReverseEtl.Core.Projects;
using ReverseEtl.Warehouses.DuckDb;

namespace ReverseEtl.Benchmarks.Diff;

/// <summary>A project with one mirror sync over the table, loaded and planned by the product's own parts.</summary>
/// <param name="options">What to measure.</param>
/// <param name="columns">The model's columns, the key first.</param>
/// <param name="schema">The schema of the table.</param>
/// <param name="open">Opens another warehouse than the DuckDB file in the folder.</param>
internal sealed class BenchProject(DiffOptions options, IReadOnlyList<string> columns, string schema = "main", Func<CancellationToken, Task<IWarehouse>>? open = null) : IProjectFiles, ISecretSource, IAsyncDisposable
{
    private static readonly ProjectTypes Types = new(
        [new WebhookDestinationType()],
        new Dictionary<string, Type> { [DuckDbWarehouseOptions.TypeName] = typeof(DuckDbWarehouseOptions) },
        new Dictionary<string, Type>());

    private readonly Dictionary<string, string> _files = new(StringComparer.Ordinal)
    {
        [ProjectLoader.ConfigFile] = $$"""
            {
              "project": "bench",
              "warehouse": { "type": "duckdb", "path": "shop.duckdb" {{(options.MemoryLimit is { } limit ? $", \"memoryLimit\": \"{limit}\"" : "")}} },
              "destinations": { "hook": { "type": "webhook", "url": "https://hook.example/in" } }
            }
            """,
        ["models/customers.sql"] = $$$"""
            /* ---
            kind: table
            key: {{{columns[0]}}}
            --- */
            select {{{string.Join(", ", columns)}}} from {{ source('{{{schema}}}', 'customers') }}
            """,
        ["models/syncs/bench.yml"] = $"""
            sync: bench
            model: customers
            destination: hook
            mode: mirror
            map:
              {string.Join("\n  ", columns.Skip(1).Select(column => $"{column}: {column}"))}
            """,
    };

    private IWarehouse? _warehouse;
    private PlanRequest? _request;

    public string SyncFile => Path.Combine(Folder, "syncs", "bench.duckdb");

    /// <inheritdoc/>
    public string Folder => options.Folder;

    public async Task OpenAsync(CancellationToken cancellationToken)
    {
        var project = new ProjectLoader(this, this, Types).Load(environment: null);
        var sync = project.Syncs.Single();
        _warehouse = open is null
            ? await DuckDbWarehouse.OpenAsync((DuckDbWarehouseOptions)project.Config.Warehouse, Folder, Path.Combine(Folder, "work"), cancellationToken)
            : await open(cancellationToken);
        var compiler = new ModelCompiler(project.Models, _warehouse.Dialect, project.Config.Vars, DateTimeOffset.UnixEpoch);
        var query = await SyncQuery.BuildAsync(sync, [], _warehouse, compiler, cancellationToken);
        _request = new PlanRequest { Sync = sync.Name, RunId = "", Query = query, Mode = sync.File.Mode, Keep = true, AsOf = DateTimeOffset.UnixEpoch };
    }

    public Task<IChangePlan> PlanAsync(string runId, CancellationToken cancellationToken) =>
        _warehouse!.Planner(new PlannerScope("bench", null, Folder)).PlanAsync(_request! with { RunId = runId }, cancellationToken);

    /// <summary>Closes the warehouse, so that its owner can write to it.</summary>
    public async ValueTask DisposeAsync()
    {
        if (_warehouse is not null)
            await _warehouse.DisposeAsync();
        _warehouse = null;
    }

    string? IProjectFiles.Read(string path) => _files.GetValueOrDefault(path);

    IReadOnlyList<string>? IProjectFiles.List(string folder, string extension) =>
        [.. _files.Keys.Where(path => path.StartsWith($"{folder}/", StringComparison.Ordinal) && path.EndsWith(extension, StringComparison.Ordinal))];

    string? ISecretSource.Environment(string name) => null;

    string? ISecretSource.File(string path) => null;
}
