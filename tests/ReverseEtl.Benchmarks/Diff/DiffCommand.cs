using System.CommandLine;
using System.Globalization;
using System.Text.Json;

namespace ReverseEtl.Benchmarks.Diff;

/// <summary><c>diff</c>: the planner against a scan of the model that hashes every row once.</summary>
internal static class DiffCommand
{
    private static readonly Option<long> Rows = new("--rows") { Description = "Rows of the model.", DefaultValueFactory = _ => 1_000_000 };

    private static readonly Option<int> Columns = new("--columns") { Description = "Columns of the model, the key among them.", DefaultValueFactory = _ => ShopTable.Columns };

    private static readonly Option<double> Churn = new("--churn") { Description = "Share of rows that change between runs; half as many are added, half as many removed.", DefaultValueFactory = _ => 0.01 };

    private static readonly Option<int> Cycles = new("--cycles") { Description = "Rounds of edit, diff, commit, unchanged run; medians are taken over them.", DefaultValueFactory = _ => 3 };

    private static readonly Option<string?> MemoryLimit = new("--memory-limit") { Description = "What DuckDB may use, such as 2GB; it spills beyond." };

    private static readonly Option<bool> TextKey = new("--text-key") { Description = "Key the model by text instead of a number." };

    private static readonly Option<string?> Folder = new("--folder") { Description = "Where the tables go; a temporary folder when left out. Deleted afterwards." };

    private static readonly Option<string> Warehouse = new("--warehouse") { Description = "duckdb or postgres.", DefaultValueFactory = _ => "duckdb" };

    private static readonly Option<string?> Postgres = new("--postgres") { Description = "Of --warehouse postgres: a database to use, as Npgsql's connection string. Its table customers and what the planner keeps are dropped." };

    private static readonly Option<bool> AsJson = new("--json") { Description = "One JSON document on stdout." };

    public static Command Create()
    {
        var command = new Command("diff", "Plan and commit of a sync, as ratios to one scan that hashes every row.")
        {
            Rows, Columns, Churn, Cycles, MemoryLimit, TextKey, Folder, Warehouse, Postgres, AsJson,
        };
        command.SetAction(RunAsync);
        return command;
    }

    private static async Task<int> RunAsync(ParseResult parsed, CancellationToken cancellationToken)
    {
        var options = new DiffOptions(
            parsed.GetValue(Rows), parsed.GetValue(Columns), parsed.GetValue(Churn), parsed.GetValue(Cycles),
            parsed.GetValue(MemoryLimit), parsed.GetValue(TextKey),
            parsed.GetValue(Folder) ?? Directory.CreateTempSubdirectory("cdp-bench-").FullName);
        try
        {
            if (parsed.GetValue(Warehouse) == "postgres")
            {
                var connection = parsed.GetValue(Postgres) ?? throw new InvalidOperationException("--warehouse postgres needs --postgres CONNECTION");
                foreach (var ratios in await new PostgresDiff(options, connection).RunAsync(cancellationToken))
                    Console.Out.WriteLine(parsed.GetValue(AsJson) ? JsonSerializer.Serialize(ratios, PostgresJson.Default.PostgresRatios) : ratios.ToText());
                return 0;
            }

            var report = await new DiffBenchmark(options).RunAsync(cancellationToken);
            Console.Out.WriteLine(parsed.GetValue(AsJson) ? JsonSerializer.Serialize(report, DiffJson.Default.DiffReport) : Table(report));
            return 0;
        }
        finally
        {
            Directory.Delete(options.Folder, recursive: true);
        }
    }

    private static string Table(DiffReport report) => string.Create(CultureInfo.InvariantCulture, $"""
        {report.Rows:N0} rows of {report.Columns} columns, {report.Churn:P1} changed; a scan with one hash takes {report.FloorS:0.000} s
        diff       {report.DiffS,8:0.000} s  {report.Ratio:0.00} x, in processor time {report.CpuRatio:0.00} x
        unchanged  {report.UnchangedS,8:0.000} s  {report.UnchangedRatio:0.00} x, in processor time {report.CpuUnchangedRatio:0.00} x
        first sync {report.FirstS,8:0.000} s  {report.FirstRatio:0.00} x, in processor time {report.CpuFirstRatio:0.00} x
        commit     {report.CommitS,8:0.000} s of {report.Changes:N0} changes; the first {report.FirstCommitS:0.000} s
        memory     {report.PeakRssMb,8:N0} MB at the peak
        snapshot   {report.SnapshotMb,8:N0} MB, {report.SnapshotAfterMb:N0} MB after {report.Cycles} cycles
        """);
}
