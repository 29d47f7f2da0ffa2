using System.Globalization;
using ReverseEtl.Core.Config;
using ReverseEtl.Core.Delivery;
using ReverseEtl.Core.Models;
using ReverseEtl.Core.Planning;
using ReverseEtl.Core.Projects;
using ReverseEtl.Core.State;
using ReverseEtl.Http;
using ReverseEtl.Http.Resilience;
using ReverseEtl.Warehouses.DuckDb;
using ReverseEtl.Warehouses.Local;
using ReverseEtl.Warehouses.Postgres;
using ReverseEtl.Warehouses.Testing;

namespace ReverseEtl.Server.Composition;

/// <summary>
/// One piece of work on a project: a command, a request, a run. It has its own instant and its own connection to the warehouse, closed with
/// it; what is shared between them is <see cref="SharedParts"/>.
/// </summary>
internal sealed class Session(Project project, SharedParts shared, TimeProvider time) : IAsyncDisposable
{
    private bool _ownsShared;
    private IWarehouse? _warehouse;

    /// <summary>Loads a project from disk for the only work of this process.</summary>
    /// <exception cref="ProjectException">The project is wrong.</exception>
    public static Session Open(string? folder, string? environment, TimeProvider time)
    {
        var project = Load(DiskProjectFiles.Find(folder), environment);
        return new Session(project, new SharedParts(project, time), time) { _ownsShared = true };
    }

    /// <summary>Reads a project's files.</summary>
    /// <exception cref="ProjectException">The project is wrong.</exception>
    public static Project Load(DiskProjectFiles files, string? environment) =>
        new ProjectLoader(files, new ProcessSecrets(files.Folder), Registry.Types).Load(environment);

    /// <summary>The project.</summary>
    public Project Project => project;

    /// <summary>The frozen instant of everything that this process runs, to the millisecond.</summary>
    public DateTimeOffset AsOf { get; } = new(time.GetUtcNow().Ticks / TimeSpan.TicksPerMillisecond * TimeSpan.TicksPerMillisecond, TimeSpan.Zero);

    /// <summary>The address of the local sandbox, where a destination needed it.</summary>
    public Uri? SandboxUrl => shared.Sandbox.Url;

    // Another environment has other destinations: what one was told says nothing of the other.
    private string WorkFolder => Path.Combine(project.Folder, SharedParts.WorkFolderName, project.Environment ?? "");

    /// <summary>The warehouse.</summary>
    public async Task<IWarehouse> WarehouseAsync(CancellationToken cancellationToken) =>
        _warehouse ??= await WarehouseOpening.OpenAsync(project, WorkFolder, time, cancellationToken);

    /// <summary>The control store.</summary>
    /// <exception cref="ProjectException">Its options are wrong.</exception>
    public Task<IControlStore> StoreAsync(CancellationToken cancellationToken) => shared.StoreAsync(cancellationToken);

    /// <summary>The planner of all syncs.</summary>
    public async Task<ISyncPlanner> PlannerAsync(CancellationToken cancellationToken) =>
        (await WarehouseAsync(cancellationToken)).Planner(Scope);

    /// <summary>What tests of models run in: DuckDB in memory, or the warehouse's own server where its SQL is another one.</summary>
    public async Task<IModelTestRunner> TestRunnerAsync(IProjectFiles files, CancellationToken cancellationToken) => project.Config.Warehouse is PostgresWarehouseOptions
        ? new PostgresModelTestRunner((PostgresWarehouse)await WarehouseAsync(cancellationToken), files, project.Models, project.Config.Vars)
        : new ModelTestRunner(files, project.Models, project.Config.Vars);

    /// <summary>The history of a sync.</summary>
    public async Task<ISyncHistory> HistoryAsync(Sync sync, CancellationToken cancellationToken) => WarehouseOpening.PlansInside(project)
        ? (await WarehouseAsync(cancellationToken)).History(Scope, sync.Name)
        // Which can be read though the warehouse cannot be reached.
        : new LocalHistory(WorkFolder, sync.Name);

    /// <summary>What planners keep their snapshots for.</summary>
    public PlannerScope Scope => new(project.Config.Project, project.Environment, WorkFolder);

    /// <summary>The compiler of models, at this session's instant.</summary>
    public async Task<ModelCompiler> CompilerAsync(CancellationToken cancellationToken) => Compiler((await WarehouseAsync(cancellationToken)).Dialect);

    /// <summary>The same for another dialect.</summary>
    public ModelCompiler Compiler(ISqlDialect dialect) => new(project.Models, dialect, project.Config.Vars, AsOf);

    /// <summary>Fingerprints of what plans are made from.</summary>
    public async Task<PlanFingerprints> FingerprintsAsync(CancellationToken cancellationToken) =>
        new(new ModelCompiler(project.Models, (await WarehouseAsync(cancellationToken)).Dialect, project.Config.Vars, DateTimeOffset.UnixEpoch));

    /// <summary>A folder for files of this call only.</summary>
    public TemporaryFolder TemporaryFolder() => new(Path.Combine(WorkFolder, "tmp"));

    /// <summary>The id of a new run of a sync: ascending, and unique over all syncs.</summary>
    public static string NewRunId(string sync, TimeProvider time) =>
        string.Create(CultureInfo.InvariantCulture, $"{time.GetUtcNow():yyyyMMdd'T'HHmmssfff'Z'}-{sync}");

    /// <inheritdoc cref="NewRunId(string, TimeProvider)"/>
    public string NewRunId(Sync sync) => NewRunId(sync.Name, time);

    /// <summary>Opens a sync's destination, driven by the kit.</summary>
    /// <exception cref="ProjectException">A secret of the destination is missing.</exception>
    public async Task<IDestination> OpenDestinationAsync(Sync sync, string runId, CancellationToken cancellationToken)
    {
        var missing = project.Problems.Where(problem => problem.Destination == sync.File.Destination).ToList();
        if (missing.Count > 0)
            throw new ProjectException(missing);
        var request = sync.Request(project.Folder, runId, time);
        if (request.Options is HttpDestinationOptions { Sandbox: true, BaseUrl: null } options)
        {
            var url = await shared.Sandbox.StartAsync(cancellationToken);
            request = request with { Options = options with { BaseUrl = new Uri(url, $"{options.Type}/{sync.File.Destination}") } };
        }

        request = request with { Memory = shared.MemoryOf(sync.IsSandbox ? $"{sync.File.Destination} in the sandbox" : sync.File.Destination) };
        return DestinationKit.Open(sync.Type, request, shared.Rates, sync.File.Destination, new RetryPolicy(), time);
    }

    /// <summary>The rows and fields of a sync.</summary>
    public async Task<SyncQuery> QueryAsync(Sync sync, IDestination destination, CancellationToken cancellationToken) =>
        await QueryAsync(sync, destination, await WarehouseAsync(cancellationToken), cancellationToken);

    /// <summary>The same as another planner of the warehouse has them.</summary>
    public Task<SyncQuery> QueryAsync(Sync sync, IDestination destination, IWarehouse warehouse, CancellationToken cancellationToken) =>
        SyncQuery.BuildAsync(sync, destination.Descriptor.Identifiers, warehouse, Compiler(warehouse.Dialect), cancellationToken);

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        if (_warehouse is not null)
            await _warehouse.DisposeAsync();
        if (_ownsShared)
            await shared.DisposeAsync();
    }
}
