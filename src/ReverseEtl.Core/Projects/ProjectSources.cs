using ReverseEtl.Core.Alerts;
using ReverseEtl.Core.Config;
using ReverseEtl.Core.Delivery;

namespace ReverseEtl.Core.Projects;

/// <summary>The files of a project, so that loading one needs no disk.</summary>
public interface IProjectFiles
{
    /// <summary>The project's folder.</summary>
    string Folder { get; }

    /// <summary>A file's text, or null where there is none.</summary>
    string? Read(string path);

    /// <summary>All files below a folder with an extension, relative to the project's folder, with forward slashes, in ordinal order; null where there is no such folder.</summary>
    IReadOnlyList<string>? List(string folder, string extension);
}

/// <summary>The kinds of things that a project may name: what stands behind <c>"type"</c>.</summary>
/// <param name="Destinations">Destination types.</param>
/// <param name="Warehouses">Option records of warehouses, by type.</param>
/// <param name="States">Option records of control stores, by type.</param>
/// <param name="Channels">Option records of channels of alerts, by type; none when left out.</param>
public sealed record ProjectTypes(
    IReadOnlyList<IDestinationType> Destinations,
    IReadOnlyDictionary<string, Type> Warehouses,
    IReadOnlyDictionary<string, Type> States,
    IReadOnlyDictionary<string, Type>? Channels = null)
{
    /// <summary>What is wrong with a cron expression or its time zone, as who keeps the time reads them; null where nothing is.</summary>
    public Func<Syncs.Schedule, string?> ScheduleProblem { get; init; } = _ => null;

    /// <summary>The records to choose from, for the binder and the schema.</summary>
    public IReadOnlyDictionary<Type, IReadOnlyDictionary<string, Type>> Variants { get; } = new Dictionary<Type, IReadOnlyDictionary<string, Type>>
    {
        [typeof(WarehouseOptions)] = Warehouses,
        [typeof(StateOptions)] = States,
        [typeof(AlertChannelOptions)] = Channels ?? new Dictionary<string, Type>(),
        [typeof(DestinationOptions)] = Destinations.ToDictionary(type => type.Type, type => type.OptionsType, StringComparer.Ordinal),
    };
}
