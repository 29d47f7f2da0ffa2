using System.Globalization;
using System.Text.Json;
using ReverseEtl.Core.Delivery;
using ReverseEtl.Core.Planning;
using ReverseEtl.Core.Projects;
using Spectre.Console;

namespace ReverseEtl.Cli.Output;

/// <summary>What a plan shows.</summary>
/// <param name="Sync">The sync.</param>
/// <param name="Summary">Its counts.</param>
/// <param name="Destination">How the destination is driven.</param>
/// <param name="Guard">The guard that would stop the run, or null.</param>
/// <param name="OpenRun">The interrupted run that would be finished first, or null.</param>
internal sealed record PlanView(Sync Sync, PlanSummary Summary, DestinationDescriptor Destination, string? Guard, string? OpenRun)
{
    /// <summary>Some rows of each kind.</summary>
    public required IReadOnlyList<ChangeBatch> Samples { get; init; }

    /// <summary>What the warehouse has on record of the plan.</summary>
    public IReadOnlyList<string> Records { get; init; } = [];

    /// <summary>Requests that the changes take if nothing goes wrong.</summary>
    public long Requests
    {
        get
        {
            return SyncModes.InOrder.Sum(operation =>
                (Sync.File.Mode.KindsFor(operation).Sum(RowsOf) + Destination.RowsPerRequest(operation) - 1) / Destination.RowsPerRequest(operation));

            long RowsOf(ChangeKind kind) => kind switch
            {
                ChangeKind.Add => Summary.Added,
                ChangeKind.Change => Summary.Changed - Summary.Replaced,
                ChangeKind.Remove => Summary.IsReplacement ? 0 : Summary.Removed,
                ChangeKind.Replace => Summary.Replaced,
                ChangeKind.Resend => Summary.Resent,
                _ => 0,
            };
        }
    }
}

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

    public static void Write(PlanView plan)
    {
        var (sync, summary) = (plan.Sync, plan.Summary);
        Terminal.Out.MarkupLine(string.Create(CultureInfo.InvariantCulture,
            $"[bold]{Markup.Escape(sync.Name)}[/]  [grey]{Markup.Escape(sync.Model.Name)} -> {Markup.Escape(sync.File.Destination)} ({sync.Type.Type}), {sync.File.Mode.ToString().ToLowerInvariant()}[/]"));
        if (plan.OpenRun is not null)
            Terminal.Out.MarkupLine($"  [yellow]an interrupted run is finished first: {Markup.Escape(plan.OpenRun)}[/]");
        if (summary.IsUnchanged)
            Terminal.Out.MarkupLine(string.Create(CultureInfo.InvariantCulture, $"  [grey]unchanged: {summary.ModelRows:N0} rows, nothing to send[/]"));
        else
            Terminal.Out.MarkupLine(Counts(plan));
        if (summary.IsReplacement)
            Terminal.Out.MarkupLine($"  {Vanishing(summary)}");
        foreach (var note in summary.Notes)
            Terminal.Out.MarkupLine($"  [blue]{Markup.Escape(note)}[/]");
        if (summary.Waiting > 0)
            Terminal.Out.MarkupLine(string.Create(CultureInfo.InvariantCulture, $"  [yellow]{summary.Waiting:N0} rejected rows are not due to be tried again (--retry-rejected tries them now)[/]"));
        if (summary.Held > 0)
            Terminal.Out.MarkupLine(string.Create(CultureInfo.InvariantCulture, $"  [yellow]{summary.Held:N0} rows were sent and never answered for (cdp resolve {Markup.Escape(sync.Name)})[/]"));
        if (summary.Quarantined > 0)
            Terminal.Out.MarkupLine(string.Create(CultureInfo.InvariantCulture, $"  [yellow]{summary.Quarantined:N0} rows cannot be sent: their key is NULL or stands twice (cdp rejected {Markup.Escape(sync.Name)} lists them after a run)[/]"));
        if (plan.Guard is not null)
            Terminal.Out.MarkupLine($"  [red]a guard would stop the run: {Markup.Escape(plan.Guard)}[/]");
        foreach (var record in plan.Records)
            Terminal.Out.MarkupLine($"  [grey]in the warehouse: {Markup.Escape(record)}[/]");
        foreach (var batch in plan.Samples)
        {
            for (var row = 0; row < batch.Count; row++)
                WriteRow(batch, row);
        }

        Terminal.Out.WriteLine();
    }

    private static string Counts(PlanView plan)
    {
        var (summary, counts) = (plan.Summary, new List<string>());
        foreach (var (kind, count, word) in new[]
                 {
                     (ChangeKind.Add, summary.Added, "added"),
                     (ChangeKind.Change, summary.Changed, "changed"),
                     (ChangeKind.Remove, summary.Removed, "removed"),
                     (ChangeKind.Resend, summary.Resent, "sent again"),
                 })
        {
            if (count > 0)
                counts.Add(string.Create(CultureInfo.InvariantCulture, $"[{Look[kind].Color}]{Look[kind].Sign} {count:N0} {word}[/]"));
        }

        var requests = plan.Requests == 1 ? "1 request" : string.Create(CultureInfo.InvariantCulture, $"{plan.Requests:N0} requests");
        return $"  {string.Join("   ", counts)}   [grey]{requests}[/]";
    }

    private static string Vanishing(PlanSummary summary) => summary.Members is { } members
        ? string.Create(CultureInfo.InvariantCulture, $"[red]{summary.Vanishing:N0} members vanish[/]: the destination counts {members:N0}, {summary.SnapshotRows:N0} were told")
        : string.Create(CultureInfo.InvariantCulture, $"[red]{summary.Vanishing:N0} of those that were told vanish[/]; how many others put there the destination does not tell");

    private static void WriteRow(ChangeBatch batch, int row)
    {
        var (sign, color) = Look[batch.Kind(row)];
        Terminal.Out.MarkupLine($"  [{color}]{sign} {Markup.Escape(batch.KeyText(row))}[/]");
        var columns = batch.Fields.Count > 0 ? batch.Fields : batch.Identifiers;
        var width = columns.Count == 0 ? 0 : columns.Max(column => column.Name.Length);
        foreach (var column in columns.Where(column => !column.IsKnown(row)))
        {
            var value = column.Text(row) is { } text ? Markup.Escape(text) : "[grey]null[/]";
            Terminal.Out.MarkupLine($"      [grey]{Markup.Escape(column.Name.PadRight(width))}[/]  {value}");
        }

        if (batch.Kind(row) is not ChangeKind.Replace)
            return;
        foreach (var column in batch.Identifiers.Where(column => !column.IsNull(row)))
            Terminal.Out.MarkupLine($"      [grey]removed as {Markup.Escape(column.Name)}[/]  {Markup.Escape(column.Text(row)!)}");
    }
}

/// <summary>Plans for programs.</summary>
internal static class PlanJson
{
    public static void Write(IReadOnlyList<PlanView> plans, IReadOnlyList<(string Sync, string Message)> failures) => Json.Write(writer =>
    {
        writer.WriteList("plans", plans, plan => Write(writer, plan));
        if (failures.Count > 0)
        {
            writer.WriteList("errors", failures, failure =>
            {
                writer.WriteString("sync", failure.Sync);
                writer.WriteString("error", failure.Message);
            });
        }
    });

    private static void Write(Utf8JsonWriter writer, PlanView plan)
    {
        writer.WriteString("sync", plan.Sync.Name);
        writer.WriteString("model", plan.Sync.Model.Name);
        writer.WriteString("destination", plan.Sync.File.Destination);
        writer.WriteString("mode", plan.Sync.File.Mode.ToString().ToLowerInvariant());
        writer.WriteNumber("added", plan.Summary.Added);
        writer.WriteNumber("changed", plan.Summary.Changed);
        writer.WriteNumber("removed", plan.Summary.Removed);
        writer.WriteNumber("resent", plan.Summary.Resent);
        writer.WriteNumber("quarantined", plan.Summary.Quarantined);
        writer.WriteNumber("waiting", plan.Summary.Waiting);
        writer.WriteNumber("unknown", plan.Summary.Held);
        writer.WriteNumber("requests", plan.Requests);
        if (plan.Summary.IsReplacement)
        {
            writer.WriteNumber("vanishing", plan.Summary.Vanishing);
            if (plan.Summary.Members is { } members)
                writer.WriteNumber("members", members);
            else
                writer.WriteNull("members");
        }

        writer.WriteString("guard", plan.Guard);
        writer.WriteString("open_run", plan.OpenRun);
        writer.WriteStartArray("notes");
        foreach (var note in plan.Summary.Notes)
            writer.WriteStringValue(note);
        writer.WriteEndArray();
        if (plan.Records.Count > 0)
        {
            writer.WriteStartArray("warehouse");
            foreach (var record in plan.Records)
                writer.WriteStringValue(record);
            writer.WriteEndArray();
        }

        var rows = plan.Samples.SelectMany(batch => Enumerable.Range(0, batch.Count).Select(row => (batch, row)));
        writer.WriteList("rows", rows, sample => WriteRow(writer, sample.batch, sample.row));
    }

    private static void WriteRow(Utf8JsonWriter writer, ChangeBatch batch, int row)
    {
        writer.WriteString("kind", batch.Kind(row) is ChangeKind.Replace ? "change" : batch.Kind(row).ToString().ToLowerInvariant());
        writer.WriteKey("key", batch.Key, row);
        writer.WritePropertyName("fields");
        ChangeBatch.WriteObject(writer, batch.Fields.Count > 0 ? batch.Fields : batch.Identifiers, row);
        if (batch.Kind(row) is not ChangeKind.Replace)
            return;
        writer.WritePropertyName("removed");
        ChangeBatch.WriteObject(writer, batch.Identifiers, row);
    }
}
