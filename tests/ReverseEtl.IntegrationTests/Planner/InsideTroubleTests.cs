using ReverseEtl.Conformance.Planner;
using ReverseEtl.Core.Delivery;
using ReverseEtl.Core.Planning;
using ReverseEtl.Core.State;
using ReverseEtl.Warehouses.InWarehouse;
using ReverseEtl.Warehouses.InWarehouse.Postgres;

namespace ReverseEtl.IntegrationTests.Planner;

/// <summary>What befalls a planner inside a PostgreSQL: backends that die, roles that may not, two projects in one database.</summary>
public sealed class InsideTroubleTests
{
    // More than any run has.
    private const int MostStatements = 45;

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task W12_Whatever_statement_a_backend_dies_at_the_next_run_converges(bool isDone)
    {
        var harness = new InsideHarness();
        using var bench = new SyncBench(harness, "mirror", map: "name: name\nmail: mail");
        (bench.Destination.Identifiers, bench.Destination.MaxBatchRows, bench.Between) = (["mail"], 4, TimeSpan.FromHours(1));
        bench.Create(20, "i as id, 'name ' || i as name, i || '@example.com' as mail");
        var deaths = 0;
        for (var at = 1; at <= MostStatements; at++)
        {
            // Something of every kind; every third time nothing at all, so that a run without changes dies too.
            if (at % 3 != 0)
                bench.Warehouse($"update rows set name = '{at}' where id % 5 = {at % 5}; update rows set mail = '{at}@example.com' where id % 7 = {at % 7}; delete from rows where id = {at % 20}; insert into rows values ({20 + at}, 'new', '{at}@new.example')");
            bench.Destination.Refuse = key => key == $"{19 + at}" ? RowOutcome.Rejected("bad", "no") : null;
            harness.Engine = engine => new DyingEngine(engine, harness.EndSessions) { DiesAt = at, IsDone = isDone };
            deaths += await Record.ExceptionAsync(() => bench.RunsAsync()) is WarehouseException ? 1 : 0;

            harness.Engine = engine => engine;
            bench.Destination.Refuse = _ => null;
            var runs = await bench.RunsAsync(new() { RetryRejected = true });
            Assert.All(runs, run => Assert.True(run.Status is RunStatus.Succeeded or RunStatus.Unchanged or RunStatus.Failed, $"{at}: {run.Status}"));
            Assert.Equal(harness.Rows("select id::text, '{\"name\":\"' || name || '\",\"mail\":\"' || mail || '\"}' from rows"), bench.Destination.Rows);
            Assert.Equal(RunStatus.Unchanged, (await bench.RunAsync()).Status);
            Assert.DoesNotContain(bench.Kept, table => table.Contains("_plan_", StringComparison.Ordinal));
        }

        // A run has so many statements; each of them was died at.
        Assert.InRange(deaths, 10, MostStatements - 10);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task W12_Nothing_is_told_twice_that_may_be_told_once(bool isDone)
    {
        var harness = new InsideHarness();
        using var bench = new SyncBench(harness, "append", map: "id: id");
        (bench.Destination.ReplaySafe, bench.Destination.MaxBatchRows) = (false, 3);
        bench.Create(1, "i as id");
        for (var at = 1; at <= MostStatements; at++)
        {
            bench.Warehouse($"insert into rows select {10 * at} + i from generate_series(0, 8) t(i)");
            harness.Engine = engine => new DyingEngine(engine, harness.EndSessions) { DiesAt = at, IsDone = isDone };
            await Record.ExceptionAsync(() => bench.RunsAsync());
            harness.Engine = engine => engine;
            await bench.RunsAsync();
        }

        var sent = bench.Destination.Events;
        Assert.Equal(sent.Count, sent.Distinct().Count());
        // What was on its way when a process would have died is held; here the process lives, and knows its answers.
        Assert.Equal((MostStatements * 9) + 1, sent.Count + (await bench.HeldAsync()).Count);
    }

    [Fact]
    public async Task W1_A_backend_that_dies_while_it_reads_the_model_leaves_nothing()
    {
        using var bench = new SyncBench(new InsideHarness(), "mirror");
        bench.Create(10, "i as id, 'name ' || i as name", "told");
        bench.Warehouse("create view rows as select * from told");
        await bench.RunAsync();
        bench.Warehouse("update told set name = 'new' where id = 3; create or replace view rows as select * from told union all select 99, pg_terminate_backend(pg_backend_pid())::text");
        await Assert.ThrowsAsync<WarehouseException>(() => bench.RunAsync());
        Assert.DoesNotContain(bench.Kept, table => table.Contains("_plan_", StringComparison.Ordinal));

        bench.Warehouse("create or replace view rows as select * from told");
        Assert.Equal((0, 1, 1), (await bench.RunAsync()) is var run ? (run.Added, run.Changed, run.Accepted) : default);
    }

    [Fact]
    public async Task W16_A_plan_whose_table_is_gone_is_made_anew()
    {
        using var bench = new SyncBench(new InsideHarness(), "mirror");
        bench.Create(10, "i as id, 'name ' || i as name");
        bench.Destination.Before = _ => throw new InvalidOperationException("the process dies here");
        await Assert.ThrowsAsync<InvalidOperationException>(() => bench.RunAsync());
        bench.Destination.Before = _ => { };
        bench.Warehouse($"drop table cdp_planner.\"{Assert.Single(bench.Kept, table => table.Contains("_plan_", StringComparison.Ordinal))}\"");

        var runs = await bench.RunsAsync();
        Assert.Equal([RunStatus.Failed, RunStatus.Succeeded], runs.Select(run => run.Status));
        Assert.Equal(10, bench.Destination.Rows.Count);
    }

    [Fact]
    public async Task A_role_without_grants_is_told_what_to_run()
    {
        var harness = new InsideHarness();
        using var bench = new SyncBench(harness, "mirror");
        bench.Create(3, "i as id, 'name ' || i as name");
        bench.Warehouse($"drop role if exists {harness.Role}; create role {harness.Role} login password 'pw'; grant select on rows to {harness.Role}");
        harness.User = harness.Role;
        var error = await Assert.ThrowsAsync<WarehouseException>(() => bench.RunAsync());
        Assert.Contains($"CREATE SCHEMA cdp_planner AUTHORIZATION \"{harness.Role}\"", error.Message, StringComparison.Ordinal);
        // A look needs no schema.
        Assert.Equal(3, await bench.LookAsync(plan => Task.FromResult(plan.Summary.Added)));

        bench.Warehouse("create schema cdp_planner");
        error = await Assert.ThrowsAsync<WarehouseException>(() => bench.RunAsync());
        Assert.Contains($"GRANT USAGE, CREATE ON SCHEMA cdp_planner TO \"{harness.Role}\"", error.Message, StringComparison.Ordinal);
        bench.Warehouse($"grant usage, create on schema cdp_planner to {harness.Role}");
        Assert.Equal(3, (await bench.RunAsync()).Accepted);
        bench.Warehouse("delete from rows where id = 0");
        Assert.Equal(1, (await bench.RunAsync()).Removed);
    }

    [Fact]
    public async Task W2_Nothing_is_written_outside_of_the_planners_schema()
    {
        var harness = new InsideHarness();
        using var bench = new SyncBench(harness, "mirror");
        bench.Create(3, "i as id, 'name ' || i as name");
        var before = harness.Rows("select oid::text, relname::text from pg_class where relnamespace not in (select oid from pg_namespace where nspname like 'pg_%' or nspname = 'cdp_planner')");
        await bench.RunAsync();
        await bench.LookAsync(plan => Task.FromResult(plan.Summary.IsUnchanged));
        await bench.ExplainAsync("1");
        Assert.Equal(before, harness.Rows("select oid::text, relname::text from pg_class where relnamespace not in (select oid from pg_namespace where nspname like 'pg_%' or nspname = 'cdp_planner')"));
        // The sessions that are kept for others have no table of it, and read only.
        Assert.Empty(harness.Rows("select oid::text, relname::text from pg_class where relpersistence = 't' and relkind = 'r'"));
    }

    [Fact]
    public async Task Two_environments_and_syncs_of_like_names_have_tables_of_their_own()
    {
        var harness = new InsideHarness();
        using var bench = new SyncBench(harness, "mirror");
        bench.Create(3, "i as id, 'name ' || i as name");
        PlannerScope[] scopes = [new("shop", null, harness.Folder), new("shop", "prod", harness.Folder), new("shop_prod", null, harness.Folder), new("Shop", "prod", harness.Folder), new("søp", "prod", harness.Folder), new("sæp", "prod", harness.Folder)];
        foreach (var scope in scopes)
        {
            harness.Scope = scope;
            Assert.Equal(3, await bench.PlanningAsync("run", async (planner, request) =>
            {
                await using var plan = await planner.PlanAsync(request, default);
                await plan.AdvanceAsync([new JournalEntry("run", Operation.Upsert, 0, 2, 3, Done: true)], [], [], default);
                return plan.Summary.Added;
            }));
        }

        Assert.Equal(scopes.Length, bench.Kept.Count(table => table.EndsWith("_snapshot", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task A_sync_is_planned_by_one_process_at_a_time()
    {
        using var bench = new SyncBench(new InsideHarness(), "mirror");
        bench.Create(3, "i as id, 'name ' || i as name");
        await bench.PlanningAsync("run1", async (planner, request) =>
        {
            await using var plan = await planner.PlanAsync(request, default);
            var error = await Assert.ThrowsAsync<WarehouseException>(() => planner.PlanAsync(request with { RunId = "run2" }, default));
            Assert.StartsWith("sync rows is being run by another process", error.Message, StringComparison.Ordinal);
            return true;
        });
        Assert.Equal(3, (await bench.RunAsync()).Accepted);
    }

    [Fact]
    public async Task W7_Where_hash_functions_became_others_every_row_is_sent_and_none_counts_as_changed()
    {
        using var bench = new SyncBench(new InsideHarness(), "mirror");
        bench.Create(10, "i as id, 'name ' || i as name");
        await bench.RunAsync();
        // As an upgrade of the server leaves it.
        var tables = new SyncTables(new PostgresPlannerDialect(), new PlannerScope("bench", null, ""), "rows");
        bench.Warehouse($"update {tables.Snapshot} set row_hash = row_hash # 1; update {tables.Meta} set value = '{{\"probe\":\"old\"}}' where name = 'HashFunctions'");

        Assert.Equal((0, 10, 10), (await bench.RunAsync()) is var run ? (run.Changed, run.Resent, run.Accepted) : default);
        Assert.Equal(RunStatus.Unchanged, (await bench.RunAsync()).Status);
        bench.Warehouse("update rows set name = 'new' where id = 3");
        Assert.Equal((1, 0), (await bench.RunAsync()) is var next ? (next.Changed, next.Resent) : default);
    }

    [Fact]
    public async Task A_statement_that_takes_too_long_says_so()
    {
        using var bench = new SyncBench(new InsideHarness(), "mirror");
        bench.Warehouse("create view rows as select 1 as id, pg_sleep(60)::text as name");
        ((InsideHarness)bench.Harness).StatementTimeout = TimeSpan.FromSeconds(1);
        var error = await Assert.ThrowsAsync<WarehouseException>(() => bench.RunAsync());
        Assert.Contains("statementTimeout", error.Message, StringComparison.Ordinal);
    }
}
