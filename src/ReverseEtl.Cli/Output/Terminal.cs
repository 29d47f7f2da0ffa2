using System.Globalization;
using ReverseEtl.Server.Operations.Json;
using Spectre.Console;

namespace ReverseEtl.Cli.Output;

/// <summary>What people read: results on standard output, everything else on standard error.</summary>
internal static class Terminal
{
    private static readonly Lazy<IAnsiConsole> StandardOutput = new(() => Create(Console.Out, Console.IsOutputRedirected));
    private static readonly Lazy<IAnsiConsole> StandardError = new(() => Create(Console.Error, Console.IsErrorRedirected));

    /// <summary>For results.</summary>
    public static IAnsiConsole Out => StandardOutput.Value;

    /// <summary>For progress and errors.</summary>
    public static IAnsiConsole Error => StandardError.Value;

    /// <summary>A table with the look of this program.</summary>
    public static Table Table(params IEnumerable<string> columns)
    {
        var table = new Table().Border(TableBorder.Simple).BorderColor(Color.Grey);
        foreach (var column in columns)
        {
            // A leading > aligns to the right, for numbers.
            var right = column.StartsWith('>');
            var added = new TableColumn(new Markup($"[grey]{Markup.Escape(right ? column[1..] : column)}[/]")).NoWrap();
            table.AddColumn(right ? added.RightAligned() : added);
        }

        return table;
    }

    /// <summary>A number with thousands, or nothing for zero, so that what happened stands out.</summary>
    public static string Count(long number) => number == 0 ? "" : number.ToString("N0", CultureInfo.InvariantCulture);

    /// <summary>Seconds with one digit.</summary>
    public static string Seconds(long milliseconds) => string.Create(CultureInfo.InvariantCulture, $"{milliseconds / 1000.0:0.0} s");

    /// <summary>An instant in UTC, to the second.</summary>
    public static string When(DateTimeOffset instant) => instant.UtcDateTime.ToString("yyyy-MM-dd HH:mm:ss", CultureInfo.InvariantCulture);

    /// <summary>A row's value as markup.</summary>
    public static string Value(RawJson value) => value.ForPeople() is { } text ? Markup.Escape(text) : "[grey]null[/]";

    /// <summary>Reports an error.</summary>
    public static void Fail(string message) => Error.MarkupLineInterpolated($"[red]error[/] {message}");

    private static IAnsiConsole Create(TextWriter writer, bool isRedirected)
    {
        var console = AnsiConsole.Create(new AnsiConsoleSettings
        {
            Out = new AnsiConsoleOutput(writer),
            Ansi = isRedirected ? AnsiSupport.No : AnsiSupport.Detect,
            Interactive = isRedirected ? InteractionSupport.No : InteractionSupport.Detect,
        });
        // A log has no edge: a message is one line, to be searched for.
        if (isRedirected)
            console.Profile.Width = 100_000;
        return console;
    }
}
