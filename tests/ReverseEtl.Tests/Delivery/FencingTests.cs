using ReverseEtl.Conformance;
using ReverseEtl.Core.Delivery;
using ReverseEtl.Core.Planning;
using ReverseEtl.Core.State;
using ReverseEtl.State.Sqlite;
using ReverseEtl.Tests.Planning;
using ReverseEtl.Tests.Projects;

namespace ReverseEtl.Tests.Delivery;

/// <summary>Two runners of one sync, one of which was thought dead.</summary>
public sealed class FencingTests : IDisposable
{
    private const int Rows = 5;

    private readonly TemporaryFolder _folder = new();
    private readonly MemorySyncFile _file = new(Rows);
    private readonly TaskCompletionSource _inFlight = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _thaw = new(TaskCreationOptions.RunContinuationsAsynchronously);

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    private static DateTimeOffset Start { get; } = new(2026, 3, 1, 8, 0, 0, TimeSpan.Zero);

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task A_runner_that_lost_its_lease_stops_at_its_next_write_and_leaves_the_snapshot_alone()
    {
        await using var store = await OpenAsync(new ManualTime(Start));
        var planner = new MemoryPlanner(_file);
        var frozen = Task.Run(() => RunAsync(store, planner, new ManualTime(Start), "r1", FrozenAt(2)), Cancellation);
        await _inFlight.Task.WaitAsync(Cancellation);

        var (nextPlanner, sent) = (new MemoryPlanner(_file), new List<string>());
        var runs = await TakeOverAsync(nextPlanner, sent);

        Assert.Equal(["r1 Succeeded 5", "r2 Unchanged 0"], runs.Select(run => $"{run.RunId} {run.Status} {run.Accepted}"));
        Assert.Equal(["r1-2", "r1-3", "r1-4"], sent);
        Assert.Equal(1, nextPlanner.Advances);
        _thaw.SetResult();
        await Assert.ThrowsAsync<LeaseLostException>(() => frozen);
        Assert.Equal(0, planner.Advances);
        Assert.Equal(runs.Reverse(), await store.ListRunsAsync("vips_to_hook", 10, Cancellation));
        Assert.Null(await store.FindLeaseAsync("vips_to_hook", Cancellation));
    }

    /// <summary>The renewal hears of it first: the runner says that it was taken over, not that somebody stopped it.</summary>
    [Fact]
    public async Task A_runner_whose_renewal_is_refused_says_that_it_was_taken_over()
    {
        var time = new ManualTime(Start);
        await using var store = await OpenAsync(time);
        var running = Task.Run(() => RunAsync(store, new MemoryPlanner(_file), time, "r1", FrozenAt(2)), Cancellation);
        await _inFlight.Task.WaitAsync(Cancellation);
        await store.BreakLeaseAsync("vips_to_hook", "r1", Cancellation);

        // Until the renewal has heard of it: nothing but time wakes it.
        while (!running.IsCompleted)
        {
            time.Advance(TimeSpan.FromSeconds(20));
            await Task.Delay(1, Cancellation);
            if (time.GetUtcNow() > Start + TimeSpan.FromHours(1))
                _thaw.TrySetResult();
        }

        await Assert.ThrowsAsync<LeaseLostException>(() => running);
    }

    private MemoryDestination FrozenAt(int batch)
    {
        var destination = new MemoryDestination { Concurrency = 1 };
        destination.Before = sent =>
        {
            if (!sent.Id.EndsWith($"-{batch}", StringComparison.Ordinal))
                return;
            _inFlight.SetResult();
            _thaw.Task.Wait(Cancellation);
        };
        return destination;
    }

    /// <summary>Another process, an hour later: the lease ran out long ago, and nobody renews it while this one looks.</summary>
    private async Task<IReadOnlyList<RunRecord>> TakeOverAsync(MemoryPlanner planner, List<string> sent)
    {
        var time = new ManualTime(Start + TimeSpan.FromHours(1));
        await using var store = await OpenAsync(time);
        var destination = new MemoryDestination { Before = batch => sent.Add(batch.Id), Concurrency = 1 };
        var run = RunAsync(store, planner, time, "r2", destination);
        Assert.False(run.IsCompleted);
        time.Advance(TimeSpan.FromMinutes(1));
        return await run;
    }

    private async Task<SqliteControlStore> OpenAsync(TimeProvider time) =>
        await SqliteControlStore.OpenAsync(_folder.File("control.db"), time, Cancellation);

    private static Task<IReadOnlyList<RunRecord>> RunAsync(
        SqliteControlStore store, MemoryPlanner planner, TimeProvider time, string runId, MemoryDestination destination)
    {
        var sync = new MemoryProject().Load().Syncs[0];
        var request = new RunRequest(sync, destination, Query, runId, time.GetUtcNow(), new Holder(runId, _ => false), new RunOptions());
        return new SyncRunner(planner, store, time, new SilentObserver()).RunAsync(request, Cancellation);
    }

    // The planner of these tests asks no warehouse.
    private static SyncQuery Query => null!;
}
