using ReverseEtl.Connectors.Files;
using ReverseEtl.Core.Config;
using ReverseEtl.Core.Delivery;
using ReverseEtl.Core.Models;
using ReverseEtl.Core.Planning;
using ReverseEtl.Core.Projects;
using ReverseEtl.Core.State;
using ReverseEtl.Warehouses.DuckDb;
using ReverseEtl.Warehouses.Postgres;

namespace ReverseEtl.IntegrationTests.Warehouses;

/// <summary>One model with a sync of all its columns, over a real warehouse, planned by the product's own parts.</summary>
internal sealed class ModelBench : IProjectFiles, ISecretSource, IAsyncDisposable
{
    public const string Path = "models/rows.sql";

    private static readonly ProjectTypes Types = new(
        [new FileDestinationType()],
        new Dictionary<string, Type> { [DuckDbWarehouseOptions.TypeName] = typeof(DuckDbWarehouseOptions) },
        new Dictionary<string, Type>());

    private readonly Dictionary<string, string> _files = new(StringComparer.Ordinal)
    {
        [ProjectLoader.ConfigFile] = """
            { "project": "bench", "warehouse": { "type": "duckdb", "path": "unused.duckdb" }, "destinations": { "files": { "type": "file", "path": "out" } } }
            """,
    };

    private readonly IWarehouse _warehouse;
    private int _runs;

    private ModelBench(IWarehouse warehouse, string folder) => (_warehouse, Folder) = (warehouse, folder);

    public string Folder { get; }

    /// <summary>The model's SQL; its first line is line 4 of the file.</summary>
    public string Sql { get; set; } = "select * from t";

    public string Key { get; set; } = "id";

    public SyncMode Mode { get; set; } = SyncMode.Mirror;

    /// <summary>The columns that are mapped; all but the key where it is null.</summary>
    public IReadOnlyList<string>? Columns { get; set; }

    /// <summary>Over a new database of the tests' server.</summary>
    /// <param name="setUp">Run by its owner first.</param>
    /// <param name="change">Changes the options, which are the superuser's.</param>
    public static async Task<(ModelBench Bench, PostgresSource Source)> PostgresAsync(string setUp = "", Func<PostgresWarehouseOptions, PostgresWarehouseOptions>? change = null)
    {
        var source = await PostgresSource.CreateAsync(setUp);
        return (await OpenAsync(change?.Invoke(source.Options) ?? source.Options), source);
    }

    /// <summary>Over a database that is there.</summary>
    public static async Task<ModelBench> OpenAsync(PostgresWarehouseOptions options)
    {
        var folder = Directory.CreateTempSubdirectory("cdp-model-").FullName;
        return new ModelBench(await PostgresWarehouse.OpenAsync(options, folder, System.IO.Path.Combine(folder, "work"), () => { }, Stop), folder);
    }

    /// <summary>Over a new DuckDB file.</summary>
    public static async Task<ModelBench> DuckDbAsync(string setUp)
    {
        var folder = Directory.CreateTempSubdirectory("cdp-model-").FullName;
        await File.WriteAllTextAsync(System.IO.Path.Combine(folder, "seed.sql"), setUp, Stop);
        var options = new DuckDbWarehouseOptions { Type = "duckdb", Path = "shop.duckdb", Bootstrap = ["seed.sql"] };
        return new ModelBench(await DuckDbWarehouse.OpenAsync(options, folder, System.IO.Path.Combine(folder, "work"), Stop), folder);
    }

    public static CancellationToken Stop => TestContext.Current.CancellationToken;

    public Task<IReadOnlyList<ColumnInfo>> DescribeAsync() => _warehouse.DescribeAsync(Compile(), Stop);

    public Task<Preview> PreviewAsync(string? where = null) => _warehouse.PreviewAsync(Compile(), new PreviewOptions(100, where, [Key]), Stop);

    /// <summary>The rows of a preview, values joined by | and NULL as NULL.</summary>
    public async Task<IReadOnlyList<string>> ValuesAsync()
    {
        var preview = await PreviewAsync();
        return [.. Enumerable.Range(0, preview.Rows).Select(row => Line(preview.Columns.Select(column => column.Text(row))))];
    }

    /// <summary>Plans and keeps the plan; the caller disposes it.</summary>
    public async Task<IChangePlan> PlanAsync(bool keep = true, CancellationToken? stop = null)
    {
        var request = await RequestAsync() with { RunId = $"run{++_runs}", Keep = keep };
        return await _warehouse.Planner(new PlannerScope("bench", null, Folder)).PlanAsync(request, stop ?? Stop);
    }

    public async Task<RowState> ExplainAsync(string key) =>
        await _warehouse.Planner(new PlannerScope("bench", null, Folder)).ExplainAsync(await RequestAsync(), key, Stop);

    /// <summary>A plan as its file has it: kinds, keys, hashes and fields of all rows.</summary>
    public async Task<byte[]> SavedAsync()
    {
        await using var plan = await PlanAsync();
        var path = System.IO.Path.Combine(Folder, "saved.parquet");
        await plan.SaveAsync(path, Stop);
        return await File.ReadAllBytesAsync(path, Stop);
    }

    /// <summary>Plans, and advances by everything that was planned, as if all of it had been accepted.</summary>
    public async Task<PlanSummary> TellAsync()
    {
        await using var plan = await PlanAsync();
        if (plan.Summary.IsUnchanged)
            return plan.Summary;
        var journal = new List<JournalEntry>();
        foreach (var operation in Enum.GetValues<Operation>().Where(operation => Mode.KindsFor(operation).Count > 0))
        {
            await foreach (var batch in plan.ReadAsync(operation, -1, long.MaxValue, 1000, null, Stop))
                journal.Add(new JournalEntry($"run{_runs}", operation, batch.Seq[0], batch.Seq[^1], batch.Count, Done: true));
        }

        await plan.AdvanceAsync(journal, [], [], Stop);
        return plan.Summary;
    }

    /// <summary>The rows to upsert of a new plan, key and fields joined by | and NULL as NULL, in order.</summary>
    public async Task<IReadOnlyList<string>> RowsAsync()
    {
        await using var plan = await PlanAsync(keep: false);
        return await RowsAsync(plan);
    }

    public static async Task<IReadOnlyList<string>> RowsAsync(IChangePlan plan)
    {
        var rows = new List<string>();
        await foreach (var batch in plan.ReadAsync(Operation.Upsert, -1, long.MaxValue, 1000, null, Stop))
        {
            for (var row = 0; row < batch.Count; row++)
                rows.Add(Line([RowKey.Text(batch.Key, row), .. batch.Fields.Select(field => field.Text(row))]));
        }

        rows.Sort(StringComparer.Ordinal);
        return rows;
    }

    private static string Line(IEnumerable<string?> values) => string.Join('|', values.Select(value => value ?? "NULL"));

    /// <inheritdoc/>
    public string? Read(string path) => _files.GetValueOrDefault(path);

    /// <inheritdoc/>
    public IReadOnlyList<string>? List(string folder, string extension) =>
        [.. _files.Keys.Where(path => path.StartsWith($"{folder}/", StringComparison.Ordinal) && path.EndsWith(extension, StringComparison.Ordinal)).Order(StringComparer.Ordinal)];

    string? ISecretSource.Environment(string name) => null;

    string? ISecretSource.File(string path) => null;

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await _warehouse.DisposeAsync();
        Directory.Delete(Folder, recursive: true);
    }

    private async Task<PlanRequest> RequestAsync()
    {
        var columns = Columns ?? [.. (await DescribeAsync()).Select(column => column.Name).Where(name => name != Key)];
        var quoted = columns.Select(column => $"{System.Text.Json.JsonSerializer.Serialize(column)}: {System.Text.Json.JsonSerializer.Serialize(column)}");
        _files["models/syncs/rows.yml"] = $$"""
            sync: rows
            model: rows
            destination: files
            object: { name: rows, format: jsonl }
            mode: {{Mode.ToString().ToLowerInvariant()}}
            map: { {{string.Join(", ", quoted)}} }
            """;
        var project = Load();
        var sync = Assert.Single(project.Syncs);
        var query = await SyncQuery.BuildAsync(sync, [], _warehouse, Compiler(project), Stop);
        return new PlanRequest { Sync = sync.Name, RunId = "", Query = query, Mode = Mode, Keep = false, AsOf = new DateTimeOffset(2026, 11, 22, 0, 0, 0, TimeSpan.Zero) };
    }

    private CompiledQuery Compile()
    {
        var project = Load();
        return Compiler(project).Compile(project.Models.Find("rows")!);
    }

    private ModelCompiler Compiler(Project project) => new(project.Models, _warehouse.Dialect, project.Config.Vars, new DateTimeOffset(2026, 11, 22, 0, 0, 0, TimeSpan.Zero));

    private Project Load()
    {
        _files[Path] = $"/* ---\nkind: table\nkey: {System.Text.Json.JsonSerializer.Serialize(Key)}\n--- */\n{Sql}";
        return new ProjectLoader(this, this, Types).Load(environment: null);
    }
}
