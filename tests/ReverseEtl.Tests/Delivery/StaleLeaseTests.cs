using ReverseEtl.Conformance;
using ReverseEtl.Conformance.Planner;
using ReverseEtl.Core.Delivery;
using ReverseEtl.Core.Planning;
using ReverseEtl.Core.Projects;
using ReverseEtl.Core.State;
using ReverseEtl.State.Sqlite;
using ReverseEtl.Tests.Projects;

namespace ReverseEtl.Tests.Delivery;

/// <summary>
/// A process stands still for longer than its lease, another one takes over and does its work, the first one goes on: it sends nothing
/// more and advances nothing. And clocks that jump.
/// </summary>
public sealed class StaleLeaseTests : IDisposable
{
    private const int Rows = 12;

    private static readonly TimeSpan LongerThanALease = TimeSpan.FromSeconds(61);

    private readonly TemporaryFolder _folder = new();
    private readonly ManualTime _time = new(new DateTimeOffset(2026, 11, 22, 8, 0, 0, TimeSpan.Zero));
    private readonly SharedPlanner _planner = new(Rows);
    private readonly Sync _sync;
    private int _runs;

    public StaleLeaseTests()
    {
        var project = new MemoryProject();
        project["models/syncs/vips_to_hook.yml"] = project["models/syncs/vips_to_hook.yml"].Replace("mode: mirror", "mode: upsert", StringComparison.Ordinal);
        _sync = Assert.Single(project.Load().Syncs);
    }

    // Not behind Done: the next batch is under way beside it then, so that the run does not stand still as a whole.
    [Theory]
    [InlineData(RunStep.Capture)]
    [InlineData(RunStep.Diff)]
    [InlineData(RunStep.Intend)]
    [InlineData(RunStep.Answer)]
    [InlineData(RunStep.Complete)]
    [InlineData(RunStep.Advance)]
    public async Task After_a_takeover_nothing_is_sent_or_advanced_by_the_old_holder(RunStep stands)
    {
        var (first, second) = (NewDestination(), NewDestination());
        var (sent, advanced) = (0, 0);
        var observer = new Once(stands, () =>
        {
            // Its timers did not ring meanwhile.
            _time.Set(LongerThanALease);
            RunAsync("second", second, new Once(null, () => { }), new ManualTime(_time.GetUtcNow(), jumps: true)).GetAwaiter().GetResult();
            (sent, advanced) = (first.Batches.Count, _planner.Advanced.Count);
        });

        await Assert.ThrowsAsync<LeaseLostException>(() => RunAsync("first", first, observer));

        Assert.True(observer.Happened);
        Assert.Equal((sent, advanced), (first.Batches.Count, _planner.Advanced.Count));
        Assert.Equal(Rows, first.Rows.Keys.Union(second.Rows.Keys).Count());
        Assert.Equal(Rows, _planner.Snapshot.Count);
        Assert.Equal(RunStatus.Unchanged, (await RunAsync("third", second, new Once(null, () => { })))[^1].Status);
    }

    [Fact]
    public async Task A_request_that_was_under_way_at_the_takeover_is_repeated_by_the_next_holder_and_recorded_by_it_alone()
    {
        var (first, second) = (NewDestination(), NewDestination());
        var ids = new List<string>();
        second.Before = batch => ids.Add(batch.Id);
        first.Before = batch =>
        {
            if (batch.Seq[0] != 3)
                return;
            _time.Set(LongerThanALease);
            RunAsync("second", second, new Once(null, () => { }), new ManualTime(_time.GetUtcNow(), jumps: true)).GetAwaiter().GetResult();
        };

        await Assert.ThrowsAsync<LeaseLostException>(() => RunAsync("first", first, new Once(null, () => { })));

        Assert.Equal(["run0001-3", "run0001-6", "run0001-9"], ids);
        Assert.Equal(["run0001"], _planner.Advanced);
        await using var store = await StoreAsync();
        Assert.Equal(["run0002 Unchanged 0", "run0001 Succeeded 12"], (await store.ListRunsAsync(_sync.Name, 10, default)).Select(run => $"{run.RunId} {run.Status} {run.Accepted}"));
        Assert.Null(await store.FindLeaseAsync(_sync.Name, default));
    }

    [Fact]
    public async Task A_holder_that_hears_of_the_takeover_in_the_middle_of_a_batch_gives_it_up()
    {
        var time = new ManualTime();
        var first = new Waiting();
        var running = RunAsync("first", first, new Once(null, () => { }), time);
        await first.Begun.Task;
        _time.Advance(LongerThanALease);
        await using (var store = await StoreAsync())
            Assert.NotNull((await store.AcquireLeaseAsync(_sync.Name, "second", TimeSpan.FromMinutes(1), default)).Lease);

        time.Advance(LongerThanALease);

        await Assert.ThrowsAsync<LeaseLostException>(() => running);
        Assert.Empty(_planner.Advanced);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(-1)]
    [InlineData(1000)]
    [InlineData(-1000)]
    public async Task A_clock_that_jumps_in_the_middle_of_a_run_disturbs_nothing(int days)
    {
        var destination = NewDestination();
        var jump = new Once(RunStep.Done, () => _time.Set(TimeSpan.FromDays(days)));

        var run = (await RunAsync("first", destination, jump))[^1];

        Assert.True(jump.Happened);
        Assert.Equal((RunStatus.Succeeded, Rows), (run.Status, run.Accepted));
        Assert.InRange(run.DurationMs, 0, (long)TimeSpan.FromHours(1).TotalMilliseconds);
        Assert.Equal(RunStatus.Unchanged, (await RunAsync("second", destination, new Once(null, () => { })))[^1].Status);
    }

    [Fact]
    public async Task A_run_whose_snapshot_could_not_be_written_stays_open_and_sends_nothing_twice()
    {
        var destination = NewDestination();
        _planner.IsDiskFull = true;
        await Assert.ThrowsAsync<WarehouseException>(() => RunAsync("first", destination, new Once(null, () => { })));
        var sent = destination.Batches.Count;
        _planner.IsDiskFull = false;

        var runs = await RunAsync("second", destination, new Once(null, () => { }));

        Assert.Equal([RunStatus.Succeeded, RunStatus.Unchanged], runs.Select(run => run.Status));
        Assert.Equal(sent, destination.Batches.Count);
    }

    public void Dispose() => _folder.Dispose();

    private async Task<IReadOnlyList<RunRecord>> RunAsync(string holder, IDestination destination, IRunObserver observer, TimeProvider? time = null)
    {
        await using var store = await StoreAsync();
        // The planner asks for no query.
        var request = new RunRequest(_sync, destination, null!, $"run{Interlocked.Increment(ref _runs):0000}", _time.GetUtcNow(), new Holder(holder, _ => false), new RunOptions());
        return await new SyncRunner(_planner, store, time ?? _time, observer).RunAsync(request, default);
    }

    private async Task<IControlStore> StoreAsync() => await SqliteControlStore.OpenAsync(_folder.File("control.db"), _time, default);

    private static MemoryDestination NewDestination() => new() { MaxBatchRows = 3, Concurrency = 1 };

    /// <summary>Does something when a step is behind the run for the first time; that is when the process stands still.</summary>
    private sealed class Once(RunStep? at, Action work) : IRunObserver
    {
        private int _times;

        public bool Happened => _times > 0;

        public void Planned(RunRecord run, PlanSummary plan)
        {
        }

        public void Delivered(RunRecord run, int rows)
        {
        }

        public void Finished(RunRecord run)
        {
        }

        public void Step(RunStep step)
        {
            if (step == at && Interlocked.Increment(ref _times) == 1)
                work();
        }
    }

    /// <summary>A destination that waits for its turn, as the kit does when it is asked to.</summary>
    private sealed class Waiting : IDestination
    {
        public TaskCompletionSource Begun { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public DestinationDescriptor Descriptor { get; } = new() { Modes = new HashSet<SyncMode> { SyncMode.Upsert }, MaxBatchRows = 3, ReplaySafe = true };

        public ValueTask CheckAsync(CancellationToken cancellationToken) => ValueTask.CompletedTask;

        public async ValueTask<DeliveryReport> DeliverAsync(ChangeBatch batch, CancellationToken cancellationToken)
        {
            Begun.TrySetResult();
            await Task.Delay(Timeout.Infinite, cancellationToken);
            return DeliveryReport.All(batch, RowOutcome.Accepted);
        }

        public ValueTask DisposeAsync() => ValueTask.CompletedTask;
    }
}
