using System.CommandLine;
using System.Globalization;
using ReverseEtl.Cli.Output;
using ReverseEtl.Core.Config;
using ReverseEtl.Core.Delivery;
using ReverseEtl.Core.Models;
using ReverseEtl.Core.Planning;
using Spectre.Console;

namespace ReverseEtl.Cli.Commands;

/// <summary><c>cdp preview MODEL</c>: rows and size of a model or segment.</summary>
internal static class PreviewCommand
{
    private const int Shown = 10;

    private static readonly Argument<string> Name = new("MODEL") { Description = "The model." };

    private static readonly Option<int?> Limit = WholeNumber.Option("--limit", $"Rows to show; {Shown} when left out.");

    private static readonly Option<string?> Where = new("--where")
    {
        Description = "A condition on the model's columns, in SQL.",
        HelpName = "SQL",
    };

    private static readonly Option<bool> Local = new("--local")
    {
        Description = "Fetch a bounded sample of what the model reads, mask personal data in it, and preview the model on that, in DuckDB.",
    };

    private static readonly Option<int?> Sample = WholeNumber.Option("--sample", $"With --local: rows of each source; {LocalPreview.Rows:N0} when left out.");

    public static Command Create()
    {
        var command = new Command("preview", "Rows and size of a model or segment.") { Name, Limit, Where, Local, Sample };
        CommandContext.Handle(command, RunAsync);
        return command;
    }

    private static async Task<int> RunAsync(CommandContext context, CancellationToken cancellationToken)
    {
        await using var session = context.OpenSession();
        var model = Find(session.Project.Models, context.Get(Name)!);
        var options = new PreviewOptions(context.Get(Limit) ?? Shown, context.Get(Where), model.Key);
        if (context.Get(Sample) is not null && !context.Get(Local))
            throw new ProjectException(new Position("command line"), "--sample says how much --local fetches; add --local, or leave it out");
        var preview = context.Get(Local)
            ? await LocalPreview.RunAsync(session, model, options, context.Get(Sample) ?? LocalPreview.Rows, cancellationToken)
            : await (await session.WarehouseAsync(cancellationToken)).PreviewAsync((await session.CompilerAsync(cancellationToken)).Compile(model), options, cancellationToken);
        if (context.Json)
            WriteJson(model, preview);
        else
            WriteTable(model, preview);
        return ExitCode.Ok;
    }

    // A row of thirty columns is read downwards.
    private static void WriteRecords(Preview preview)
    {
        var width = preview.Columns.Max(column => column.Name.Length);
        for (var row = 0; row < preview.Rows; row++)
        {
            foreach (var column in preview.Columns)
                Terminal.Out.MarkupLine($"  [grey]{Markup.Escape(column.Name.PadRight(width))}[/]  {Value(column, row)}");
            Terminal.Out.WriteLine();
        }
    }

    private static string Value(FieldColumn column, int row) => column.Text(row) is { } text ? Markup.Escape(text) : "[grey]null[/]";

    private static Model Find(ModelGraph models, string name) => models.Find(name) ?? throw new ProjectException(
        new Position("command line"), $"there is no model named \"{name}\"{Nearest.Hint(name, models.Ordered.Select(model => model.Name))}");

    private static void WriteJson(Model model, Preview preview) => Json.Write(writer =>
    {
        writer.WriteString("model", model.Name);
        writer.WriteNumber("count", preview.Count);
        writer.WriteStartArray("columns");
        foreach (var column in preview.Columns)
            writer.WriteStringValue(column.Name);
        writer.WriteEndArray();
        writer.WriteStartArray("rows");
        for (var row = 0; row < preview.Rows; row++)
        {
            writer.WriteStartArray();
            foreach (var column in preview.Columns)
                column.WriteValue(writer, row);
            writer.WriteEndArray();
        }

        writer.WriteEndArray();
    });

    private static void WriteTable(Model model, Preview preview)
    {
        var width = preview.Columns.Sum(column => 3 + Enumerable.Range(0, preview.Rows).Select(row => column.Text(row)?.Length ?? 4).Append(column.Name.Length).Max());
        if (width <= Terminal.Out.Profile.Width)
        {
            var table = Terminal.Table(preview.Columns.Select(column => column.Name));
            for (var row = 0; row < preview.Rows; row++)
                table.AddRow([.. preview.Columns.Select(column => Value(column, row))]);
            Terminal.Out.Write(table);
        }
        else
        {
            WriteRecords(preview);
        }

        Console.Out.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{model.Name}: {preview.Count:N0} rows"));
    }
}
