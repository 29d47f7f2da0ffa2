using ReverseEtl.Core.Config;
using ReverseEtl.Core.Delivery;
using ReverseEtl.Core.Delivery.Objects;
using ReverseEtl.Core.Models;
using ReverseEtl.Core.Syncs;

namespace ReverseEtl.Core.Projects;

/// <summary>A project that is right in itself: parsed, checked and resolved, without a connection to anything.</summary>
public sealed class Project
{
    /// <summary>The project's folder: what relative paths start from.</summary>
    public required string Folder { get; init; }

    /// <summary>The environment chosen with <c>--env</c>, or null.</summary>
    public required string? Environment { get; init; }

    public required ProjectConfig Config { get; init; }

    public required ModelGraph Models { get; init; }

    /// <summary>All syncs, by name.</summary>
    public required IReadOnlyList<Sync> Syncs { get; init; }

    /// <summary>What keeps single destinations from being used while the rest works: missing secrets.</summary>
    public required IReadOnlyList<Problem> Problems { get; init; }
}

/// <summary>One sync with everything its names stand for.</summary>
public sealed record Sync
{
    /// <summary>The sync as written.</summary>
    public required SyncFile File { get; init; }

    /// <summary>Where it is written.</summary>
    public required Position At { get; init; }

    public required Model Model { get; init; }

    /// <summary>For a segment: the profile whose columns may be mapped too.</summary>
    public required Model? Profile { get; init; }

    /// <summary>The mapping, in the file's order.</summary>
    public required IReadOnlyList<Mapping.FieldMapping> Mapping { get; init; }

    public required IDestinationType Type { get; init; }

    /// <summary>The destination's options; null where a secret is missing.</summary>
    public required DestinationOptions? Options { get; init; }

    /// <summary>The bound <c>object</c>.</summary>
    public required object Object { get; init; }

    /// <summary>What the destination says of that object.</summary>
    public ObjectSpec Spec => Type.Describe(Options, Object);

    /// <summary>True where changed rows go with their changed fields only.</summary>
    public bool SendsChangedFields => File.Mode.TellsOfChanges() && (File.Fields is { } fields
        ? fields is SentFields.Changed
        : Spec.ChangedFields is ChangedFields.Usually);

    /// <summary>The sync's name.</summary>
    public string Name => File.Sync;

    /// <summary>Where rows go, in words. Events and records are told apart, as a destination keeps them in different places.</summary>
    public string Target => $"{(File.Mode is SyncMode.Append ? "events" : "records")} to {File.Destination} {File.Object}{(IsSandbox ? " in the sandbox" : "")}";

    /// <summary>True where rows go to the vendor's emulator: what that was told says nothing of the vendor.</summary>
    public bool IsSandbox => Options is HttpDestinationOptions { Sandbox: true };

    /// <summary>What the destination is opened with.</summary>
    public DestinationRequest Request(string folder, string runId, TimeProvider time) => new()
    {
        Options = Options ?? throw new InvalidOperationException($"sync {Name}: the destination's options are incomplete"),
        Object = Object,
        Sync = Name,
        Model = Model.Name,
        Mode = File.Mode,
        OnRemoved = File.OnRemoved ?? Spec.Removals[0],
        Key = Model.Key,
        Fields = [.. Mapping.Select(mapping => mapping.Field)],
        Constants = Mapping.Where(mapping => mapping.Constant is not null).ToDictionary(mapping => mapping.Field, mapping => mapping.Constant!.Text, StringComparer.Ordinal),
        Hashed = Mapping.Where(mapping => mapping.Hashed).Select(mapping => mapping.Field).ToHashSet(StringComparer.Ordinal),
        ProjectFolder = folder,
        RunId = runId,
        Time = time,
    };
}
