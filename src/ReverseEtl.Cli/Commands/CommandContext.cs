using System.CommandLine;
using ReverseEtl.Cli.Output;
using ReverseEtl.Core.Config;
using ReverseEtl.Core.Delivery;
using ReverseEtl.Core.Projects;
using ReverseEtl.Server.Composition;
using ReverseEtl.Server.Operations;
using ReverseEtl.Server.Operations.Remote;

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

    /// <summary>The project as a service, where one is meant.</summary>
    public RemoteTarget? Remote { get; } = RemoteTarget.Of(parsed);

    /// <summary>Gives a command its action: expected failures become one message and an exit code.</summary>
    /// <param name="command">The command.</param>
    /// <param name="action">What it does.</param>
    /// <param name="remotely">True where it can be done by a service as well.</param>
    public static void Handle(Command command, Func<CommandContext, CancellationToken, Task<int>> action, bool remotely = false) =>
        command.SetAction(async (parsed, cancellationToken) =>
        {
            var context = new CommandContext(parsed);
            try
            {
                if (!remotely)
                    context.Remote?.Refuse($"cdp {command.Name}");
                context.Remote?.Check();
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

    /// <summary>What can be asked of the project.</summary>
    public IProjectOperations OpenOperations() => Remote is null ? OpenLocal("it") : Remote.Open();

    /// <summary>The same of the project on this machine.</summary>
    /// <param name="what">What is wanted, for the message where a service is meant.</param>
    public LocalOperations OpenLocal(string what)
    {
        Remote?.Refuse(what);
        return new LocalOperations(OpenSession(), Caller.CommandLine);
    }

    /// <summary>The same of the project that a service runs.</summary>
    /// <param name="what">What is wanted, for the message where no service is meant.</param>
    public RemoteOperations OpenRemote(string what) => Remote?.Open() ?? throw new ProjectException(
        Caller.CommandLine.Place, $"{what} is an order to a service; say where cdp serve runs, with --remote URL or {RemoteTarget.Variable}");

    /// <summary>The syncs that were named, or all.</summary>
    /// <exception cref="ProjectException">There is no such sync, or what is asked is not for it.</exception>
    public static async Task<IReadOnlyList<string>> SelectAsync(IProjectOperations operations, IReadOnlyList<string>? names, RunOptions options, CancellationToken cancellationToken)
    {
        var syncs = await operations.SelectAsync(names, options, cancellationToken);
        SayNone(syncs);
        return syncs;
    }

    /// <inheritdoc cref="SelectAsync"/>
    public static IReadOnlyList<Sync> Select(LocalOperations operations, IReadOnlyList<string>? names, RunOptions options)
    {
        var syncs = operations.Select(names, options);
        SayNone(syncs);
        return syncs;
    }

    private static void SayNone<T>(IReadOnlyList<T> syncs)
    {
        if (syncs.Count == 0)
            Console.Error.WriteLine("the project has no sync yet; write one in the folder syncs of its models");
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
