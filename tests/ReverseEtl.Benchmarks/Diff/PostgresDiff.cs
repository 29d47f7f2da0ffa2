using System.Globalization;
using System.Text.Json.Serialization;
using ReverseEtl.Core.Config;
using ReverseEtl.Core.Planning;
using ReverseEtl.Warehouses;
using ReverseEtl.Warehouses.Postgres;

namespace ReverseEtl.Benchmarks.Diff;

/// <summary>Both planners over PostgreSQL in one run, as ratios to a scan that hashes every row with the server's own function.</summary>
internal sealed class PostgresDiff(DiffOptions options, string connection)
{
    private readonly PostgresShop _shop = new(options, connection);
    private readonly Timings _floor = new("floor");

    public async Task<IReadOnlyList<PostgresRatios>> RunAsync(CancellationToken cancellationToken)
    {
        await _shop.CreateAsync();
        var planners = new List<Planner>();
        foreach (var place in Enum.GetValues<PlannerPlace>())
            planners.Add(new Planner(options with { Folder = Directory.CreateDirectory(Path.Combine(options.Folder, $"{place}")).FullName }, place, connection));
        foreach (var planner in planners)
            await RunAsync(planner, planner.First, planner.FirstCommit, cancellationToken);
        for (var cycle = 0; cycle < options.Cycles; cycle++)
        {
            await _shop.EditAsync();
            foreach (var planner in planners)
            {
                await RunAsync(planner, planner.Diff, planner.Commit, cancellationToken);
                // The first one that finds nothing leaves word of it for the next.
                await RunAsync(planner, new Timings("settled"), null, cancellationToken);
                await RunAsync(planner, planner.Unchanged, null, cancellationToken);
            }
        }

        return [.. planners.Select(planner => planner.Ratios(_floor.Median))];
    }

    private async Task RunAsync(Planner planner, Timings timings, Timings? commit, CancellationToken cancellationToken)
    {
        await _floor.MeasureAsync(() => _shop.RunAsync(PostgresShop.Floor));
        PeakMemory.Reset();
        await planner.RunAsync(timings, commit, cancellationToken);
    }

    private sealed class Planner(DiffOptions options, PlannerPlace place, string connection)
    {
        private int _runs;
        private long _changes;
        private long _memory;

        public Timings First { get; } = new($"{place} first");

        public Timings FirstCommit { get; } = new($"{place} first commit");

        public Timings Diff { get; } = new($"{place} diff");

        public Timings Commit { get; } = new($"{place} commit");

        public Timings Unchanged { get; } = new($"{place} unchanged");

        public async Task RunAsync(Timings timings, Timings? commit, CancellationToken cancellationToken)
        {
            await using var project = new BenchProject(options, PostgresShop.Names, "public", OpenAsync);
            await project.OpenAsync(cancellationToken);
            await using var plan = await timings.MeasureAsync(() => project.PlanAsync($"run{++_runs:0000}", cancellationToken));
            var found = plan.Summary.Added + plan.Summary.Changed + plan.Summary.Removed;
            // A benchmark of a wrong answer is worth nothing.
            if (plan.Summary.Quarantined > 0 || found > 0 != commit is not null)
                throw new InvalidOperationException($"the plan is wrong: {plan.Summary}");
            if (commit is null)
            {
                await plan.DiscardAsync(cancellationToken);
                return;
            }

            _changes = found;
            await commit.MeasureAsync(() => DiffBenchmark.CommitAsync(plan, cancellationToken));
            _memory = Math.Max(_memory, PeakMemory.Megabytes());
        }

        public PostgresRatios Ratios(double floor) => new(
            $"{place}", options.Rows, options.Churn, floor, Diff.Median / floor, Unchanged.Median / floor, First.Median / floor, Commit.Median / floor, FirstCommit.Median / floor, _changes, _memory);

        private async Task<IWarehouse> OpenAsync(CancellationToken cancellationToken) => await PostgresWarehouse.OpenAsync(
            new PostgresWarehouseOptions { Type = PostgresWarehouseOptions.TypeName, ConnectionString = new Secret(connection), Planner = place },
            options.Folder, Path.Combine(options.Folder, "work"), () => { }, cancellationToken);
    }
}

/// <summary>Medians as multiples of the floor, which is in seconds; memory of this process in 2^20 bytes.</summary>
internal sealed record PostgresRatios(
    string Planner, long Rows, double Churn, double FloorS, double Diff, double Unchanged, double First, double Commit, double FirstCommit, long Changes, long PeakRssMb)
{
    public string ToText() => string.Create(CultureInfo.InvariantCulture, $"""
        planner: {Planner.ToLowerInvariant()}, {Rows:N0} rows, {Churn:P1} changed; a scan with one hash takes {FloorS:0.000} s
        diff {Diff:0.00} x, unchanged {Unchanged:0.00} x, first sync {First:0.00} x, commit {Commit:0.00} x ({Changes:N0} changes), first commit {FirstCommit:0.00} x, {PeakRssMb:N0} MB
        """);
}

[JsonSerializable(typeof(PostgresRatios))]
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower)]
internal sealed partial class PostgresJson : JsonSerializerContext;
