using System.CommandLine;
using ReverseEtl.Cli.Output;
using ReverseEtl.Core.Models;
using Spectre.Console;

namespace ReverseEtl.Cli.Commands;

/// <summary><c>cdp models</c>: models, their graph, kinds and owners.</summary>
internal static class ModelsCommand
{
    public static Command Create()
    {
        var command = new Command("models", "Models, what they read and who sends them, kinds and owners.");
        CommandContext.Handle(command, RunAsync);
        return command;
    }

    private static async Task<int> RunAsync(CommandContext context, CancellationToken cancellationToken)
    {
        await using var session = context.OpenSession();
        var project = session.Project;
        var syncs = project.Syncs.ToLookup(sync => sync.Model.Name, sync => sync.Name);
        if (context.Json)
        {
            Json.Write(writer => writer.WriteList("models", project.Models.Ordered, model =>
            {
                writer.WriteString("model", model.Name);
                writer.WriteString("kind", Kind(model));
                writer.WriteString("file", model.File);
                writer.WriteString("profile", model.Header.Profile);
                writer.WriteString("owner", model.Header.Owner);
                writer.WriteString("description", model.Header.Description);
                WriteNames("key", model.Key);
                WriteNames("reads", model.References);
                writer.WriteList("relations", project.Models.RelationsOf(model), read =>
                {
                    writer.WriteString("name", read.Relation.Name);
                    writer.WriteString("kind", read.Relation.Kind);
                    writer.WriteString("relation", read.Relation.FullName);
                    writer.WriteString("description", read.Relation.Description);
                    writer.WriteList("columns", read.Relation.Columns, column =>
                    {
                        writer.WriteString("name", column.Name);
                        writer.WriteString("description", column.Description);
                    });
                });
                WriteNames("syncs", syncs[model.Name]);

                void WriteNames(string name, IEnumerable<string> names)
                {
                    writer.WriteStartArray(name);
                    foreach (var item in names)
                        writer.WriteStringValue(item);
                    writer.WriteEndArray();
                }
            }));
            return ExitCode.Ok;
        }

        var table = Terminal.Table("model", "kind", "key", "reads", "synced by", "owner");
        foreach (var model in project.Models.Ordered)
        {
            table.AddRow(new[]
            {
                model.Name, Kind(model), List(model.Key), List([.. model.References.Where(name => project.Models.Find(name) is not null), .. project.Models.RelationsOf(model).Select(read => $"{read.Relation.Kind} {read.Relation.Name}")]), List(syncs[model.Name]), model.Header.Owner ?? "",
            }.Select(Markup.Escape).ToArray());
        }

        Terminal.Out.Write(table);
        return ExitCode.Ok;
    }

    private static string Kind(Model model) => model.Header.Kind.ToString().ToLowerInvariant();

    private static string List(IEnumerable<string> names) => string.Join(", ", names);
}
