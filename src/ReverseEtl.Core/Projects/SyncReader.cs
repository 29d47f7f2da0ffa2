using System.Text.Json;
using ReverseEtl.Core.Alerts;
using ReverseEtl.Core.Config;
using ReverseEtl.Core.Delivery;
using ReverseEtl.Core.Delivery.Objects;
using ReverseEtl.Core.Models;
using ReverseEtl.Core.Syncs;

namespace ReverseEtl.Core.Projects;

/// <summary>Reads and resolves the sync files.</summary>
internal sealed class SyncReader(
    IProjectFiles files, ModelGraph models, DestinationTable destinations, Func<Schedule, string?> scheduleProblem, IReadOnlyList<string> channels, List<Problem> problems)
{
    public IReadOnlyList<Sync> ReadAll(string folder)
    {
        var syncs = new Dictionary<string, Sync>(StringComparer.Ordinal);
        var paths = (files.List(folder, ".yml") ?? []).Concat(files.List(folder, ".yaml") ?? []);
        foreach (var path in paths)
        {
            if (Read(path) is not { } sync)
                continue;
            if (!syncs.TryAdd(sync.Name, sync))
                problems.Add(new Problem(sync.At, $"a sync named {sync.Name} stands in {syncs[sync.Name].At.File} already"));
        }

        foreach (var sync in syncs.Values)
        {
            foreach (var after in (sync.File.Schedule?.After ?? []).Where(after => !syncs.ContainsKey(after)))
                problems.Add(new Problem(sync.At, $"the schedule waits for \"{after}\", which is no sync{Nearest.Hint(after, syncs.Keys)}"));
            if (WaitsFor(sync, sync.Name, syncs, []))
                problems.Add(new Problem(sync.At, $"the schedule of {sync.Name} waits, by way of others, for itself; nothing would ever start it"));
        }

        return [.. syncs.Values.OrderBy(sync => sync.Name, StringComparer.Ordinal)];
    }

    private static bool WaitsFor(Sync sync, string name, IReadOnlyDictionary<string, Sync> syncs, HashSet<string> seen) =>
        (sync.File.Schedule?.After ?? []).Any(after =>
            after == name || (seen.Add(after) && syncs.TryGetValue(after, out var next) && WaitsFor(next, name, syncs, seen)));

    private Sync? Read(string path)
    {
        MapNode? root;
        try
        {
            root = YamlConfigReader.Read(path, files.Read(path) ?? "") as MapNode;
        }
        catch (ProjectException error)
        {
            problems.AddRange(error.Problems);
            return null;
        }

        if (root is null)
        {
            problems.Add(new Problem(new Position(path, 1, 1), "the file must hold one object: sync, model, destination, mode, map"));
            return null;
        }

        return Binder.Bind<SyncFile>(root, new BindContext(problems, JsonNamingPolicy.SnakeCaseLower)) is { } file
            ? Resolve(file, root)
            : null;
    }

    private Sync? Resolve(SyncFile file, MapNode root)
    {
        CheckName(file.Sync, root);
        if (file.Schedule is { } schedule && scheduleProblem(schedule) is { } wrong)
            problems.Add(new Problem(root["schedule"]!.At, wrong));
        SyncAlerts.CheckNames((root["alerts"] as MapNode)?["to"], channels, problems);
        var model = models.Find(file.Model);
        if (model is null)
            problems.Add(new Problem(root["model"]!.At, $"there is no model named \"{file.Model}\"{Nearest.Hint(file.Model, models.Ordered.Select(candidate => candidate.Name))}"));
        else if (model.Key.Count == 0)
            problems.Add(new Problem(model.At, $"sync {file.Sync} needs the model's key; add \"key: ...\" to the header"));

        var type = destinations.TypeOf(file.Destination);
        if (!destinations.Names.Contains(file.Destination))
            problems.Add(new Problem(root["destination"]!.At, $"there is no destination \"{file.Destination}\" in {ProjectLoader.ConfigFile}{Nearest.Hint(file.Destination, destinations.Names)}"));
        if (model is null || type is null)
            return null;

        var objectNode = file.Object ?? new MapNode(root["object"]?.At ?? root.At, []);
        if (Binder.Bind(type.ObjectType, objectNode, new BindContext(problems, JsonNamingPolicy.SnakeCaseLower)) is not { } target)
            return null;
        var sync = new Sync
        {
            File = file,
            At = root.At,
            Model = model,
            Profile = model.Header.Kind is ModelKind.Segment && model.Header.Profile is { } profile ? models.Find(profile) : null,
            Mapping = [.. file.Map.Select(pair => pair.Value with { Field = pair.Key })],
            Type = type,
            Options = destinations.OptionsOf(file.Destination),
            Object = target,
        };
        Check(sync, root);
        return sync;
    }

    private void CheckName(string name, MapNode root)
    {
        // The name becomes a file's name and a label in metrics.
        if (name.Length is 0 or > 64 || name.Any(letter => !char.IsAsciiLetterOrDigit(letter) && letter is not '_' and not '-'))
            problems.Add(new Problem(root["sync"]!.At, $"a sync's name has up to 64 letters, digits, _ and -; rename \"{name}\""));
    }

    private void CheckRemoval(Sync sync, MapNode root)
    {
        if (sync.File.OnRemoved is not { } removal)
            return;
        var can = string.Join(", ", sync.Spec.Removals.Select(possible => possible.ToString().ToLowerInvariant()));
        if (!sync.File.Mode.Removes())
            problems.Add(new Problem(root["on_removed"]!.At, $"mode {sync.File.Mode.ToString().ToLowerInvariant()} leaves rows that left the model alone; on_removed is for mode mirror"));
        else if (!sync.Spec.Removals.Contains(removal))
            problems.Add(new Problem(root["on_removed"]!.At, $"{sync.Spec.Name} at a {sync.Type.Type} destination cannot {removal.ToString().ToLowerInvariant()} rows that left the model; it can: {can}"));
    }

    private void CheckFields(Sync sync, MapNode root)
    {
        if (sync.File.Fields is not SentFields.Changed)
            return;
        if (sync.Spec.ChangedFields is ChangedFields.Never)
            problems.Add(new Problem(root["fields"]!.At, $"{sync.Spec.Name} at a {sync.Type.Type} destination takes rows whole; leave fields out"));
        else if (!sync.File.Mode.TellsOfChanges())
            problems.Add(new Problem(root["fields"]!.At, $"mode {sync.File.Mode.ToString().ToLowerInvariant()} tells of each row once; leave fields out"));
    }

    private void Check(Sync sync, MapNode root)
    {
        if (sync.Mapping.Count == 0)
            problems.Add(new Problem(root["map"]!.At, "the map is empty; name at least one field"));
        CheckRemoval(sync, root);
        CheckFields(sync, root);
        foreach (var made in sync.Mapping.Where(mapping => mapping is { Column: null, Constant: null } && sync.File.Mode.Removes() && sync.Spec.Field(mapping.Field) is { Identifies: true }))
            problems.Add(new Problem(made.At, $"{made.Field} is what {sync.Spec.Name} knows a row by, and must come from a column or be a const, which a removal can repeat"));
        if (sync.Options is null)
            return;
        foreach (var message in sync.Type.Check(sync.Request(files.Folder, "", TimeProvider.System)))
            problems.Add(new Problem(root["object"]?.At ?? root.At, message));
    }
}
