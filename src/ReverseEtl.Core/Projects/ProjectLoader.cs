using System.Text.Json;
using ReverseEtl.Core.Alerts;
using ReverseEtl.Core.Config;
using ReverseEtl.Core.Dbt;
using ReverseEtl.Core.Models;

namespace ReverseEtl.Core.Projects;

/// <summary>Loads a project from its files and reports everything that is wrong with it at once.</summary>
public sealed class ProjectLoader(IProjectFiles files, ISecretSource secrets, ProjectTypes types)
{
    /// <summary>The name of the configuration file.</summary>
    public const string ConfigFile = "cdp.config.json";

    /// <summary>The clock that a manifest's age is told by.</summary>
    public TimeProvider Time { get; init; } = TimeProvider.System;

    /// <exception cref="ProjectException">The project is wrong; all problems are in it.</exception>
    public Project Load(string? environment)
    {
        var problems = new List<Problem>();
        var configNode = ReadConfig(environment);
        var context = new BindContext(problems, JsonNamingPolicy.CamelCase) { Secrets = secrets, Variants = types.Variants };
        var config = Binder.Bind<ProjectConfig>(configNode.Without("environments"), context);
        // A missing secret leaves its destination out of the record, not the whole file.
        config ??= BindWithoutBroken(configNode, problems);

        var folder = config?.Models ?? configNode.Text("models") ?? "models";
        var relations = DbtManifestReader.Read(config?.Dbt, files, Time, problems);
        var models = ReadModels(folder, config?.Warehouse.Type, relations, problems);
        if (config is not null)
            problems.AddRange(ModelCompiler.CheckVars(models.Ordered, config.Vars));
        var destinations = new DestinationTable(configNode, config, types);
        var channels = CheckAlerts(configNode["alerts"] as MapNode, config?.Alerts, problems);
        var syncs = new SyncReader(files, models, destinations, types.ScheduleProblem, channels, problems).ReadAll($"{folder}/syncs");

        if (config is null || problems.Any(problem => !problem.IsPartial))
            throw new ProjectException(problems);
        return new Project
        {
            Folder = files.Folder,
            Environment = environment,
            Config = config,
            Models = models,
            Syncs = syncs,
            Problems = problems,
        };
    }

    private MapNode ReadConfig(string? environment)
    {
        var text = files.Read(ConfigFile)
            ?? throw new ProjectException(new Position(ConfigFile), $"there is no such file in {files.Folder}; cdp init makes a new project");
        if (JsonConfigReader.Read(ConfigFile, text) is not MapNode root)
            throw new ProjectException(new Position(ConfigFile, 1, 1), "the file must hold one JSON object");
        if (environment is null)
            return root;
        var environments = root["environments"] as MapNode;
        return environments?[environment] is MapNode over
            ? root.Overlay(over)
            : throw new ProjectException(root["environments"]?.At ?? root.At,
                $"there is no environment \"{environment}\"{Nearest.Hint(environment, environments?.Entries.Select(entry => entry.Key) ?? [])}");
    }

    private ProjectConfig? BindWithoutBroken(MapNode root, List<Problem> problems)
    {
        if (!problems.Exists(problem => problem.IsPartial))
            return null;
        var reduced = Without(root, ["destinations"], problems.Select(problem => problem.Destination));
        reduced = Without(reduced, ["alerts", "channels"], problems.Select(problem => problem.Channel));
        var repeated = new BindContext([], JsonNamingPolicy.CamelCase) { Secrets = secrets, Variants = types.Variants };
        return Binder.Bind<ProjectConfig>(reduced.Without("environments"), repeated);
    }

    private static MapNode Without(MapNode root, ReadOnlySpan<string> path, IEnumerable<string?> broken)
    {
        if (path.Length == 0)
            return root with { Entries = [.. root.Entries.Where(entry => !broken.Contains(entry.Key))] };
        if (root[path[0]] is not MapNode child)
            return root;
        var (name, kept) = (path[0], Without(child, path[1..], broken));
        return root with { Entries = [.. root.Entries.Select(entry => entry.Key == name ? entry with { Value = kept } : entry)] };
    }

    private static IReadOnlyList<string> CheckAlerts(MapNode? alerts, AlertOptions? options, List<Problem> problems)
    {
        var channels = alerts?["channels"] as MapNode;
        IReadOnlyList<string> names = [.. channels?.Entries.Select(entry => entry.Key) ?? []];
        SyncAlerts.CheckNames((alerts?["default"] as MapNode)?["to"], names, problems);
        foreach (var (name, channel) in options?.Channels ?? new Dictionary<string, AlertChannelOptions>())
        {
            if (channel.Problem() is { } problem)
                problems.Add(new Problem(channels![name]!.At, problem));
        }

        return names;
    }

    private ModelGraph ReadModels(string folder, string? warehouse, IRelations relations, List<Problem> problems)
    {
        var found = files.List(folder, ".sql");
        if (found is null)
            problems.Add(new Problem(new Position(ConfigFile, Path: "models"), $"there is no folder {folder}; make it, or name another under \"models\""));
        // Seeds are scripts for a warehouse of one's own, not models.
        var paths = (found ?? []).Where(path => !path.StartsWith($"{folder}/seeds/", StringComparison.Ordinal)).ToList();
        var variants = new ModelVariants(files, [.. types.Warehouses.Keys], warehouse, problems);
        var models = new List<Model>();
        foreach (var path in paths.Where(path => !ModelVariants.IsVariant(path)))
        {
            if (ModelReader.Read(path, files.Read(path) ?? "", problems) is { } model)
                models.Add(variants.Choose(model));
        }

        variants.CheckNamed(paths);
        return ModelGraph.Build(ProfileKeys.Resolve(models, problems), relations, problems);
    }
}
