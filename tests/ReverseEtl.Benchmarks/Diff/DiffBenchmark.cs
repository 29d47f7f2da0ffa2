using ReverseEtl.Core.Delivery;
using ReverseEtl.Core.Planning;
using ReverseEtl.Core.State;
using ReverseEtl.DuckDb;

namespace ReverseEtl.Benchmarks.Diff;

/// <summary>
/// First syncs, then rounds of: edit, diff, commit, unchanged run. The floor is measured beside each of them, in the same process and
/// like them with an instance of DuckDB of its own, so that a slow minute of the machine slows both.
/// </summary>
internal sealed class DiffBenchmark(DiffOptions options)
{
    private readonly ShopTable _table = new(options);
    private readonly Timings _floor = new("floor");
    private readonly Timings _first = new("first");
    private readonly Timings _diff = new("diff");
    private readonly Timings _unchanged = new("unchanged");
    private readonly Timings _commit = new("commit");
    private readonly Timings _firstCommit = new("first commit");
    private int _runs;

    public async Task<DiffReport> RunAsync(CancellationToken cancellationToken)
    {
        _table.Create();
        await using var project = new BenchProject(options, _table.Names);
        var changes = 0L;
        PeakMemory.Reset();
        await FirstAsync(project, cancellationToken);
        var snapshot = Megabytes(project.SyncFile);
        var peak = PeakMemory.Megabytes();
        for (var cycle = 0; cycle < options.Cycles; cycle++)
        {
            _table.Edit();
            PeakMemory.Reset();
            changes = await CycleAsync(project, cancellationToken);
            peak = Math.Max(peak, PeakMemory.Megabytes());
        }

        return new DiffReport
        {
            Rows = options.Rows,
            Columns = options.Columns,
            Churn = options.Churn,
            Cycles = options.Cycles,
            FloorS = _floor.Median,
            DiffS = _diff.Median,
            Ratio = _diff.Median / _floor.Median,
            UnchangedS = _unchanged.Median,
            UnchangedRatio = _unchanged.Median / _floor.Median,
            FirstS = _first.Median,
            FirstRatio = _first.Median / _floor.Median,
            CpuRatio = _diff.CpuMedian / _floor.CpuMedian,
            CpuUnchangedRatio = _unchanged.CpuMedian / _floor.CpuMedian,
            CpuFirstRatio = _first.CpuMedian / _floor.CpuMedian,
            CommitS = _commit.Median,
            FirstCommitS = _firstCommit.Median,
            Changes = changes,
            PeakRssMb = peak,
            SnapshotMb = snapshot,
            SnapshotAfterMb = Megabytes(project.SyncFile),
        };
    }

    // A plan that is discarded leaves an empty snapshot, so that the next one is a first sync again.
    private async Task FirstAsync(BenchProject project, CancellationToken cancellationToken)
    {
        await project.OpenAsync(cancellationToken);
        for (var i = 0; i < 2; i++)
        {
            await FloorAsync(cancellationToken);
            await using var discarded = await PlanAsync(project, _first, options.Rows, cancellationToken);
            await discarded.DiscardAsync(cancellationToken);
        }

        await FloorAsync(cancellationToken);
        await using var plan = await PlanAsync(project, _first, options.Rows, cancellationToken);
        await _firstCommit.MeasureAsync(() => CommitAsync(plan, cancellationToken));
        await project.DisposeAsync();
    }

    private async Task<long> CycleAsync(BenchProject project, CancellationToken cancellationToken)
    {
        await project.OpenAsync(cancellationToken);
        await FloorAsync(cancellationToken);
        long changes;
        await using (var plan = await PlanAsync(project, _diff, expected: null, cancellationToken))
        {
            changes = plan.Summary.Added + plan.Summary.Changed + plan.Summary.Removed;
            await _commit.MeasureAsync(() => CommitAsync(plan, cancellationToken));
        }

        await FloorAsync(cancellationToken);
        await using (var plan = await PlanAsync(project, _unchanged, 0, cancellationToken))
            await plan.DiscardAsync(cancellationToken);
        await project.DisposeAsync();
        return changes;
    }

    private async Task<IChangePlan> PlanAsync(BenchProject project, Timings timings, long? expected, CancellationToken cancellationToken)
    {
        var plan = await timings.MeasureAsync(() => project.PlanAsync($"run{++_runs:0000}", cancellationToken));
        var found = plan.Summary.Added + plan.Summary.Changed + plan.Summary.Removed;
        // A benchmark of a wrong answer is worth nothing.
        if (plan.Summary.Quarantined > 0 || (expected is null ? found == 0 : found != expected))
            throw new InvalidOperationException($"the plan is wrong: {plan.Summary}");
        return plan;
    }

    /// <summary>Advances the snapshot as if all of the plan had been accepted.</summary>
    public static Task CommitAsync(IChangePlan plan, CancellationToken cancellationToken)
    {
        var upserted = plan.Summary.Added + plan.Summary.Changed;
        JournalEntry[] journal =
        [
            new("", Operation.Remove, 0, long.MaxValue, (int)plan.Summary.Removed, Done: true),
            new("", Operation.Upsert, 0, long.MaxValue, (int)upserted, Done: true),
        ];
        return plan.AdvanceAsync(journal, [], [], cancellationToken);
    }

    private async Task FloorAsync(CancellationToken cancellationToken)
    {
        await using var connection = new DuckDBConnection("Data Source=:memory:");
        await connection.OpenAsync(cancellationToken);
        await ExecuteAsync($"attach '{Path.Combine(options.Folder, "shop.duckdb")}' as shop (read_only); use shop");
        if (options.MemoryLimit is { } limit)
            await ExecuteAsync($"set memory_limit = '{limit}'");
        await _floor.MeasureAsync(() => ExecuteAsync(ShopTable.Floor(_table.Names)));

        async Task ExecuteAsync(string sql)
        {
            await using var command = new DuckDBCommand(sql, connection);
            await command.ExecuteScalarAsync(cancellationToken);
        }
    }

    private static double Megabytes(string file) => new FileInfo(file).Length / 1048576.0;
}
