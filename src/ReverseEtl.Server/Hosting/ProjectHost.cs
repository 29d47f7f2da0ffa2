using ReverseEtl.Core.Config;
using ReverseEtl.Core.Projects;
using ReverseEtl.Server.Composition;

namespace ReverseEtl.Server.Hosting;

/// <summary>
/// The project that a service runs. Its files may change meanwhile: what was loaded last without a problem counts, and work under way
/// goes on with the project that it began with.
/// </summary>
internal sealed class ProjectHost(DiskProjectFiles files, Project first, SharedParts shared, TimeProvider time)
{
    private volatile LoadedProject _loaded = new(first, time.GetUtcNow(), []);

    /// <summary>What is loaded.</summary>
    public LoadedProject Loaded => _loaded;

    /// <summary>The project that counts.</summary>
    public Project Current => _loaded.Project;

    /// <summary>What all sessions share.</summary>
    public SharedParts Shared => shared;

    /// <summary>The project's files.</summary>
    public DiskProjectFiles Files => files;

    /// <summary>Begins a piece of work on the project as it is now.</summary>
    public Session Open() => new(Current, shared, time);

    /// <summary>Reads the files again. Where they are wrong, or ask for what takes a restart, the project stays as it was and the problems are kept.</summary>
    /// <returns>True where another project counts now.</returns>
    public bool Reload()
    {
        try
        {
            var project = Session.Load(files, first.Environment);
            if (WhatTakesARestart(project) is { } what)
                throw new ProjectException(new Position(ProjectLoader.ConfigFile, Path: what), $"another {what} takes effect when the service is restarted");
            _loaded = new LoadedProject(project, time.GetUtcNow(), []);
            return true;
        }
        catch (ProjectException error)
        {
            _loaded = _loaded with { Problems = error.Problems };
            return false;
        }
    }

    private string? WhatTakesARestart(Project project) =>
        project.Config.Project != first.Config.Project ? "project"
        : !Equals(project.Config.State, first.Config.State) ? "state"
        : !Equals(project.Config.Serve, first.Config.Serve) ? "serve"
        : null;
}

/// <summary>A project as a service loaded it.</summary>
/// <param name="Project">The project.</param>
/// <param name="At">When it was loaded.</param>
/// <param name="Problems">What is wrong with the files since, which keeps them from being taken; none where they are as loaded.</param>
internal sealed record LoadedProject(Project Project, DateTimeOffset At, IReadOnlyList<Problem> Problems);
