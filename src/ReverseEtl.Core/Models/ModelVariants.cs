using ReverseEtl.Core.Config;
using ReverseEtl.Core.Projects;

namespace ReverseEtl.Core.Models;

/// <summary>
/// SQL that a model has for one kind of warehouse: files beside the model's own that its header names under <c>dialects</c>, such as
/// <c>high_value.postgres.sql</c>. The dot tells them from models.
/// </summary>
/// <param name="files">The project's files.</param>
/// <param name="warehouses">The types of warehouses that there are.</param>
/// <param name="warehouse">The type of the project's.</param>
/// <param name="problems">Takes what is wrong.</param>
internal sealed class ModelVariants(IProjectFiles files, IReadOnlyCollection<string> warehouses, string? warehouse, List<Problem> problems)
{
    private readonly HashSet<string> _named = new(StringComparer.Ordinal);

    /// <summary>Whether a file is a variant of a model, and no model.</summary>
    public static bool IsVariant(string path) => Path.GetFileNameWithoutExtension(path).Contains('.', StringComparison.Ordinal);

    /// <summary>The model with the SQL that is for the project's warehouse.</summary>
    public Model Choose(Model model)
    {
        foreach (var (type, name) in model.Header.Dialects)
        {
            if (!warehouses.Contains(type))
                problems.Add(new Problem(model.At, $"there is no warehouse of type \"{type}\"{Nearest.Hint(type, warehouses)}"));
            var path = $"{model.File[..(model.File.LastIndexOf('/') + 1)]}{name}";
            _named.Add(path);
            // All of them are read, so that what is wrong shows before another environment is used.
            if (!IsVariant(path))
                problems.Add(new Problem(model.At, $"dialects: name the file {model.Name}.{type}.sql; without the dot {name} is a model of its own"));
            else if (files.Read(path) is not { } text)
                problems.Add(new Problem(model.At, $"dialects: there is no file {path}"));
            else if (ModelReader.ReadSql(path, text, problems) is var template && type == warehouse)
                model = model with { Template = template, SqlFile = path };
        }

        return model;
    }

    /// <summary>Reports variants that no model names.</summary>
    public void CheckNamed(IEnumerable<string> paths) => problems.AddRange(
        from path in paths
        where IsVariant(path) && !_named.Contains(path)
        select new Problem(new Position(path), "no model's header names this file under dialects; a model's name has letters, digits and underscores only"));
}
