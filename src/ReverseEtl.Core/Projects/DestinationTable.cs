using ReverseEtl.Core.Config;
using ReverseEtl.Core.Delivery;

namespace ReverseEtl.Core.Projects;

/// <summary>The destinations of cdp.config.json by name, those with a missing secret included.</summary>
internal sealed class DestinationTable(MapNode config, ProjectConfig? bound, ProjectTypes types)
{
    private readonly MapNode? _nodes = config["destinations"] as MapNode;

    public IEnumerable<string> Names => _nodes?.Entries.Select(entry => entry.Key) ?? [];

    /// <summary>The type of a destination, or null where it has none that exists (which is reported where it stands).</summary>
    public IDestinationType? TypeOf(string name) => (_nodes?[name] as MapNode)?.Text("type") is { } type
        ? types.Destinations.FirstOrDefault(candidate => candidate.Type == type)
        : null;

    /// <summary>The bound options, or null where they are incomplete.</summary>
    public DestinationOptions? OptionsOf(string name) => bound?.Destinations.GetValueOrDefault(name);
}
