using ReverseEtl.Core.Config;
using ReverseEtl.Core.Projects;

namespace ReverseEtl.Server.Composition;

/// <summary>A project's files on disk.</summary>
internal sealed class DiskProjectFiles(string folder) : IProjectFiles
{
    /// <inheritdoc/>
    public string Folder => folder;

    /// <summary>The folder to work in: the one given, or the nearest upward that has a configuration file.</summary>
    /// <exception cref="ProjectException">There is none.</exception>
    public static DiskProjectFiles Find(string? given)
    {
        if (given is not null)
        {
            return Directory.Exists(given)
                ? new DiskProjectFiles(Path.GetFullPath(given))
                : throw new ProjectException(new Position(given), "there is no such folder; --project names the folder of cdp.config.json");
        }

        for (var at = new DirectoryInfo(Directory.GetCurrentDirectory()); at is not null; at = at.Parent)
        {
            if (File.Exists(Path.Combine(at.FullName, ProjectLoader.ConfigFile)))
                return new DiskProjectFiles(at.FullName);
        }

        throw new ProjectException(new Position(ProjectLoader.ConfigFile),
            $"neither {Directory.GetCurrentDirectory()} nor a folder above it has this file; go to a project, name one with --project, or make one with cdp init");
    }

    /// <inheritdoc/>
    public string? Read(string path)
    {
        var full = Path.Combine(folder, path);
        return File.Exists(full) ? File.ReadAllText(full) : null;
    }

    /// <inheritdoc/>
    public IReadOnlyList<string>? List(string below, string extension)
    {
        var full = Path.Combine(folder, below);
        if (!Directory.Exists(full))
            return null;
        return
        [
            .. Directory.EnumerateFiles(full, $"*{extension}", SearchOption.AllDirectories)
                .Select(path => Path.GetRelativePath(folder, path).Replace(Path.DirectorySeparatorChar, '/'))
                .Order(StringComparer.Ordinal),
        ];
    }
}

/// <summary>Secrets from the process's environment and from files.</summary>
internal sealed class ProcessSecrets(string folder) : ISecretSource
{
    /// <inheritdoc/>
    public string? Environment(string name) => System.Environment.GetEnvironmentVariable(name);

    /// <inheritdoc/>
    public string? File(string path)
    {
        var full = Path.GetFullPath(path, folder);
        try
        {
            return System.IO.File.Exists(full) ? System.IO.File.ReadAllText(full).TrimEnd('\r', '\n') : null;
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }
}
