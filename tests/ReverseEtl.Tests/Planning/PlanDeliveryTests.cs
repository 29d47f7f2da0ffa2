using ReverseEtl.Conformance.Planner;
using ReverseEtl.Core.State;

namespace ReverseEtl.Tests.Planning;

/// <summary>How a plan is cut into batches and how many are on their way (D20, D21).</summary>
public sealed class PlanDeliveryTests
{
    private const string Hundred = "(i + 100)::varchar as id, repeat('x', 90) as name";

    [Theory]
    [InlineData(1)]
    [InlineData(4)]
    public async Task No_more_batches_are_on_their_way_than_the_destination_allows(int concurrency)
    {
        using var bench = new SyncBench(new DuckDbHarness(), "upsert");
        bench.Create(100, Hundred);
        (bench.Destination.MaxBatchRows, bench.Destination.Concurrency) = (1, concurrency);
        // Long enough for one too many to be seen.
        bench.Destination.Before = _ => Thread.Sleep(2);

        await bench.RunAsync();

        Assert.InRange(bench.Destination.MostAtOnce, 1, concurrency);
        Assert.Equal(100, bench.Destination.Rows.Count);
    }

    [Fact]
    public async Task A_batch_has_as_many_rows_as_are_allowed_and_no_more()
    {
        using var bench = new SyncBench(new DuckDbHarness(), "upsert");
        bench.Create(100, Hundred);
        bench.Destination.MaxBatchRows = 30;

        await bench.RunAsync();

        Assert.Equal([10, 30, 30, 30], bench.Destination.Batches.Select(batch => batch.Rows).Order());
    }

    [Theory]
    [InlineData(400, 4)]
    [InlineData(359, 3)]
    [InlineData(20, 1)]
    public async Task A_batch_has_no_more_text_than_is_allowed_but_for_a_single_row(int bytes, int rows)
    {
        using var bench = new SyncBench(new DuckDbHarness(), "upsert", map: "name: name");
        bench.Create(100, Hundred);
        bench.Destination.MaxBatchBytes = bytes;
        bench.Destination.MaxBatchRows = 1000;

        await bench.RunAsync();

        Assert.Equal(100, bench.Destination.Rows.Count);
        Assert.Equal(rows, bench.Destination.Batches.Max(batch => batch.Rows));
    }

    [Theory]
    [InlineData(true, 3)]
    [InlineData(false, 2)]
    public async Task What_is_written_ahead_is_at_most_one_batch_more_than_is_on_its_way_and_none_where_repeats_do_harm(bool replaySafe, int inDoubt)
    {
        using var bench = new SyncBench(new DuckDbHarness(), "upsert");
        bench.Create(100, Hundred);
        (bench.Destination.MaxBatchRows, bench.Destination.Concurrency, bench.Destination.ReplaySafe) = (5, 2, replaySafe);
        var most = 0;
        bench.Destination.Before = _ =>
        {
            // Time enough to write ahead one too many.
            Thread.Sleep(20);
            most = Math.Max(most, InDoubt(bench));
        };

        await bench.RunAsync();

        Assert.InRange(most, 1, inDoubt);
    }

    [Fact]
    public async Task A_plan_that_cannot_be_read_on_records_what_was_sent_and_is_gone_on_with()
    {
        using var bench = new SyncBench(new DuckDbHarness(), "upsert");
        bench.Create(100, Hundred);
        bench.Destination.MaxBatchRows = 10;
        var sent = 0;
        using var stop = new CancellationTokenSource();
        bench.Destination.Before = _ =>
        {
            if (Interlocked.Increment(ref sent) == 3)
                stop.Cancel();
        };

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => bench.RunsAsync(cancellationToken: stop.Token));
        Assert.Equal(0, InDoubt(bench));

        bench.Destination.Before = _ => { };
        var runs = await bench.RunsAsync();
        Assert.Equal(RunStatus.Succeeded, runs[0].Status);
        Assert.Equal(100, bench.Destination.Rows.Count);
        Assert.Distinct(bench.Destination.Batches.Select(batch => batch.Id));
    }

    /// <summary>Batches that are written ahead and not answered.</summary>
    private static int InDoubt(SyncBench bench) => Task.Run(async () =>
    {
        await using var store = await bench.StoreAsync();
        var run = await store.FindOpenRunAsync("rows", default);
        return run is null ? 0 : (await store.ReadJournalAsync(run.RunId, default)).Count(entry => entry is { Done: false, Withdrawn: false });
    }).GetAwaiter().GetResult();
}
