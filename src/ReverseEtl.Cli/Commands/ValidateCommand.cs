using System.CommandLine;
using ReverseEtl.Server.Composition;
using ReverseEtl.Cli.Output;
using ReverseEtl.Core.Config;
using ReverseEtl.Core.Delivery;
using ReverseEtl.Core.Models;

namespace ReverseEtl.Cli.Commands;

/// <summary><c>cdp validate</c>: all errors of the project at once.</summary>
internal static class ValidateCommand
{
    private static readonly Option<bool> Connect = new("--connect")
    {
        Description = "Also ask the warehouse about every model and mapping, and check the destinations.",
    };

    public static Command Create()
    {
        var command = new Command("validate", "All errors of the project at once; connects to nothing unless asked to.") { Connect };
        CommandContext.Handle(command, RunAsync);
        return command;
    }

    private static async Task<int> RunAsync(CommandContext context, CancellationToken cancellationToken)
    {
        await using var session = context.OpenSession();
        var problems = session.Project.Problems.ToList();
        if (SharedParts.StoreProblem(session.Project) is { } problem)
            problems.Add(problem);
        if (context.Get(Connect))
            problems.AddRange(await ConnectAsync(session, cancellationToken));
        if (problems.Count > 0)
            throw new ProjectException(problems);

        var (models, syncs) = (session.Project.Models.Ordered.Count, session.Project.Syncs.Count);
        var destinations = session.Project.Config.Destinations.Count;
        if (context.Json)
        {
            Json.Write(writer =>
            {
                writer.WriteBoolean("valid", true);
                writer.WriteNumber("models", models);
                writer.WriteNumber("syncs", syncs);
                writer.WriteNumber("destinations", destinations);
            });
        }
        else
        {
            Console.Out.WriteLine($"valid: {models} models, {syncs} syncs, {destinations} destinations");
        }

        return ExitCode.Ok;
    }

    private static async Task<List<Problem>> ConnectAsync(Session session, CancellationToken cancellationToken)
    {
        var problems = new List<Problem>();
        var warehouse = await session.WarehouseAsync(cancellationToken);
        var compiler = await session.CompilerAsync(cancellationToken);
        var missing = await MissingAsync(session, compiler, cancellationToken);
        problems.AddRange(missing.Select(read => read.Problem));
        // What cannot be read is said once, and not again of every model that reads it.
        var broken = missing.Select(read => read.Model).ToList();
        foreach (var model in session.Project.Models.Ordered.Where(model => !session.Project.Models.Closure(model).Any(broken.Contains)))
            await CollectAsync(problems, async () => await warehouse.DescribeAsync(compiler.Compile(model), cancellationToken));
        foreach (var sync in session.Project.Syncs.Where(sync => sync.Options is not null))
        {
            await CollectAsync(problems, async () =>
            {
                await using var destination = await session.OpenDestinationAsync(sync, "", cancellationToken);
                await session.QueryAsync(sync, destination, cancellationToken);
                await CheckAsync(destination, problems, sync.At, cancellationToken);
            });
        }

        return [.. problems.Distinct()];
    }

    private static async Task<List<(Model Model, Problem Problem)>> MissingAsync(Session session, ModelCompiler compiler, CancellationToken cancellationToken)
    {
        var missing = new List<(Model, Problem)>();
        var warehouse = await session.WarehouseAsync(cancellationToken);
        foreach (var model in session.Project.Models.Ordered)
        {
            foreach (var (part, relation) in session.Project.Models.RelationsOf(model))
            {
                var name = warehouse.Dialect.Relation(relation);
                try
                {
                    await warehouse.DescribeAsync(compiler.Compile($"select * from {name}"), cancellationToken);
                }
                catch (ProjectException error)
                {
                    missing.Add((model, new Problem(part.At, $"the {relation.Kind} {relation.Name} is {name}, which cannot be read: {error.Problems[0].Message}; run dbt build against this warehouse")));
                }
            }
        }

        return missing;
    }

    private static async Task CheckAsync(IDestination destination, List<Problem> problems, Position at, CancellationToken cancellationToken)
    {
        try
        {
            await destination.CheckAsync(cancellationToken);
        }
        catch (DestinationException error)
        {
            problems.Add(new Problem(at, error.Message));
        }
    }

    private static async Task CollectAsync(List<Problem> problems, Func<Task> work)
    {
        try
        {
            await work();
        }
        catch (ProjectException error)
        {
            problems.AddRange(error.Problems);
        }
    }
}
