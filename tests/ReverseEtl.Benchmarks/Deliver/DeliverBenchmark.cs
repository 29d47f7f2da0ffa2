using System.Diagnostics;
using ReverseEtl.Benchmarks.Diff;

namespace ReverseEtl.Benchmarks.Deliver;

/// <summary>Rounds of a bare loop and a first sync, one after the other, to the same receiver. The first round only warms up.</summary>
internal sealed class DeliverBenchmark(DeliverOptions options)
{
    private readonly List<(double Seconds, double Cpu, double BothCpu)> _bare = [];
    private readonly List<RunMeter> _syncs = [];

    public async Task<DeliverReport> RunAsync(CancellationToken cancellationToken)
    {
        if (options.Rows % options.BatchRows != 0)
            throw new InvalidOperationException("--rows must be a multiple of --batch-rows, as the bare loop sends full bodies only");
        var table = new ShopTable(new DiffOptions(options.Rows, ShopTable.Columns, 0, 0, null, false, options.Folder));
        table.Create();
        await using var receiver = await ReceiverProcess.StartAsync(cancellationToken);
        if (options.Apart)
            receiver.KeepApart();
        var project = new DeliverProject(options, receiver.Url, table.Names);
        var bare = await WarmUpAsync(project, receiver, cancellationToken);
        for (var round = 1; round <= options.Rounds; round++)
        {
            await receiver.ClearAsync(cancellationToken);
            await BareAsync(bare, receiver, cancellationToken);
            await receiver.ClearAsync(cancellationToken);
            await SyncAsync(project, receiver, round, cancellationToken);
        }

        return new DeliverReport
        {
            Rows = options.Rows,
            BatchRows = options.BatchRows,
            Concurrency = options.Concurrency,
            BareRowsS = options.Rows / Median(_bare.Select(bare => bare.Seconds)),
            RowsS = options.Rows / Median(_syncs.Select(sync => sync.DeliveryS)),
            Share = Median(_bare.Zip(_syncs, (bare, sync) => bare.Seconds / sync.DeliveryS)),
            CpuShare = Median(_bare.Zip(_syncs, (bare, sync) => bare.BothCpu / sync.BothCpuS)),
            AllocatedPerRow = Median(_syncs.Select(sync => sync.Allocated / (double)options.Rows)),
            PlanS = Median(_syncs.Select(sync => sync.PlanS)),
            BareCpuS = Median(_bare.Select(bare => bare.Cpu)),
            CpuS = Median(_syncs.Select(sync => sync.CpuS)),
            PeakRssMb = _syncs.Max(sync => sync.PeakMb),
        };
    }

    // The sync goes first, as the bare loop repeats what it sent.
    private async Task<BareLoop> WarmUpAsync(DeliverProject project, ReceiverProcess receiver, CancellationToken cancellationToken)
    {
        await project.RunAsync(0, new RunMeter(options.Rows, receiver), cancellationToken);
        var view = await receiver.ReceivedAsync(DeliverProject.Target, options.BatchRows, cancellationToken);
        var bare = BareLoop.Create(new Uri(receiver.Url, $"webhook/{DeliverProject.Target}"), view, options.BatchRows);
        await receiver.ClearAsync(cancellationToken);
        await bare.RunAsync(options.Rows, options.Concurrency, cancellationToken);
        return bare;
    }

    private async Task BareAsync(BareLoop bare, ReceiverProcess receiver, CancellationToken cancellationToken)
    {
        var (started, cpu, receiverCpu) = (Stopwatch.GetTimestamp(), Environment.CpuUsage.TotalTime, receiver.CpuTime);
        await bare.RunAsync(options.Rows, options.Concurrency, cancellationToken);
        var seconds = Stopwatch.GetElapsedTime(started).TotalSeconds;
        var own = (Environment.CpuUsage.TotalTime - cpu).TotalSeconds;
        _bare.Add((seconds, own, own + (receiver.CpuTime - receiverCpu).TotalSeconds));
        // On stderr, so that a long benchmark can be watched.
        await Console.Error.WriteLineAsync(FormattableString.Invariant($"bare {seconds:0.000} s, processor {own:0.000} s, with the receiver {_bare[^1].BothCpu:0.000} s"));
    }

    private async Task SyncAsync(DeliverProject project, ReceiverProcess receiver, int round, CancellationToken cancellationToken)
    {
        var sync = new RunMeter(options.Rows, receiver);
        await project.RunAsync(round, sync, cancellationToken);
        _syncs.Add(sync);
        await Console.Error.WriteLineAsync(FormattableString.Invariant(
            $"sync {sync.DeliveryS:0.000} s, processor {sync.CpuS:0.000} s, with the receiver {sync.BothCpuS:0.000} s; {sync.Allocated / (double)options.Rows:0} bytes a row; plan {sync.PlanS:0.000} s"));
    }

    private static double Median(IEnumerable<double> values)
    {
        double[] ordered = [.. values.Order()];
        return ordered[ordered.Length / 2];
    }
}
