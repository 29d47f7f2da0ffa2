using System.CommandLine;
using ReverseEtl.Server.Composition;
using ReverseEtl.Cli.Output;
using ReverseEtl.Core.Config;
using ReverseEtl.Core.Projects;

namespace ReverseEtl.Cli.Commands;

/// <summary>One call of a command.</summary>
internal sealed class CommandContext(ParseResult parsed)
{
    /// <summary>True where the result is one JSON document.</summary>
    public bool Json => parsed.GetValue(GlobalOptions.Json);

    /// <summary>True where details are asked for.</summary>
    public bool Verbose => parsed.GetValue(GlobalOptions.Verbose);

    /// <summary>The environment that was chosen, or null.</summary>
    public string? Environment => parsed.GetValue(GlobalOptions.Environment);

    private string? ProjectFolder => parsed.GetValue(GlobalOptions.Project);

    /// <summary>Gives a command its action: expected failures become one message and an exit code.</summary>
    public static void Handle(Command command, Func<CommandContext, CancellationToken, Task<int>> action) =>
        command.SetAction(async (parsed, cancellationToken) =>
        {
            var context = new CommandContext(parsed);
            try
            {
                return await action(context, cancellationToken);
            }
            catch (Exception error) when (Failures.TryExplain(error, out var message, out _))
            {
                return context.Fail(error, message);
            }
            catch (Exception error)
            {
                return context.Crash(error);
            }
        });

    /// <summary>The value of an option or argument.</summary>
    public T? Get<T>(Option<T> option) => parsed.GetValue(option);

    /// <inheritdoc cref="Get{T}(Option{T})"/>
    public T? Get<T>(Argument<T> argument) => parsed.GetValue(argument);

    /// <summary>The project's files.</summary>
    public DiskProjectFiles Files() => DiskProjectFiles.Find(ProjectFolder);

    /// <summary>Loads the project.</summary>
    public Session OpenSession() => Session.Open(ProjectFolder, Environment, TimeProvider.System);

    /// <summary>A message of an expected failure, with its details where they are asked for.</summary>
    public string Describe(Exception error, string message) => Verbose ? error.ToString() : message;

    /// <summary>The syncs of a project that were named, or all; those that wait for others come after them.</summary>
    /// <exception cref="ProjectException">There is no such sync.</exception>
    public static IReadOnlyList<Sync> Select(Project project, IReadOnlyList<string>? names)
    {
        var known = project.Syncs.Select(sync => sync.Name).ToList();
        var problems = (names ?? []).Where(name => !known.Contains(name))
            .Select(name => new Problem(new Position("command line"), $"there is no sync \"{name}\"{Nearest.Hint(name, known)}"))
            .ToList();
        if (problems.Count > 0)
            throw new ProjectException(problems);
        var ordered = new List<Sync>();
        foreach (var sync in project.Syncs)
            Place(sync, project, ordered, []);
        if (ordered.Count == 0)
            Console.Error.WriteLine($"the project has no sync yet; write one under {project.Config.Models}/syncs");
        return names is { Count: > 0 } ? [.. ordered.Where(sync => names.Contains(sync.Name))] : ordered;
    }

    private static void Place(Sync sync, Project project, List<Sync> ordered, HashSet<string> path)
    {
        if (ordered.Contains(sync) || !path.Add(sync.Name))
            return;
        foreach (var after in sync.File.Schedule?.After ?? [])
            Place(project.Syncs.First(candidate => candidate.Name == after), project, ordered, path);
        ordered.Add(sync);
    }

    private int Crash(Exception error)
    {
        if (Json)
            Output.Json.Write(writer => writer.WriteString("error", $"this is a bug in cdp: {error.Message}"));
        Terminal.Fail($"this is a bug in cdp, please report it: {Describe(error, $"{error.GetType().Name}: {error.Message} (--verbose shows where)")}");
        return ExitCode.Bug;
    }

    private int Fail(Exception error, string message)
    {
        Failures.TryExplain(error, out _, out var exitCode);
        if (Json)
        {
            Output.Json.Write(writer =>
            {
                writer.WriteString("error", message);
                if (error is ProjectException { Problems: var problems })
                    ProblemList.Write(writer, problems);
            });
        }

        if (error is ProjectException project && !Verbose)
        {
            foreach (var problem in project.Problems)
                Terminal.Fail(problem.ToString());
        }
        else
        {
            Terminal.Fail(Describe(error, message));
        }

        return exitCode;
    }
}
