using System.Globalization;
using ReverseEtl.Server.Operations.Results;

namespace ReverseEtl.Cli.Output;

/// <summary>Plans as a table in Markdown, to comment on a change with. It has counts and no row: a comment is read by more people than the warehouse.</summary>
internal static class PlanMarkdown
{
    /// <param name="plans">The plans.</param>
    /// <param name="failures">The syncs that could not be planned.</param>
    public static void Write(IReadOnlyList<PlanResult> plans, IReadOnlyList<SyncFailure> failures)
    {
        var output = Console.Out;
        var changing = plans.Where(plan => !plan.IsUnchanged || Remarks(plan).Any()).ToList();
        output.WriteLine($"### cdp plan: {(failures.Count > 0 ? $"{failures.Count} of {plans.Count + failures.Count} syncs could not be planned" : changing.Count == 0 ? "nothing to send" : $"{Syncs(changing.Count)} would send")}");
        output.WriteLine();
        if (changing.Count + failures.Count > 0)
        {
            output.WriteLine("| sync | to | added | changed | removed | sent again | requests | |");
            output.WriteLine("| --- | --- | ---: | ---: | ---: | ---: | ---: | --- |");
        }

        foreach (var plan in changing)
            output.WriteLine($"| {string.Join(" | ", Cells(plan))} |");
        foreach (var (sync, message) in failures)
            output.WriteLine($"| {Escape(sync)} | | | | | | | **error:** {Escape(message)} |");
        if (plans.Count > changing.Count)
            output.WriteLine($"{(changing.Count + failures.Count > 0 ? "\n" : "")}{Syncs(plans.Count - changing.Count)} without changes.");
    }

    private static IEnumerable<string> Cells(PlanResult plan)
    {
        return
        [
            Escape(plan.Sync),
            $"{Escape(plan.Destination)}, {plan.Mode.ToString().ToLowerInvariant()}",
            Count(plan.Added),
            Count(plan.Changed),
            Count(plan.Removed),
            Count(plan.Resent),
            Count(plan.Requests),
            string.Join("<br>", new[] { PriceText.Besides(plan.Price) }.OfType<string>().Select(Escape).Concat(Remarks(plan))),
        ];
    }

    private static IEnumerable<string> Remarks(PlanResult plan)
    {
        if (plan.Guard is not null)
            yield return $"**a guard would stop the run:** {Escape(plan.Guard)}";
        if (plan.OpenRun is not null)
            yield return $"an interrupted run is finished first: {Escape(plan.OpenRun)}";
        if (plan.Quarantined > 0)
            yield return $"{Count(plan.Quarantined)} rows cannot be sent: their key is NULL or stands twice";
        if (plan.Unknown > 0)
            yield return $"{Count(plan.Unknown)} rows are in doubt";
        foreach (var note in plan.Notes)
            yield return Escape(note);
    }

    private static string Syncs(int count) => count == 1 ? "1 sync" : $"{count} syncs";

    private static string Count(long count) => count == 0 ? "" : count.ToString("N0", CultureInfo.InvariantCulture);

    private static string Escape(string text) => text
        .Replace("\\", "\\\\", StringComparison.Ordinal).Replace("|", "\\|", StringComparison.Ordinal).Replace("<", "&lt;", StringComparison.Ordinal)
        .Replace("*", "\\*", StringComparison.Ordinal).Replace("_", "\\_", StringComparison.Ordinal).ReplaceLineEndings(" ");
}
