using FsCheck;
using FsCheck.Fluent;
using Npgsql;
using ReverseEtl.Conformance;
using ReverseEtl.Core.Delivery;
using ReverseEtl.Core.State;
using ReverseEtl.IntegrationTests.Harness;
using static ReverseEtl.IntegrationTests.State.StateDatabase;

namespace ReverseEtl.IntegrationTests.State;

/// <summary>Budgets that several processes share (S29, S30); each opened store stands for one.</summary>
public sealed class RequestBudgetTests
{
    private static readonly RateBudget Budget = new(10, TimeSpan.FromSeconds(6.4));

    [Fact]
    public async Task No_window_sees_more_requests_than_the_budget_whoever_asks_when_for_how_many()
    {
        var database = await CreateAsync();
        var clock = new ManualTime();
        await using var one = await database.OpenAsync(clock);
        await using var two = await database.OpenAsync(clock);
        var account = 0;

        Check.One(
            Config.QuickThrowOnFailure.WithMaxTest(40),
            Prop.ForAll(
                ArbMap.Default.ArbFor<(bool First, byte Pause, byte Asked)[]>(),
                steps => PassesAsync(steps).GetAwaiter().GetResult()));

        async Task PassesAsync((bool First, byte Pause, byte Asked)[] steps)
        {
            var (name, granted) = ($"account {++account}", new List<DateTimeOffset>());
            foreach (var (first, pause, asked) in steps)
            {
                clock.Advance(TimeSpan.FromMilliseconds(pause * 10));
                var (store, wanted, at) = (first ? one : two, 1 + (asked % 8), clock.GetUtcNow());
                var room = await store.TakeAsync(name, Budget, wanted, Stop);
                Assert.InRange(room.Granted, 0, wanted);
                Assert.Equal(room.Granted < wanted, room.Wait > TimeSpan.Zero);
                granted.AddRange(Enumerable.Repeat(at, room.Granted));
                // The budget is used, too: at most a slice later than it could be.
                if (room.Granted < wanted)
                    Assert.True(granted.Count(other => other > at - Budget.Per - (Budget.Per / 64)) >= Budget.Requests);
            }

            for (var request = 0; request + Budget.Requests < granted.Count; request++)
                Assert.True(granted[request + Budget.Requests] - granted[request] > Budget.Per, $"requests {request} to {request + Budget.Requests}");
        }
    }

    [Fact]
    public async Task Of_many_who_ask_at_once_in_many_processes_as_many_get_room_as_the_budget_has()
    {
        var database = await CreateAsync();
        var clock = new ManualTime();
        var stores = await Task.WhenAll(Enumerable.Range(0, 6).Select(_ => database.OpenAsync(clock)));
        foreach (var store in stores)
            await store.TakeAsync("other", Budget, 10, Stop);

        for (var period = 0; period < 3; period++)
        {
            var rooms = await Task.WhenAll(stores.SelectMany(store => Enumerable.Range(0, 10)
                .Select(asked => Task.Run(() => store.TakeAsync("crm", Budget, 1 + (asked % 3), Stop), Stop))));
            Assert.Equal(Budget.Requests, rooms.Sum(room => room.Granted));
            Assert.All(rooms.Where(room => room.Wait > TimeSpan.Zero), room => Assert.InRange(room.Wait, Budget.Per, Budget.Per * 1.02));
            clock.Advance(rooms.Max(room => room.Wait));
        }

        Assert.Equal(["1|10"], await database.QueryAsync("select cardinality(ends), requests[1] from cdp_state.request_budgets where account = 'crm'"));
        foreach (var store in stores)
            await store.DisposeAsync();
    }

    [Fact]
    public async Task What_one_was_asked_to_wait_holds_for_all_with_a_budget_or_without()
    {
        var database = await CreateAsync();
        var clock = new ManualTime();
        await using var one = await database.OpenAsync(clock);
        await using var two = await database.OpenAsync(clock);
        Assert.Equal(new RequestRoom(50, TimeSpan.Zero), await two.TakeAsync("crm", null, 50, Stop));

        await one.PushBackAsync("crm", TimeSpan.FromSeconds(30), Stop);
        await two.PushBackAsync("crm", TimeSpan.FromSeconds(5), Stop);

        foreach (var budget in new[] { Budget, null })
        {
            Assert.Equal(new RequestRoom(0, TimeSpan.FromSeconds(30)), await two.TakeAsync("crm", budget, 3, Stop));
            Assert.Equal(new RequestRoom(3, TimeSpan.Zero), await two.TakeAsync($"other {budget}", budget, 3, Stop));
        }

        clock.Advance(TimeSpan.FromSeconds(30));
        Assert.Equal(new RequestRoom(3, TimeSpan.Zero), await two.TakeAsync("crm", Budget, 3, Stop));
        Assert.Equal(new RequestRoom(3, TimeSpan.Zero), await one.TakeAsync("crm", null, 3, Stop));
    }

    /// <summary>Another version of the program may run meanwhile, with another idea of the budget.</summary>
    [Fact]
    public async Task A_budget_that_changes_counts_what_was_let_through_before()
    {
        var database = await CreateAsync();
        var clock = new ManualTime();
        await using var store = await database.OpenAsync(clock);
        await store.TakeAsync("crm", new RateBudget(10, TimeSpan.FromSeconds(1)), 8, Stop);
        clock.Advance(TimeSpan.FromMilliseconds(500));

        Assert.Equal(4, (await store.TakeAsync("crm", new RateBudget(12, TimeSpan.FromSeconds(20)), 100, Stop)).Granted);
        Assert.Equal(0, (await store.TakeAsync("crm", new RateBudget(5, TimeSpan.FromSeconds(2)), 1, Stop)).Granted);
    }

    [Fact]
    public async Task A_clock_that_is_set_back_gives_no_room_early_and_takes_none_for_longer()
    {
        var database = await CreateAsync();
        var clock = new ManualTime();
        await using var store = await database.OpenAsync(clock);
        await store.TakeAsync("crm", Budget, 10, Stop);

        clock.Set(TimeSpan.FromHours(-5));
        var room = await store.TakeAsync("crm", Budget, 1, Stop);
        Assert.Equal(0, room.Granted);
        Assert.InRange(room.Wait, Budget.Per, Budget.Per * 1.02);
        clock.Advance(room.Wait);
        Assert.Equal(1, (await store.TakeAsync("crm", Budget, 1, Stop)).Granted);
    }

    /// <summary>By the server's clock, and with more slices than fit: the row stays small.</summary>
    [Fact]
    public async Task The_row_of_an_account_stays_small()
    {
        var database = await CreateAsync();
        var clock = new ManualTime();
        await using (var store = await database.OpenAsync(clock))
        {
            for (var step = 0; step < 300; step++)
            {
                await store.TakeAsync("crm", new RateBudget(1_000_000, TimeSpan.FromSeconds(1)), 1000, Stop);
                clock.Advance(TimeSpan.FromMilliseconds(10));
            }
        }

        Assert.InRange(int.Parse((await database.QueryAsync("select cardinality(ends) from cdp_state.request_budgets"))[0]), 1, 65);
        await using var real = await database.OpenAsync();
        Assert.Equal(new RequestRoom(5, TimeSpan.Zero), await real.TakeAsync("mail", Budget, 5, Stop));
        Assert.Equal(5, (await real.TakeAsync("mail", Budget, 50, Stop)).Granted);
    }

    [Fact]
    public async Task Projects_and_environments_have_budgets_of_their_own()
    {
        var database = await CreateAsync();
        var clock = new ManualTime();
        await using var shop = await database.OpenAsync(clock);
        await using var prod = await database.OpenAsync(clock, environment: "prod");
        await using var bank = await database.OpenAsync(clock, project: "bank");

        await shop.PushBackAsync("crm", TimeSpan.FromHours(1), Stop);
        foreach (var store in new[] { prod, bank })
            Assert.Equal(10, (await store.TakeAsync("crm", Budget, 20, Stop)).Granted);
    }

    [Fact]
    public async Task A_store_of_the_first_version_gets_budgets_and_keeps_what_it_has()
    {
        var database = await CreateAsync();
        await using (var store = await database.OpenAsync())
            await BeginAsync(store);
        await database.RunAsync("""
            drop function cdp_state.take_requests; drop function cdp_state.milliseconds; drop table cdp_state.request_budgets;
            alter table cdp_state.runs drop column rows;
            alter table cdp_state.row_exceptions drop column due;
            update cdp_state.control_store set version = 1
            """);

        await using var upgraded = await database.OpenAsync();

        Assert.Equal(10, (await upgraded.TakeAsync("crm", Budget, 20, Stop)).Granted);
        Assert.Equal("run1", (await upgraded.FindOpenRunAsync(Sync, Stop))?.RunId);
    }

    /// <summary>One whose database is set to another isolation would have to begin anew each time that two ask at once.</summary>
    [Fact]
    public async Task Whoever_asks_while_another_one_holds_the_row_waits_and_counts_what_that_one_took()
    {
        var database = await CreateAsync();
        await database.RunAsync($"alter database {database.Server.Database} set default_transaction_isolation = 'serializable'");
        await using var store = await database.OpenAsync();
        await store.TakeAsync("crm", new RateBudget(10, TimeSpan.FromHours(1)), 4, Stop);
        await using var other = await database.ConnectAsync();
        await using var transaction = await other.BeginTransactionAsync(Stop);
        await using (var take = new NpgsqlCommand("update cdp_state.request_budgets set requests[1] = 9", other))
            await take.ExecuteNonQueryAsync(Stop);

        var asking = store.TakeAsync("crm", new RateBudget(10, TimeSpan.FromHours(1)), 5, Stop);
        await database.WaitingAsync();
        await transaction.CommitAsync(Stop);

        Assert.Equal(1, (await asking).Granted);
    }

    [Fact]
    public async Task Without_the_database_nobody_has_room()
    {
        Assert.SkipWhen(PostgresCluster.Missing is not null, $"{PostgresCluster.Missing}");
        await using var cluster = await PostgresCluster.CreateAsync();
        await using var store = await new StateDatabase(cluster.At("postgres")).OpenAsync();
        Assert.Equal(4, (await store.TakeAsync("crm", new RateBudget(10, TimeSpan.FromHours(1)), 4, Stop)).Granted);

        await cluster.CrashAsync();
        var asking = store.TakeAsync("crm", new RateBudget(10, TimeSpan.FromHours(1)), 20, Stop);
        Assert.False(asking.IsCompleted);
        await cluster.StartAsync();
        Assert.Equal(6, (await asking).Granted);

        await cluster.CrashAsync();
        var error = await Assert.ThrowsAsync<ControlStoreException>(() => store.TakeAsync("crm", new RateBudget(10, TimeSpan.FromHours(1)), 1, Stop));
        Assert.Contains("the server cannot be reached", error.Message);
    }
}
