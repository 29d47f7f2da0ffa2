using ReverseEtl.Core.Config;
using ReverseEtl.Core.Models;

namespace ReverseEtl.Core.Dbt;

/// <summary>The models, seeds, snapshots and sources of a dbt project, as its manifest has them.</summary>
internal sealed class DbtRelations(DbtManifest manifest, string path, Func<string, string?> read) : IRelations
{
    private static readonly HashSet<string> Kinds = new(StringComparer.Ordinal) { "model", "seed", "snapshot" };

    private readonly ILookup<string, DbtNode> _nodes = (manifest.Nodes ?? new Dictionary<string, DbtNode>()).Values
        .Where(node => Kinds.Contains(node.ResourceType)).ToLookup(node => node.Name, StringComparer.Ordinal);

    private readonly ILookup<string, DbtSource> _sources = (manifest.Sources ?? new Dictionary<string, DbtSource>()).Values
        .ToLookup(source => source.SourceName, StringComparer.Ordinal);

    // target/manifest.json lies in the folder "target" of the dbt project.
    private readonly DbtFiles _files = new(Path.GetDirectoryName(Path.GetDirectoryName(path) ?? "") ?? "", read);

    /// <inheritdoc/>
    public IEnumerable<string> Names => _nodes.Select(node => node.Key);

    /// <inheritdoc/>
    public Relation? Ref(RefPart reference) => Find(reference) is [{ RelationName: { } name } node]
        ? Relation(node, $"dbt {node.ResourceType}", name, node.Alias ?? node.Name)
        : null;

    /// <inheritdoc/>
    public Relation? Source(SourcePart source) =>
        _sources[source.Schema].FirstOrDefault(known => known.Name == source.Table) is { RelationName: { } name } found
            ? Relation(found, "dbt source", name, found.Identifier ?? found.Name)
            : null;

    /// <inheritdoc/>
    public string? Problem(SqlPart reference) => reference switch
    {
        RefPart model => Problem(model),
        SourcePart source when _sources.Contains(source.Schema) && !_sources[source.Schema].Any(known => known.Name == source.Table) =>
            $"the dbt source {source.Schema} has no table \"{source.Table}\"{Nearest.Hint(source.Table, _sources[source.Schema].Select(known => known.Name))}; if it is new there, run dbt parse",
        _ => null,
    };

    private string? Problem(RefPart reference)
    {
        var name = reference.Model;
        switch (Find(reference))
        {
            case [] when manifest.Disabled?.Values.SelectMany(nodes => nodes).Any(node => node.Name == name) is true:
                return $"{name} is switched off in dbt (enabled: false), so it has no table";
            case [] when _nodes.Contains(name):
                return $"dbt has no {name} {(reference.Version is { } version ? $"of version {version}" : $"in a package {reference.Package}")}; it has: {string.Join(", ", _nodes[name].Select(Describe))}";
            case []:
                return null;
            case [{ RelationName: null } node]:
                return $"{name} is {node.Config?.Materialized ?? "without a table"} in dbt, so the warehouse has no table of it; materialise it as a view or a table there, or read what it reads";
            case [var node]:
                return _files.Differs(node) is { } differs ? $"{differs}, so {path} is stale: run dbt build (or dbt parse) and plan again" : null;
            case var several:
                return $"dbt has several models {name}: name the package, as in ref('{several[0].Package}', '{name}')";
        }
    }

    // Of a model with versions, dbt means the latest where none is named.
    private IReadOnlyList<DbtNode> Find(RefPart reference) =>
    [
        .. _nodes[reference.Model].Where(node => (reference.Package is null || node.Package == reference.Package)
            && (reference.Version is { } version ? node.Version == version : node.Version is null || node.Version == node.LatestVersion)),
    ];

    private static string Describe(DbtNode node) => node.Version is null ? node.Package : $"{node.Package} version {node.Version}";

    private static Relation Relation(DbtResource resource, string kind, string fullName, string table) =>
        new(resource.Name, kind, fullName, resource.Schema ?? "", table)
        {
            Description = string.IsNullOrWhiteSpace(resource.Description) ? null : resource.Description,
            Columns = [.. (resource.Columns?.Values ?? []).Select(column => (column.Name, column.Description ?? ""))],
        };
}
