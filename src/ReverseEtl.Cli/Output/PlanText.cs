using System.Globalization;
using ReverseEtl.Core.Planning;
using ReverseEtl.Server.Operations.Results;
using Spectre.Console;

namespace ReverseEtl.Cli.Output;

/// <summary>A plan for people.</summary>
internal static class PlanText
{
    private static readonly Dictionary<ChangeKind, (string Sign, string Color)> Look = new()
    {
        [ChangeKind.Add] = ("+", "green"),
        [ChangeKind.Change] = ("~", "yellow"),
        [ChangeKind.Remove] = ("-", "red"),
        [ChangeKind.Replace] = ("±", "yellow"),
        [ChangeKind.Resend] = ("=", "blue"),
    };

    public static void Write(PlanResult plan)
    {
        Terminal.Out.MarkupLine(string.Create(CultureInfo.InvariantCulture,
            $"[bold]{Markup.Escape(plan.Sync)}[/]  [grey]{Markup.Escape(plan.Model)} -> {Markup.Escape(plan.Destination)} ({plan.DestinationType}), {plan.Mode.ToString().ToLowerInvariant()}[/]"));
        if (plan.OpenRun is not null)
            Terminal.Out.MarkupLine($"  [yellow]an interrupted run is finished first: {Markup.Escape(plan.OpenRun)}[/]");
        if (plan.IsUnchanged)
            Terminal.Out.MarkupLine(string.Create(CultureInfo.InvariantCulture, $"  [grey]unchanged: {plan.ModelRows:N0} rows, nothing to send[/]"));
        else
            WriteCounts(plan);
        if (plan.Vanishing is { } vanishing)
            Terminal.Out.MarkupLine($"  {Vanishing(plan, vanishing)}");
        foreach (var note in plan.Notes)
            Terminal.Out.MarkupLine($"  [blue]{Markup.Escape(note)}[/]");
        if (plan.Waiting > 0)
            Terminal.Out.MarkupLine(string.Create(CultureInfo.InvariantCulture, $"  [yellow]{plan.Waiting:N0} rejected rows are not due to be tried again (--retry-rejected tries them now)[/]"));
        if (plan.Unknown > 0)
            Terminal.Out.MarkupLine(string.Create(CultureInfo.InvariantCulture, $"  [yellow]{plan.Unknown:N0} rows were sent and never answered for (cdp resolve {Markup.Escape(plan.Sync)})[/]"));
        if (plan.Quarantined > 0)
            Terminal.Out.MarkupLine(string.Create(CultureInfo.InvariantCulture, $"  [yellow]{plan.Quarantined:N0} rows cannot be sent: their key is NULL or stands twice (cdp rejected {Markup.Escape(plan.Sync)} lists them after a run)[/]"));
        if (plan.Guard is not null)
            Terminal.Out.MarkupLine($"  [red]a guard would stop the run: {Markup.Escape(plan.Guard)}[/]");
        foreach (var record in plan.Warehouse ?? [])
            Terminal.Out.MarkupLine($"  [grey]in the warehouse: {Markup.Escape(record)}[/]");
        foreach (var row in plan.Rows)
            WriteRow(row);
        Terminal.Out.WriteLine();
    }

    private static void WriteCounts(PlanResult plan)
    {
        var counts = new List<string>();
        foreach (var (kind, count, word) in new[]
                 {
                     (ChangeKind.Add, plan.Added, "added"),
                     (ChangeKind.Change, plan.Changed, "changed"),
                     (ChangeKind.Remove, plan.Removed, "removed"),
                     (ChangeKind.Resend, plan.Resent, "sent again"),
                 })
        {
            if (count > 0)
                counts.Add(string.Create(CultureInfo.InvariantCulture, $"[{Look[kind].Color}]{Look[kind].Sign} {count:N0} {word}[/]"));
        }

        var price = PriceText.Line(plan.Price);
        Terminal.Out.MarkupLine($"  {string.Join("   ", counts)}{(price is null ? $"   [grey]{PriceText.Requests(plan.Price)}[/]" : "")}");
        if (price is not null)
            Terminal.Out.MarkupLine($"  [{(plan.Price.Quota is { Share: > 1 } ? "yellow" : "grey")}]{Markup.Escape(price)}[/]");
    }

    private static string Vanishing(PlanResult plan, long vanishing) => plan.Members is { } members
        ? string.Create(CultureInfo.InvariantCulture, $"[red]{vanishing:N0} members vanish[/]: the destination counts {members:N0}, {plan.SnapshotRows:N0} were told")
        : string.Create(CultureInfo.InvariantCulture, $"[red]{vanishing:N0} of those that were told vanish[/]; how many others put there the destination does not tell");

    private static void WriteRow(PlanRow row)
    {
        var (sign, color) = Look[row.Removed is null ? row.Kind : ChangeKind.Replace];
        Terminal.Out.MarkupLine($"  [{color}]{sign} {Markup.Escape(row.Key.ForPeople() ?? "null")}[/]");
        var fields = row.Fields.Fields();
        var width = fields.Count == 0 ? 0 : fields.Max(field => field.Key.Length);
        foreach (var (name, value) in fields)
            Terminal.Out.MarkupLine($"      [grey]{Markup.Escape(name.PadRight(width))}[/]  {Terminal.Value(value)}");
        foreach (var (name, value) in row.Removed?.Fields().Where(field => field.Value.ForPeople() is not null) ?? [])
            Terminal.Out.MarkupLine($"      [grey]removed as {Markup.Escape(name)}[/]  {Terminal.Value(value)}");
        foreach (var line in row.Text?.ReplaceLineEndings("\n").Split('\n') ?? [])
            Terminal.Out.MarkupLine($"      [grey]|[/] {Markup.Escape(line)}");
        if (row.Refused is not null)
            Terminal.Out.MarkupLine($"      [red]would be refused: {Markup.Escape(row.Refused)}[/]");
    }
}
