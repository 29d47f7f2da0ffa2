using System.CommandLine;
using System.Globalization;
using ReverseEtl.Cli.Output;
using ReverseEtl.Core.Config;
using ReverseEtl.Core.Planning;
using ReverseEtl.Server.Operations.Results;
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
        CommandContext.Handle(command, RunAsync, remotely: true);
        return command;
    }

    private static async Task<int> RunAsync(CommandContext context, CancellationToken cancellationToken)
    {
        if (context.Get(Sample) is not null && !context.Get(Local))
            throw new ProjectException(new Position("command line"), "--sample says how much --local fetches; add --local, or leave it out");
        var preview = context.Get(Local) ? await SampleAsync(context, cancellationToken) : await AskAsync(context, cancellationToken);
        if (context.Json)
            Json.Write(preview);
        else
            WriteTable(preview);
        return ExitCode.Ok;
    }

    private static async Task<PreviewResult> AskAsync(CommandContext context, CancellationToken cancellationToken)
    {
        await using var operations = context.OpenOperations();
        return await operations.PreviewAsync(context.Get(Name)!, context.Get(Limit) ?? Shown, context.Get(Where), cancellationToken);
    }

    private static async Task<PreviewResult> SampleAsync(CommandContext context, CancellationToken cancellationToken)
    {
        await using var operations = context.OpenLocal("cdp preview --local");
        var model = operations.FindModel(context.Get(Name)!);
        var options = new PreviewOptions(context.Get(Limit) ?? Shown, context.Get(Where), model.Key);
        return PreviewResult.Of(model.Name, await LocalPreview.RunAsync(operations.Session, model, options, context.Get(Sample) ?? LocalPreview.Rows, cancellationToken));
    }

    // A row of thirty columns is read downwards.
    private static void WriteRecords(PreviewResult preview)
    {
        var width = preview.Columns.Max(column => column.Length);
        foreach (var row in preview.Rows)
        {
            foreach (var (name, value) in preview.Columns.Zip(row))
                Terminal.Out.MarkupLine($"  [grey]{Markup.Escape(name.PadRight(width))}[/]  {Terminal.Value(value)}");
            Terminal.Out.WriteLine();
        }
    }

    private static void WriteTable(PreviewResult preview)
    {
        var width = preview.Columns.Index().Sum(column => 3 + preview.Rows.Select(row => row[column.Index].ForPeople()?.Length ?? 4).Append(column.Item.Length).Max());
        if (width <= Terminal.Out.Profile.Width)
        {
            var table = Terminal.Table(preview.Columns);
            foreach (var row in preview.Rows)
                table.AddRow([.. row.Select(Terminal.Value)]);
            Terminal.Out.Write(table);
        }
        else
        {
            WriteRecords(preview);
        }

        Console.Out.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{preview.Model}: {preview.Count:N0} rows"));
    }
}
