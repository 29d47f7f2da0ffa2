using System.CommandLine;
using System.Runtime.InteropServices;
using ReverseEtl.Server.Composition;
using ReverseEtl.Cli.Output;
using ReverseEtl.Core.Config;
using ReverseEtl.Core.Models;
using ReverseEtl.DuckDb;
using ReverseEtl.Warehouses.Postgres;
using Spectre.Console;

namespace ReverseEtl.Cli.Commands;

/// <summary><c>cdp doctor</c>: whether this machine and this project are fit to run.</summary>
internal static class DoctorCommand
{
    private static readonly Option<bool> Grants = new("--grants")
    {
        Description = "Only print the SQL that gives the warehouse's role what the project needs, and no more (PostgreSQL).",
    };

    public static Command Create()
    {
        var command = new Command("doctor", "Checks this machine and this project.") { Grants };
        CommandContext.Handle(command, RunAsync);
        return command;
    }

    private static async Task<int> RunAsync(CommandContext context, CancellationToken cancellationToken)
    {
        if (context.Get(Grants))
            return await PrintGrantsAsync(context);
        var checks = new List<(string Name, string? Found, string? Problem)>();
        var exitCode = ExitCode.Ok;
        await AddAsync("runtime", () => Task.FromResult($"{RuntimeInformation.FrameworkDescription}, {RuntimeInformation.RuntimeIdentifier}, {Environment.ProcessorCount} processors"));
        await AddAsync("duckdb", async () =>
        {
            await using var connection = new DuckDBConnection("Data Source=:memory:");
            await connection.OpenAsync(cancellationToken);
            return connection.ServerVersion;
        });

        Session? session = null;
        await AddAsync("project", () =>
        {
            session = context.OpenSession();
            var project = session.Project;
            return Task.FromResult($"{project.Config.Project} in {project.Folder}: {project.Models.Ordered.Count} models, {project.Syncs.Count} syncs");
        });
        if (session is not null)
        {
            await using (session)
            {
                await AddAsync("secrets", () => session.Project.Problems.Count == 0
                    ? Task.FromResult("complete")
                    : throw new ProjectException(session.Project.Problems));
                await AddAsync("warehouse", async () =>
                {
                    await session.WarehouseAsync(cancellationToken);
                    return session.Project.Config.Warehouse.Type;
                });
                await AddAsync("state", async () =>
                {
                    await session.StoreAsync(cancellationToken);
                    return session.Project.Config.State?.Type ?? "sqlite";
                });
            }
        }

        if (context.Json)
            WriteJson(checks);
        else
            WriteTable(checks);
        return exitCode;

        async Task AddAsync(string name, Func<Task<string>> check)
        {
            try
            {
                checks.Add((name, await check(), null));
            }
            catch (Exception error) when (Failures.TryExplain(error, out var message, out var code))
            {
                checks.Add((name, null, context.Describe(error, message)));
                exitCode = ExitCode.Worse(exitCode, code);
            }
        }
    }

    private static async Task<int> PrintGrantsAsync(CommandContext context)
    {
        await using var session = context.OpenSession();
        if (session.Project.Config.Warehouse is not PostgresWarehouseOptions options)
            throw new ProjectException(new Position("command line"), $"--grants is for PostgreSQL; the project's warehouse is of type {session.Project.Config.Warehouse.Type}");
        var sources = session.Project.Models.Ordered.SelectMany(model => model.Template.Parts.OfType<SourcePart>()).Select(source => (source.Schema, source.Table));
        var sql = PostgresGrants.For(options, sources, logs: session.Project.Config.Log is { Warehouse: true });
        if (context.Json)
            Json.Write(writer => writer.WriteString("grants", sql));
        else
            Console.Out.Write(sql);
        return ExitCode.Ok;
    }

    private static void WriteJson(List<(string Name, string? Found, string? Problem)> checks) => Json.Write(writer =>
        writer.WriteList("checks", checks, check =>
        {
            writer.WriteString("check", check.Name);
            writer.WriteBoolean("ok", check.Problem is null);
            writer.WriteString("found", check.Found);
            writer.WriteString("problem", check.Problem);
        }));

    private static void WriteTable(List<(string Name, string? Found, string? Problem)> checks)
    {
        foreach (var (name, found, problem) in checks)
        {
            if (problem is null)
                Terminal.Out.MarkupLineInterpolated($"[green]ok[/]    {name,-10} {found}");
            else
                Terminal.Out.MarkupLineInterpolated($"[red]wrong[/] {name,-10} {problem}");
        }
    }
}
