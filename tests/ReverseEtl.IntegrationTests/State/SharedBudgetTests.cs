using ReverseEtl.Conformance;
using ReverseEtl.Core.Delivery;
using ReverseEtl.Core.State;
using ReverseEtl.Http.Resilience;
using ReverseEtl.IntegrationTests.Harness;
using ReverseEtl.State.Postgres;
using static ReverseEtl.IntegrationTests.State.StateDatabase;

namespace ReverseEtl.IntegrationTests.State;

/// <summary>The buckets of processes that share a budget in the database.</summary>
public sealed class SharedBudgetTests
{
    private static readonly RateBudget Budget = new(3, TimeSpan.FromSeconds(10));

    [Fact]
    public async Task Two_processes_together_make_no_more_requests_than_the_budget()
    {
        var clock = new ManualTime();
        var database = await CreateAsync();
        var granted = new Granted(clock);
        await using var one = await WorkerAsync(database, clock, granted);
        await using var two = await WorkerAsync(database, clock, granted);

        var callers = Enumerable.Range(0, 12).SelectMany(_ => new[] { one, two }).Select(worker => worker.Bucket(Budget).TakeAsync(Stop).AsTask()).ToList();
        while (callers.Exists(caller => !caller.IsCompleted))
            await granted.PassAsync(TimeSpan.FromMilliseconds(200));

        await Task.WhenAll(callers);
        Assert.Equal(callers.Count, granted.At.Count);
        for (var request = 0; request + Budget.Requests < granted.At.Count; request++)
            Assert.True(granted.At[request + Budget.Requests] - granted.At[request] > Budget.Per, $"requests {request} to {request + Budget.Requests}");
    }

    [Fact]
    public async Task Callers_of_a_process_get_their_turns_in_the_order_they_came()
    {
        var clock = new ManualTime();
        var granted = new Granted(clock);
        await using var worker = await WorkerAsync(await CreateAsync(), clock, granted);
        var order = new List<int>();
        var callers = Enumerable.Range(0, 5).Select(TakeAsync).ToList();

        for (var turn = 1; turn <= callers.Count; turn++)
        {
            while (granted.At.Count < turn)
                await granted.PassAsync(TimeSpan.FromSeconds(1));
            await CdpProject.UntilAsync(() => order.Count == turn);
        }

        await Task.WhenAll(callers);
        Assert.Equal(Enumerable.Range(0, 5), order);

        async Task TakeAsync(int number)
        {
            await worker.Bucket(new RateBudget(1, TimeSpan.FromSeconds(10))).TakeAsync(Stop);
            order.Add(number);
        }
    }

    [Fact]
    public async Task What_one_process_is_asked_to_wait_holds_the_other_back()
    {
        var clock = new ManualTime();
        var database = await CreateAsync();
        await using var two = await WorkerAsync(database, clock);
        await using (var one = await WorkerAsync(database, clock))
        {
            await one.Bucket(null).TakeAsync(Stop);
            one.Bucket(null).PushBack(TimeSpan.FromSeconds(30));
        }

        // It went away when the other ones knew.
        var waiting = two.Bucket(null).TakeAsync(Stop).AsTask();
        await CdpProject.UntilAsync(() => clock.Waits.Count > 0);
        Assert.InRange(clock.Waits[0], TimeSpan.FromSeconds(30), TimeSpan.FromSeconds(31));
        clock.Advance(TimeSpan.FromSeconds(29));
        Assert.False(waiting.IsCompleted);
        clock.Advance(TimeSpan.FromSeconds(2));
        await waiting;
    }

    [Fact]
    public async Task A_caller_that_is_cancelled_leaves_its_turn_to_the_next()
    {
        var clock = new ManualTime();
        await using var worker = await WorkerAsync(await CreateAsync(), clock);
        var bucket = worker.Bucket(Budget);
        for (var request = 0; request < 3; request++)
            await bucket.TakeAsync(Stop);
        using var cancel = new CancellationTokenSource();
        var cancelled = bucket.TakeAsync(cancel.Token).AsTask();
        var next = bucket.TakeAsync(Stop).AsTask();
        await CdpProject.UntilAsync(() => clock.Waits.Count > 0);

        await cancel.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => cancelled);
        clock.Advance(TimeSpan.FromSeconds(11));
        await next;
        await bucket.TakeAsync(Stop);
        await bucket.TakeAsync(Stop);
    }

    [Fact]
    public async Task Where_the_store_cannot_be_asked_callers_hear_why_and_the_next_one_asks_again()
    {
        var database = await CreateAsync();
        var store = await database.OpenAsync();
        IControlStore? opened = null;
        await using var buckets = new RateBuckets(TimeProvider.System, new StoredBudgets(_ =>
            opened is null ? throw new ControlStoreException("the server cannot be reached") : Task.FromResult(opened)));
        var bucket = buckets.For("crm", Budget);

        var callers = Enumerable.Range(0, 3).Select(_ => bucket.TakeAsync(Stop).AsTask()).ToList();
        foreach (var caller in callers)
            Assert.Contains("cannot be reached", (await Assert.ThrowsAsync<ControlStoreException>(() => caller)).Message);
        bucket.PushBack(TimeSpan.FromHours(1));
        opened = store;

        // What could not be told is told before anything is asked for.
        var waiting = bucket.TakeAsync(Stop).AsTask();
        await CdpProject.UntilAsync(() => database.QueryAsync("select 1 from cdp_state.request_budgets where paused_until > 0").Result.Length > 0);
        Assert.False(waiting.IsCompleted);
        await store.DisposeAsync();
    }

    private static async Task<Worker> WorkerAsync(StateDatabase database, TimeProvider clock, Granted? granted = null) =>
        new(await database.OpenAsync(clock), clock, granted);

    /// <summary>What one process has.</summary>
    private sealed class Worker(PostgresControlStore store, TimeProvider clock, Granted? granted) : IAsyncDisposable
    {
        private readonly RateBuckets _buckets = new(clock, granted is null ? store : new Noted(store, granted));

        public RateBucket Bucket(RateBudget? budget) => _buckets.For("crm", budget);

        public async ValueTask DisposeAsync()
        {
            await _buckets.DisposeAsync();
            await store.DisposeAsync();
        }
    }

    /// <summary>When what was granted, on a clock that stands still while somebody asks.</summary>
    private sealed class Granted(ManualTime clock)
    {
        private readonly Lock _gate = new();
        private readonly List<DateTimeOffset> _at = [];
        private int _asking;

        public IReadOnlyList<DateTimeOffset> At
        {
            get
            {
                lock (_gate)
                    return [.. _at];
            }
        }

        public async Task<RequestRoom> NoteAsync(Func<Task<RequestRoom>> ask)
        {
            DateTimeOffset at;
            lock (_gate)
                (at, _asking) = (clock.GetUtcNow(), _asking + 1);
            var room = await ask();
            lock (_gate)
            {
                _at.AddRange(Enumerable.Repeat(at, room.Granted));
                _asking--;
            }

            return room;
        }

        public async Task PassAsync(TimeSpan time)
        {
            await Task.Delay(2, Stop);
            lock (_gate)
            {
                if (_asking == 0)
                    clock.Advance(time);
            }
        }
    }

    private sealed class Noted(IRequestBudgets inner, Granted granted) : IRequestBudgets
    {
        public Task<RequestRoom> TakeAsync(string account, RateBudget? budget, int requests, CancellationToken cancellationToken) =>
            granted.NoteAsync(() => inner.TakeAsync(account, budget, requests, cancellationToken));

        public Task PushBackAsync(string account, TimeSpan wait, CancellationToken cancellationToken) => inner.PushBackAsync(account, wait, cancellationToken);
    }
}
