using System.CommandLine;
using ReverseEtl.Cli.Output;
using ReverseEtl.Core.Config;
using ReverseEtl.Core.Testing;
using ReverseEtl.Warehouses.Testing;
using Spectre.Console;

namespace ReverseEtl.Cli.Commands;

/// <summary><c>cdp test</c>: unit tests of models.</summary>
internal static class TestCommand
{
    private static readonly Argument<string[]> Names = new("NAME")
    {
        Description = "Tests, or models whose tests are meant; all when left out.",
        Arity = ArgumentArity.ZeroOrMore,
    };

    public static Command Create()
    {
        var command = new Command("test", "Unit tests of models: fixture tables in, expected rows out; reads no table of the warehouse.") { Names };
        CommandContext.Handle(command, RunAsync);
        return command;
    }

    private static async Task<int> RunAsync(CommandContext context, CancellationToken cancellationToken)
    {
        var files = context.Files();
        await using var session = context.OpenSession();
        var project = session.Project;
        var tests = Select(ModelTestReader.ReadAll(files, $"{project.Config.Models}/tests", project.Models), context.Get(Names) ?? []);
        var runner = await session.TestRunnerAsync(files, cancellationToken);
        var results = new List<ModelTestResult>();
        foreach (var test in tests)
        {
            results.Add(await runner.RunAsync(test, cancellationToken));
            if (!context.Json)
                Write(results[^1]);
        }

        var failed = results.Count(result => !result.Passed);
        if (context.Json)
            WriteJson(results);
        else
            Console.Out.WriteLine($"{results.Count - failed} passed, {failed} failed");
        return failed == 0 ? ExitCode.Ok : ExitCode.Undelivered;
    }

    private static IReadOnlyList<ModelTest> Select(IReadOnlyList<ModelTest> tests, IReadOnlyList<string> names)
    {
        var known = tests.Select(test => test.Test).Concat(tests.Select(test => test.Model)).ToList();
        if (names.FirstOrDefault(name => !known.Contains(name)) is { } unknown)
            throw new ProjectException(new Position("command line"), $"there is no test, and no model with a test, named \"{unknown}\"{Nearest.Hint(unknown, known)}");
        return names.Count == 0 ? tests : [.. tests.Where(test => names.Contains(test.Test) || names.Contains(test.Model))];
    }

    private static void Write(ModelTestResult result)
    {
        Terminal.Out.MarkupLine($"{(result.Passed ? "[green]passed[/]" : "[red]failed[/]")}  {Markup.Escape(result.Test.Model)}: {Markup.Escape(result.Test.Test)}");
        foreach (var row in result.Missing)
            Terminal.Out.MarkupLineInterpolated($"    [red]missing     {row}[/]");
        foreach (var row in result.Unexpected)
            Terminal.Out.MarkupLineInterpolated($"    [yellow]unexpected  {row}[/]");
    }

    private static void WriteJson(List<ModelTestResult> results) => Json.Write(writer => writer.WriteList("tests", results, result =>
    {
        writer.WriteString("test", result.Test.Test);
        writer.WriteString("model", result.Test.Model);
        writer.WriteString("file", result.Test.At.File);
        writer.WriteBoolean("passed", result.Passed);
        WriteRows("missing", result.Missing);
        WriteRows("unexpected", result.Unexpected);

        void WriteRows(string name, IReadOnlyList<string> rows)
        {
            writer.WriteStartArray(name);
            foreach (var row in rows)
                writer.WriteRawValue(row);
            writer.WriteEndArray();
        }
    }));
}
