using ReverseEtl.Core.Config;
using ReverseEtl.Core.Delivery;
using ReverseEtl.Core.Projects;

namespace ReverseEtl.Server.Operations;

/// <summary>Which syncs are meant, in which order, and whether what is asked is for them.</summary>
internal static class SyncSelection
{
    /// <summary>A project's syncs; those that wait for others come after them.</summary>
    public static IReadOnlyList<Sync> InOrder(Project project)
    {
        var ordered = new List<Sync>();
        foreach (var sync in project.Syncs)
            Place(sync, project, ordered, []);
        return ordered;
    }

    /// <summary>Those of some names that were asked for, or all where none was.</summary>
    /// <exception cref="ProjectException">There is no such sync.</exception>
    public static IReadOnlyList<string> Pick(IReadOnlyList<string> known, IReadOnlyList<string>? names, Position asked)
    {
        var problems = (names ?? []).Where(name => !known.Contains(name))
            .Select(name => new Problem(asked, $"there is no sync \"{name}\"{Nearest.Hint(name, known)}"))
            .ToList();
        if (problems.Count > 0)
            throw new ProjectException(problems);
        return names is { Count: > 0 } ? [.. known.Where(names.Contains)] : known;
    }

    /// <summary>Checks what is asked for of some syncs before the first of them has its turn.</summary>
    /// <param name="names">The syncs that were named; none for all.</param>
    /// <param name="syncs">The syncs.</param>
    /// <param name="options">What is asked of them.</param>
    /// <param name="asked">Where that stands.</param>
    /// <exception cref="ProjectException">It is not for these syncs, or not for all at once.</exception>
    public static void Check(IReadOnlyList<string>? names, IReadOnlyList<Sync> syncs, RunOptions options, Position asked)
    {
        if (!options.Replace)
            return;
        if (names is not { Count: > 0 })
            throw new ProjectException(asked, "--replace is for syncs that are named: cdp run SYNC --replace");
        foreach (var sync in syncs)
            Check(sync, options, asked);
    }

    /// <exception cref="ProjectException">The sync's mode or destination does not allow what is asked for.</exception>
    public static void Check(Sync sync, RunOptions options, Position asked)
    {
        var mode = sync.File.Mode;
        if (options is { Replace: true, Rekey: true })
            throw new ProjectException(asked, "--replace and --rekey are two runs: first --rekey, which takes out what was told under the old key, then --replace");
        if (options.Full && !mode.TellsOfChanges())
            throw new ProjectException(sync.At, $"mode {mode.ToString().ToLowerInvariant()} tells of each row once, so --full cannot send rows again; it is for upsert, update and mirror");
        if (options.Replace && !mode.Removes())
            throw new ProjectException(sync.At, $"--replace is for mode mirror; sync {sync.Name} has mode {mode.ToString().ToLowerInvariant()}");
        if (options.Replace && !sync.Spec.Replaces)
            throw new ProjectException(sync.At, $"what {sync.Spec.Name} of {sync.Type.Type} holds cannot be replaced as a whole; --full sends every row again");
    }

    private static void Place(Sync sync, Project project, List<Sync> ordered, HashSet<string> path)
    {
        if (ordered.Contains(sync) || !path.Add(sync.Name))
            return;
        foreach (var after in sync.File.Schedule?.After ?? [])
            Place(project.Syncs.First(candidate => candidate.Name == after), project, ordered, path);
        ordered.Add(sync);
    }
}
