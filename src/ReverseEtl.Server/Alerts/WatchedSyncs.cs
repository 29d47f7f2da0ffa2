using System.Globalization;
using ReverseEtl.Core.Projects;
using ReverseEtl.Core.State;

namespace ReverseEtl.Server.Alerts;

/// <summary>Since when each sync is watched: one that never ran is stale by that.</summary>
internal sealed class WatchedSyncs(IControlStore store)
{
    private const string Name = ":watched";

    /// <summary>The instants by sync; what is new is watched from now on, and what left the project is forgotten.</summary>
    public async Task<IReadOnlyDictionary<string, DateTimeOffset>> ReadAsync(Project project, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var known = await store.RecallAllAsync(Name, cancellationToken);
        var names = project.Syncs.Select(sync => sync.Name).ToHashSet(StringComparer.Ordinal);
        var changes = names.Where(name => !known.ContainsKey(name)).ToDictionary(name => name, _ => (string?)now.ToString("O", CultureInfo.InvariantCulture), StringComparer.Ordinal);
        foreach (var gone in known.Keys.Where(name => !names.Contains(name)))
            changes[gone] = null;
        if (changes.Count > 0)
            await store.RememberAsync(Name, changes, cancellationToken);
        return names.ToDictionary(
            name => name, name => known.TryGetValue(name, out var since) ? DateTimeOffset.Parse(since, CultureInfo.InvariantCulture) : now, StringComparer.Ordinal);
    }
}
