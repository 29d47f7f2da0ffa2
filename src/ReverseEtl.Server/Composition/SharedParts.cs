using ReverseEtl.Core.Config;
using ReverseEtl.Core.Delivery;
using ReverseEtl.Core.Projects;
using ReverseEtl.Core.State;
using ReverseEtl.Http.Resilience;
using ReverseEtl.State.Postgres;
using ReverseEtl.State.Sqlite;

namespace ReverseEtl.Server.Composition;

/// <summary>
/// What everything that a process does with a project shares: the control store, the accounts' request budgets, what destinations
/// remember, the sandbox. Opened when first needed; safe for concurrent callers.
/// </summary>
/// <param name="project">The project, as it was when the process began; another control store takes another process.</param>
/// <param name="time">The clock.</param>
/// <param name="isService">True where the process stays, and others may use its sandbox.</param>
internal sealed class SharedParts(Project project, TimeProvider time, bool isService = false) : IAsyncDisposable
{
    /// <summary>The folder, in a project's, of what is kept on this machine.</summary>
    public const string WorkFolderName = ".cdp";

    private readonly Dictionary<string, IDestinationMemory> _memories = new(StringComparer.Ordinal);
    private readonly SemaphoreSlim _opening = new(1, 1);
    private IControlStore? _store;
    private RateBuckets? _rates;

    /// <summary>The request budgets of the destinations' accounts; shared with the other processes where the control store is.</summary>
    public RateBuckets Rates => LazyInitializer.EnsureInitialized(
        ref _rates, () => new RateBuckets(time, project.Config.State is PostgresStateOptions ? new StoredBudgets(StoreAsync) : null));

    /// <summary>The local sandbox.</summary>
    public LocalSandbox Sandbox { get; } = new(SandboxFolder(project.Folder), isService);

    /// <summary>Where a project's sandbox keeps what it received.</summary>
    public static string SandboxFolder(string projectFolder) => Path.Combine(projectFolder, WorkFolderName, "sandbox");

    /// <summary>What is wrong with the options of a project's control store; null where nothing is.</summary>
    public static Problem? StoreProblem(Project project) => (project.Config.State as PostgresStateOptions)?.Problem(project.Folder) is { } problem
        ? new Problem(new Position(ProjectLoader.ConfigFile, Path: "state"), problem)
        : null;

    /// <summary>The control store.</summary>
    /// <exception cref="ProjectException">Its options are wrong.</exception>
    public async Task<IControlStore> StoreAsync(CancellationToken cancellationToken)
    {
        if (_store is not null)
            return _store;
        await _opening.WaitAsync(cancellationToken);
        try
        {
            return _store ??= await OpenStoreAsync(cancellationToken);
        }
        finally
        {
            _opening.Release();
        }
    }

    /// <summary>What a destination remembers: one for all its syncs, as they wait for each other through it.</summary>
    public IDestinationMemory MemoryOf(string destination)
    {
        lock (_memories)
        {
            if (!_memories.TryGetValue(destination, out var memory))
                _memories[destination] = memory = new StoredMemory(StoreAsync, destination);
            return memory;
        }
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        if (_rates is not null)
            await _rates.DisposeAsync();
        if (_store is not null)
            await _store.DisposeAsync();
        await Sandbox.DisposeAsync();
        _opening.Dispose();
    }

    private async Task<IControlStore> OpenStoreAsync(CancellationToken cancellationToken) => project.Config.State switch
    {
        _ when StoreProblem(project) is { } problem => throw new ProjectException([problem]),
        PostgresStateOptions options => await PostgresControlStore.OpenAsync(
            options, project.Folder, project.Config.Project, project.Environment, clock: null, cancellationToken),
        var options => await SqliteControlStore.OpenAsync(
            StorePath(options as SqliteStateOptions ?? new SqliteStateOptions { Type = SqliteStateOptions.TypeName }), time, cancellationToken),
    };

    private string StorePath(SqliteStateOptions options)
    {
        var path = Path.GetFullPath(options.Path, project.Folder);
        return Path.Combine(Path.GetDirectoryName(path)!, project.Environment ?? "", Path.GetFileName(path));
    }
}
