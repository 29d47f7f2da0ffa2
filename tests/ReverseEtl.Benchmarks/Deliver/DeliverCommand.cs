using System.CommandLine;
using System.Globalization;
using System.Text.Json;

namespace ReverseEtl.Benchmarks.Deliver;

/// <summary><c>deliver</c>: a first sync to a receiver, against a loop that posts ready-made bodies to it.</summary>
internal static class DeliverCommand
{
    private static readonly Option<int> Rows = new("--rows") { Description = "Rows of the model; a multiple of --batch-rows.", DefaultValueFactory = _ => 1_000_000 };

    private static readonly Option<int> BatchRows = new("--batch-rows") { Description = "Rows in a request.", DefaultValueFactory = _ => 1000 };

    private static readonly Option<int> Concurrency = new("--concurrency") { Description = "Requests in flight.", DefaultValueFactory = _ => 4 };

    private static readonly Option<int> Rounds = new("--rounds") { Description = "Rounds of bare loop and sync; a first one is thrown away.", DefaultValueFactory = _ => 3 };

    private static readonly Option<bool> Apart = new("--apart") { Description = "Sender and receiver have half of the processors each, as two machines would; else they compete for all of them." };

    private static readonly Option<string?> Folder = new("--folder") { Description = "Where the tables go; a temporary folder when left out. Deleted afterwards." };

    private static readonly Option<bool> AsJson = new("--json") { Description = "One JSON document on stdout." };

    public static Command Create()
    {
        var command = new Command("deliver", "Delivery of a first sync, as a share of what a bare loop of requests reaches.")
        {
            Rows, BatchRows, Concurrency, Rounds, Apart, Folder, AsJson,
        };
        command.SetAction(RunAsync);
        return command;
    }

    private static async Task<int> RunAsync(ParseResult parsed, CancellationToken cancellationToken)
    {
        var options = new DeliverOptions(
            parsed.GetValue(Rows), parsed.GetValue(BatchRows), parsed.GetValue(Concurrency), parsed.GetValue(Rounds), parsed.GetValue(Apart),
            parsed.GetValue(Folder) ?? Directory.CreateTempSubdirectory("cdp-bench-").FullName);
        try
        {
            var report = await new DeliverBenchmark(options).RunAsync(cancellationToken);
            Console.Out.WriteLine(parsed.GetValue(AsJson) ? JsonSerializer.Serialize(report, DeliverJson.Default.DeliverReport) : Table(report));
            return 0;
        }
        finally
        {
            Directory.Delete(options.Folder, recursive: true);
        }
    }

    private static string Table(DeliverReport report) => string.Create(CultureInfo.InvariantCulture, $"""
        {report.Rows:N0} rows in requests of {report.BatchRows:N0}, {report.Concurrency} at once
        bare loop  {report.BareRowsS,10:N0} rows/s, {report.BareCpuS:0.00} s of processor time
        sync       {report.RowsS,10:N0} rows/s, {report.CpuS:0.00} s of processor time: {report.Share:0.00} of the bare loop, {report.CpuShare:0.00} in processor time
        allocated  {report.AllocatedPerRow,10:0} bytes a row
        memory     {report.PeakRssMb,10:N0} MB at the peak
        plan       {report.PlanS,10:0.000} s before the first request
        """);
}
