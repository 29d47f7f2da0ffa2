using System.CommandLine;
using System.Text;
using ReverseEtl.Server.Composition;
using ReverseEtl.Cli.Output;
using ReverseEtl.Core.Config;
using ReverseEtl.Core.Delivery;
using ReverseEtl.Core.Delivery.Objects;
using ReverseEtl.Core.Mapping;
using ReverseEtl.Core.Models;

namespace ReverseEtl.Cli.Commands;

/// <summary><c>cdp init sync --model M --to DEST</c>: a sync with the mapping that the columns' names suggest.</summary>
internal static class InitSyncCommand
{
    private static readonly Option<string> ModelName = new("--model") { Description = "The model whose rows are to be sent.", Required = true };

    private static readonly Option<string> To = new("--to") { Description = "The destination in cdp.config.json.", Required = true };

    private static readonly Option<string?> ObjectName = new("--object") { Description = "Which of the destination's objects, as cdp destinations has them; the first when left out." };

    public static Command Create()
    {
        var command = new Command("sync", "A sync from a model to a destination, with the mapping that the names of the columns suggest.") { ModelName, To, ObjectName };
        CommandContext.Handle(command, RunAsync);
        return command;
    }

    private static async Task<int> RunAsync(CommandContext context, CancellationToken cancellationToken)
    {
        await using var session = context.OpenSession();
        var model = Find("model", context.Get(ModelName)!, session.Project.Models.Ordered, model => model.Name);
        var (name, options) = Find("destination", context.Get(To)!, session.Project.Config.Destinations, pair => pair.Key);
        var type = Registry.Types.Destinations.First(candidate => candidate.Type == options.Type);
        var spec = context.Get(ObjectName) is { } asked ? Find("object", asked, type.Objects, candidate => candidate.Name) : type.Objects[0];

        var sync = $"{model.Name}_to_{name}";
        var path = Path.Combine(session.Project.Config.Models, "syncs", $"{sync}.yml");
        var file = Path.Combine(session.Project.Folder, path);
        foreach (var known in new[] { path, $"{path}.draft" }.Where(known => File.Exists(Path.Combine(session.Project.Folder, known))))
            throw new ProjectException(new Position(known), "the file is there already, so nothing was written; move it away, or change it by hand");
        var mapping = SuggestedMapping.Of(spec, await ColumnsAsync(session, model, cancellationToken));
        Directory.CreateDirectory(Path.GetDirectoryName(file)!);
        await File.WriteAllTextAsync(file, Yaml(sync, model.Name, name, spec, mapping), cancellationToken);
        var problems = ProblemsOf(context, path);
        // A sync that is not right yet would keep the whole project from loading.
        if (problems.Count > 0)
            File.Move(file, $"{file}.draft");
        Tell(context, problems.Count > 0 ? $"{path}.draft" : path, sync, mapping, problems);
        return ExitCode.Ok;
    }

    private static IReadOnlyList<string> ProblemsOf(CommandContext context, string path)
    {
        try
        {
            context.OpenSession();
            return [];
        }
        catch (ProjectException error)
        {
            return [.. error.Problems.Where(problem => problem.Where.File == path).Select(problem => problem.Message)];
        }
    }

    private static async Task<IReadOnlyList<string>> ColumnsAsync(Session session, Model model, CancellationToken cancellationToken)
    {
        var compiler = await session.CompilerAsync(cancellationToken);
        var warehouse = await session.WarehouseAsync(cancellationToken);
        var profile = model.Header.Profile is { } named ? session.Project.Models.Find(named) : null;
        var columns = new List<string>();
        foreach (var source in new[] { model, profile }.OfType<Model>())
            columns.AddRange((await warehouse.DescribeAsync(compiler.Compile(source), cancellationToken)).Select(column => column.Name));
        return [.. columns.Distinct(StringComparer.Ordinal)];
    }

    private static string Yaml(string sync, string model, string destination, ObjectSpec spec, IReadOnlyList<(string Field, string Column)> mapping)
    {
        var yaml = new StringBuilder();
        yaml.Append($"sync: {sync}\nmodel: {model}\ndestination: {destination}\nobject: {spec.Example}\nmode: {spec.Modes[0].ToString().ToLowerInvariant()}\nmap:\n");
        foreach (var (field, column) in mapping)
            yaml.Append($"  {Quoted(field)}: {Quoted(column)}\n");
        foreach (var field in Missing(spec, mapping))
            yaml.Append($"  # {field.Name}: {field.Description}{(field.Required ? " Required." : "")}\n");
        if (mapping.Count == 0)
            yaml.Append("  {}\n");
        yaml.Append($"guards: {{ min_rows: 1, {(spec.Modes[0].Removes() ? "max_removed: 20%, " : "")}max_changed: 50% }}\n");
        return yaml.ToString();
    }

    private static IEnumerable<FieldSpec> Missing(ObjectSpec spec, IReadOnlyList<(string Field, string Column)> mapping) =>
        spec.Fields.Where(field => mapping.All(pair => pair.Field != field.Name));

    private static string Quoted(string name) => name.Length > 0 && name.All(letter => char.IsAsciiLetterOrDigit(letter) || letter is '_')
        && !char.IsAsciiDigit(name[0])
        && name.ToLowerInvariant() is not ("true" or "false" or "null")
            ? name
            : $"\"{name.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal)}\"";

    private static void Tell(CommandContext context, string path, string sync, IReadOnlyList<(string Field, string Column)> mapping, IReadOnlyList<string> problems)
    {
        if (context.Json)
        {
            Json.Write(writer =>
            {
                writer.WriteString("sync", sync);
                writer.WriteString("file", path);
                writer.WriteStartObject("map");
                foreach (var (field, column) in mapping)
                    writer.WriteString(field, column);
                writer.WriteEndObject();
                writer.WriteStartArray("problems");
                foreach (var problem in problems)
                    writer.WriteStringValue(problem);
                writer.WriteEndArray();
            });
            return;
        }

        Console.Out.WriteLine($"{path}: {mapping.Count} fields mapped by their names; look through them and set the object");
        foreach (var problem in problems)
            Console.Out.WriteLine($"  still to do: {problem}");
        Console.Out.WriteLine($"next: {(problems.Count > 0 ? "take .draft off the file's name when that is done, " : "")}cdp validate, cdp plan {sync}");
    }

    private static T Find<T>(string what, string name, IEnumerable<T> all, Func<T, string> nameOf)
    {
        var list = all.ToList();
        foreach (var item in list.Where(item => nameOf(item) == name))
            return item;
        throw new ProjectException(new Position("command line"), $"there is no {what} \"{name}\"{Nearest.Hint(name, list.Select(nameOf))}");
    }
}
