using ReverseEtl.Connectors.Webhook;
using ReverseEtl.Core.Config;
using ReverseEtl.Core.Delivery;
using ReverseEtl.Core.Models;
using ReverseEtl.Core.Planning;
using ReverseEtl.Core.Projects;
using ReverseEtl.Core.State;
using ReverseEtl.Http.Resilience;
using ReverseEtl.State.Sqlite;
using ReverseEtl.Warehouses.DuckDb;

namespace ReverseEtl.Benchmarks.Deliver;

/// <summary>A project with one mirror sync to the receiver. Every run of it is a first sync, as it begins with files of its own.</summary>
internal sealed class DeliverProject(DeliverOptions options, Uri receiver, IReadOnlyList<string> columns) : IProjectFiles, ISecretSource
{
    /// <summary>Where rows arrive at the receiver.</summary>
    public const string Target = "bench";

    /// <summary>Keys begin here, so that all have the same number of digits.</summary>
    public const long FirstId = 10_000_000;

    private static readonly ProjectTypes Types = new(
        [new WebhookDestinationType()],
        new Dictionary<string, Type> { [DuckDbWarehouseOptions.TypeName] = typeof(DuckDbWarehouseOptions) },
        new Dictionary<string, Type>());

    private readonly Dictionary<string, string> _files = new(StringComparer.Ordinal)
    {
        [ProjectLoader.ConfigFile] = $$"""
            {
              "project": "bench",
              "warehouse": { "type": "duckdb", "path": "shop.duckdb" },
              "destinations": {
                "hook": {
                  "type": "webhook", "url": "{{receiver}}webhook/{{Target}}", "allowPrivate": true,
                  "batchRows": {{options.BatchRows}}, "concurrency": {{options.Concurrency}}
                }
              }
            }
            """,
        ["models/customers.sql"] = $$$"""
            /* ---
            kind: table
            key: {{{columns[0]}}}
            --- */
            select {{{columns[0]}}} + {{{FirstId}}} as {{{columns[0]}}}, {{{string.Join(", ", columns.Skip(1))}}} from {{ source('main', 'customers') }}
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

    /// <inheritdoc/>
    public string Folder => options.Folder;

    /// <summary>One first sync, as the program runs it.</summary>
    public async Task RunAsync(int round, IRunObserver observer, CancellationToken cancellationToken)
    {
        var project = new ProjectLoader(this, this, Types).Load(environment: null);
        var sync = project.Syncs.Single();
        var work = Path.Combine(Folder, $"round{round}");
        await using var warehouse = await DuckDbWarehouse.OpenAsync(
            (DuckDbWarehouseOptions)project.Config.Warehouse, Folder, Path.Combine(work, "work"), cancellationToken);
        await using var store = await SqliteControlStore.OpenAsync(Path.Combine(work, "control.db"), TimeProvider.System, cancellationToken);
        var compiler = new ModelCompiler(project.Models, warehouse.Dialect, project.Config.Vars, DateTimeOffset.UnixEpoch);
        var query = await SyncQuery.BuildAsync(sync, [], warehouse, compiler, cancellationToken);
        await using var destination = Open(sync);
        var runner = new SyncRunner(warehouse.Planner(new PlannerScope("bench", null, work)), store, TimeProvider.System, observer);
        var request = new RunRequest(sync, destination, query, "run1", DateTimeOffset.UnixEpoch, new Holder("bench", _ => false), new RunOptions());
        var run = (await runner.RunAsync(request, cancellationToken)).Single();
        // A benchmark of a wrong answer is worth nothing.
        if (run.Status is not RunStatus.Succeeded || run.Accepted != options.Rows)
            throw new InvalidOperationException($"the run went wrong: {run}");
        Directory.Delete(work, recursive: true);
    }

    private ResilientDestination Open(Sync sync)
    {
        var inner = sync.Type.Open(sync.Request(Folder, "run1", TimeProvider.System));
        return new ResilientDestination(inner, new RateBucket(inner.Descriptor.Rate, TimeProvider.System), new RetryPolicy(), TimeProvider.System);
    }

    string? IProjectFiles.Read(string path) => _files.GetValueOrDefault(path);

    IReadOnlyList<string>? IProjectFiles.List(string folder, string extension) =>
        [.. _files.Keys.Where(path => path.StartsWith($"{folder}/", StringComparison.Ordinal) && path.EndsWith(extension, StringComparison.Ordinal))];

    string? ISecretSource.Environment(string name) => null;

    string? ISecretSource.File(string path) => null;
}
