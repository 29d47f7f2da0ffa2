using System.CommandLine;
using ReverseEtl.Cli.Output;
using ReverseEtl.Server.Operations.Results;
using Spectre.Console;

namespace ReverseEtl.Cli.Commands;

/// <summary><c>cdp models</c>: models, their graph, kinds and owners.</summary>
internal static class ModelsCommand
{
    public static Command Create()
    {
        var command = new Command("models", "Models, what they read and who sends them, kinds and owners.");
        CommandContext.Handle(command, RunAsync, remotely: true);
        return command;
    }

    private static async Task<int> RunAsync(CommandContext context, CancellationToken cancellationToken)
    {
        await using var operations = context.OpenOperations();
        var list = await operations.ModelsAsync(cancellationToken);
        if (context.Json)
            Json.Write(list);
        else
            WriteTable(list);
        return ExitCode.Ok;
    }

    private static void WriteTable(ModelList list)
    {
        var known = list.Models.Select(model => model.Model).ToHashSet();
        var table = Terminal.Table("model", "kind", "key", "reads", "synced by", "owner");
        foreach (var model in list.Models)
        {
            table.AddRow(new[]
            {
                model.Model, model.Kind.ToString().ToLowerInvariant(), List(model.Key),
                List([.. model.Reads.Where(known.Contains), .. model.Relations.Select(relation => $"{relation.Kind} {relation.Name}")]), List(model.Syncs), model.Owner ?? "",
            }.Select(Markup.Escape).ToArray());
        }

        Terminal.Out.Write(table);
    }

    private static string List(IEnumerable<string> names) => string.Join(", ", names);
}
