using System.Globalization;
using ReverseEtl.Conformance.Planner;
using ReverseEtl.Core.Delivery;
using ReverseEtl.Core.Planning;
using ReverseEtl.Core.State;
using ReverseEtl.Warehouses.InWarehouse;
using ReverseEtl.Warehouses.InWarehouse.Snowflake;

namespace ReverseEtl.IntegrationTests.Planner;

/// <summary>What befalls a planner inside Snowflake: lost connections, requests that break half-way, two processes at once.</summary>
public sealed class SnowflakeTroubleTests
{
    // More than any run has.
    private const int MostRequests = 28;

    // A table that is made commits what was before it: a run that is the first makes some.
    private const int MostStatements = 90;

    // Of neighbouring statements most are in one transaction.
    private const int EveryNth = 3;

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task W12_Whatever_request_a_connection_is_lost_at_the_next_run_converges(bool isSent)
    {
        var harness = new SnowflakeTroubleHarness();
        using var bench = Told(harness);
        var deaths = 0;
        for (var at = 1; at <= MostRequests; at++)
        {
            Change(bench, at);
            (harness.LosesAt, harness.IsSent) = (at, isSent);
            await Record.ExceptionAsync(() => bench.RunsAsync());
            deaths += harness.IsLost ? 1 : 0;
            // What nobody waits for any more goes on all the same.
            await harness.Account.Emulator.IdleAsync();
            harness.LosesAt = 0;
            await ConvergesAsync(bench, harness, $"request {at}");
        }

        // A run has so many requests; at each of them one was lost.
        Assert.InRange(deaths, 12, MostRequests - 1);
    }

    [Fact]
    public async Task W12_Whatever_statement_of_a_request_is_the_last_the_next_run_converges()
    {
        var harness = new SnowflakeTroubleHarness();
        using var bench = Told(harness);
        var broken = 0;
        for (var at = 1; at <= MostStatements; at += EveryNth)
        {
            // Half of the runs begin with nothing at all; nobody knows of an earlier one.
            if (at % 2 == 0)
            {
                bench.Warehouse("drop schema if exists cdp_planner cascade");
                foreach (var file in Directory.GetFiles(bench.Folder, "control.db*"))
                    File.Delete(file);
                bench.Destination.Rows.Clear();
            }

            Change(bench, at);
            harness.Account.Emulator.StatementsLeft = at / 2;
            await Record.ExceptionAsync(() => bench.RunsAsync());
            broken += harness.Account.Emulator.StatementsLeft == 0 ? 1 : 0;
            harness.Account.Emulator.StatementsLeft = null;
            await ConvergesAsync(bench, harness, $"statement {at}");
        }

        Assert.InRange(broken, 20, MostStatements);
    }

    [Fact]
    public async Task A_sync_belongs_to_the_process_that_came_last()
    {
        using var bench = new SyncBench(new SnowflakeInsideHarness(), "mirror");
        bench.Create(3, "i as id, 'name ' || i as name");
        JournalEntry[] Done(string run) => [new(run, Operation.Upsert, 0, 2, 3, Done: true)];
        await bench.PlanningAsync("run1", async (planner, request) =>
        {
            await using var plan = await planner.PlanAsync(request, default);
            await using var later = await planner.PlanAsync(request with { RunId = "run2" }, default);
            var error = await Assert.ThrowsAsync<WarehouseException>(() => plan.AdvanceAsync(Done("run1"), [], [], default));
            Assert.StartsWith("sync rows was taken over by another process", error.Message, StringComparison.Ordinal);
            error = await Assert.ThrowsAsync<WarehouseException>(() => plan.WriteHistoryAsync(Done("run1"), [], request.AsOf, default));
            Assert.StartsWith("sync rows was taken over by another process", error.Message, StringComparison.Ordinal);
            Assert.Equal(3, (await later.AdvanceAsync(Done("run2"), [], [], default)).Accepted);
            return true;
        });
        Assert.Equal(RunStatus.Unchanged, (await bench.RunAsync()).Status);
    }

    [Fact]
    public async Task W2_A_look_leaves_no_table_and_drops_what_a_dead_one_left()
    {
        using var bench = new SyncBench(new SnowflakeInsideHarness(), "mirror");
        bench.Create(3, "i as id, 'name ' || i as name");
        bench.Warehouse("insert into rows select * from rows where id = 1");
        Assert.Equal(2, await bench.LookAsync(plan => Task.FromResult(plan.Summary.Added)));
        Assert.Empty(bench.Kept);

        var now = string.Create(CultureInfo.InvariantCulture, $"LOOK_{DateTime.UtcNow:yyyyMMddHHmmss}_OTHER_PLAN");
        bench.Warehouse($"create table cdp_planner.look_20261101000000_dead_plan (seq bigint); create table cdp_planner.{now} (seq bigint)");
        await bench.LookAsync(plan =>
        {
            Assert.Matches("^query [0-9a-f-]{36}, scans about [0-9]+ of [0-9]+ micro-partitions$", plan.Records[0]);
            return Task.FromResult(true);
        });
        Assert.Equal([now], bench.Kept);
    }

    [Fact]
    public async Task W16_Rows_whose_result_is_gone_are_asked_for_again()
    {
        var harness = new SnowflakeTroubleHarness();
        using var bench = new SyncBench(harness, "mirror");
        bench.Create(10_000, "i as id, 'name ' || i as name");
        harness.Account.Emulator.RowsPerPartition = 3000;
        harness.Account.Emulator.Script.Add(new ReverseEtl.Snowflake.Emulator.Trouble(ReverseEtl.Snowflake.Emulator.Step.Partition) { Status = 404 });
        Assert.Equal(10_000, (await bench.RunAsync()).Accepted);
        Assert.Equal(10_000, bench.Destination.Rows.Count);
        Assert.Equal(RunStatus.Unchanged, (await bench.RunAsync()).Status);
    }

    [Fact]
    public async Task W7_Where_hash_functions_became_others_every_row_is_sent_and_none_counts_as_changed()
    {
        var harness = new SnowflakeInsideHarness();
        using var bench = new SyncBench(harness, "mirror");
        bench.Create(10, "i as id, 'name ' || i as name");
        await bench.RunAsync();
        // As another version of Snowflake would leave it.
        var tables = new SyncTables(new SnowflakePlannerDialect(), harness.Scope, "rows");
        bench.Warehouse($"update {tables.Snapshot} set row_hash = row_hash + 1; update {tables.Meta} set value = '{{\"probe\":\"old\"}}' where name = 'HashFunctions'");

        Assert.Equal((0, 10, 10), (await bench.RunAsync()) is var run ? (run.Changed, run.Resent, run.Accepted) : default);
        Assert.Equal(RunStatus.Unchanged, (await bench.RunAsync()).Status);
    }

    [Theory]
    [InlineData("varchar", "'1'", "'1 '", true)]
    [InlineData("float", "0.1", "0.1000000000000001", true)]
    [InlineData("number(10, 2)", "1.5", "1.51", true)]
    [InlineData("timestamp_tz", "to_timestamp_tz('2026-11-22 07:37:01.250000 +0000', 'YYYY-MM-DD HH24:MI:SS.FF6 TZHTZM')", "to_timestamp_tz('2026-11-22 07:37:01.250001 +0000', 'YYYY-MM-DD HH24:MI:SS.FF6 TZHTZM')", true)]
    [InlineData("variant", "parse_json('{\"a\":1}')", "parse_json('{\"a\":2}')", true)]
    [InlineData("variant", "parse_json('{\"a\":1}')", "parse_json('{ \"a\" : 1 }')", false)]
    public async Task W4_What_is_sent_otherwise_has_another_hash(string type, string before, string after, bool isOther)
    {
        using var bench = new SyncBench(new SnowflakeInsideHarness(), "mirror");
        bench.Warehouse($"create table rows (id number(10, 0), name {type}); insert into rows select 1, {before}");
        await bench.RunAsync();
        bench.Warehouse($"update rows set name = {after}");
        Assert.Equal(isOther ? 1 : 0, (await bench.RunAsync()).Changed);
    }

    private static SyncBench Told(SnowflakeTroubleHarness harness)
    {
        var bench = new SyncBench(harness, "mirror", map: "name: name\nmail: mail");
        (bench.Destination.Identifiers, bench.Destination.MaxBatchRows, bench.Between) = (["mail"], 8, TimeSpan.FromHours(1));
        bench.Create(20, "i as id, 'name ' || i as name, i || '@example.com' as mail");
        return bench;
    }

    // Something of every kind; every third time nothing at all, so that a run without changes breaks too.
    private static void Change(SyncBench bench, int at)
    {
        if (at % 3 != 0)
            bench.Warehouse($"update rows set name = '{at}' where id % 5 = {at % 5}; update rows set mail = '{at}@example.com' where id % 7 = {at % 7}; delete from rows where id = {at % 20}; insert into rows values ({20 + at}, 'new', '{at}@new.example')");
        bench.Destination.Refuse = key => key == $"{19 + at}" ? RowOutcome.Rejected("bad", "no") : null;
    }

    private static async Task ConvergesAsync(SyncBench bench, SnowflakeInsideHarness harness, string at)
    {
        bench.Destination.Refuse = _ => null;
        var runs = await bench.RunsAsync(new() { RetryRejected = true });
        Assert.All(runs, run => Assert.True(run.Status is RunStatus.Succeeded or RunStatus.Unchanged or RunStatus.Failed, $"{at}: {run.Status}"));
        Assert.Equal(harness.Rows("select to_varchar(id), '{\"name\":\"' || name || '\",\"mail\":\"' || mail || '\"}' from \"ROWS\""), bench.Destination.Rows);
        Assert.Equal(RunStatus.Unchanged, (await bench.RunAsync()).Status);
        Assert.DoesNotContain(bench.Kept, table => table.Contains("_PLAN_", StringComparison.Ordinal));
    }
}
