using ReverseEtl.Core.Config;

namespace ReverseEtl.Core.Models;

/// <summary>Which model reads which, checked and in an order in which every model comes after what it reads.</summary>
public sealed class ModelGraph
{
    private readonly Dictionary<string, Model> _models;

    private ModelGraph(Dictionary<string, Model> models, IReadOnlyList<Model> ordered, IRelations relations) =>
        (_models, Ordered, Relations) = (models, ordered, relations);

    /// <summary>What models may read besides each other.</summary>
    public IRelations Relations { get; }

    /// <summary>All models, each after those it reads.</summary>
    public IReadOnlyList<Model> Ordered { get; }

    /// <summary>A model by name, or null.</summary>
    public Model? Find(string name) => _models.GetValueOrDefault(name);

    /// <summary>The relations of another tool that a model reads itself, each with the place of its first mention.</summary>
    public IEnumerable<(SqlPart At, Relation Relation)> RelationsOf(Model model) => model.Template.Parts
        .Select(part => (part, relation: part switch
        {
            RefPart reference when Find(reference) is null => Relations.Ref(reference),
            SourcePart source => Relations.Source(source),
            _ => null,
        }))
        .Where(read => read.relation is not null)
        .Select(read => (read.part, read.relation!))
        .DistinctBy(read => read.Item2.FullName);

    /// <summary>A model of the project that a reference stands for, or null.</summary>
    public Model? Find(RefPart reference) => reference.Package is null && reference.Version is null ? Find(reference.Model) : null;

    /// <summary>A model with everything that it reads, directly or not, in order.</summary>
    public IReadOnlyList<Model> Closure(params IEnumerable<Model> roots) => Closure(_ => false, roots);

    /// <summary>The same without the models that something else stands in for, and what only those read.</summary>
    public IReadOnlyList<Model> Closure(Func<string, bool> stopAt, params IEnumerable<Model> roots)
    {
        var needed = new HashSet<string>(StringComparer.Ordinal);
        var open = new Stack<Model>(roots);
        while (open.TryPop(out var model))
        {
            if (!needed.Add(model.Name))
                continue;
            foreach (var reference in model.References.Where(reference => !stopAt(reference) && _models.ContainsKey(reference)))
                open.Push(_models[reference]);
        }

        return [.. Ordered.Where(model => needed.Contains(model.Name))];
    }

    internal static ModelGraph Build(IEnumerable<Model> models, IRelations relations, List<Problem> problems)
    {
        var byName = new Dictionary<string, Model>(StringComparer.Ordinal);
        foreach (var model in models)
        {
            if (!byName.TryAdd(model.Name, model))
                problems.Add(new Problem(model.At, $"a model named {model.Name} stands in {byName[model.Name].File} already; names are unique over all folders"));
        }

        foreach (var part in byName.Values.SelectMany(model => model.Template.Parts))
        {
            if (part is RefPart { Package: null, Version: null } own && byName.ContainsKey(own.Model))
                continue;
            if (relations.Problem(part) is { } problem)
                problems.Add(new Problem(part.At, problem));
            else if (part is RefPart unknown && relations.Ref(unknown) is null)
                problems.Add(new Problem(part.At, $"there is no model named \"{unknown.Model}\"{Nearest.Hint(unknown.Model, byName.Keys.Concat(relations.Names))}"));
        }

        var ordered = new List<Model>();
        var state = new Dictionary<string, bool>(StringComparer.Ordinal);
        foreach (var model in byName.Values)
            Visit(model, byName, state, [], ordered, problems);
        return new ModelGraph(byName, ordered, relations);
    }

    private static void Visit(Model model, Dictionary<string, Model> models, Dictionary<string, bool> finished, List<string> path,
        List<Model> ordered, List<Problem> problems)
    {
        if (finished.TryGetValue(model.Name, out var done))
        {
            if (!done)
            {
                var circle = path.SkipWhile(name => name != model.Name).Append(model.Name);
                problems.Add(new Problem(model.At, $"the models read each other in a circle: {string.Join(" -> ", circle)}"));
            }

            return;
        }

        finished[model.Name] = false;
        path.Add(model.Name);
        foreach (var reference in model.References)
        {
            if (models.TryGetValue(reference, out var read))
                Visit(read, models, finished, path, ordered, problems);
        }

        path.RemoveAt(path.Count - 1);
        finished[model.Name] = true;
        ordered.Add(model);
    }
}
