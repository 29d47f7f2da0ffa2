using ReverseEtl.Conformance.Planner;
using ReverseEtl.Core.Delivery;
using ReverseEtl.Core.Planning;
using ReverseEtl.Core.State;
using ReverseEtl.Tests.DuckDb;

namespace ReverseEtl.Tests.Planning;

/// <summary>A plan has a file of its own; which plan there is, and what the snapshot is equal to, is said by the sync's file alone.</summary>
public sealed class PlanFileTests
{
        [Fact]
    public async Task A_plan_is_found_again_as_it_was_and_its_file_goes_with_it()
    {
        using var bench = Bench();
        var made = await bench.PlanningAsync("run0001", async (planner, request) =>
        {
            // Left as a process leaves it that is killed.
            await using var plan = await planner.PlanAsync(request, default);
            return await NumbersAsync(plan);
        });
        Assert.Equal(10, made.Count);
        bench.Warehouse("delete from rows where id < 5");
        var found = await bench.PlanningAsync("run0001", async (planner, request) =>
        {
            await using var plan = await planner.ReopenAsync(request, default);
            var numbers = await NumbersAsync(plan!);
            await plan!.DiscardAsync(default);
            return numbers;
        });
        Assert.Equal(made, found);
        Assert.False(File.Exists(PlanFile(bench)));
        Assert.False(await bench.PlanningAsync("run0001", async (planner, request) => await planner.ReopenAsync(request, default) is not null));
    }

    [Fact]
    public async Task A_plan_without_its_file_is_gone()
    {
        using var bench = Bench();
        await PlanAsync(bench, "run0001");
        File.Delete(PlanFile(bench));
        Assert.False(await bench.PlanningAsync("run0001", async (planner, request) => await planner.ReopenAsync(request, default) is not null));
        Assert.Equal(10, (await bench.RunAsync()).Added);
    }

    [Fact]
    public async Task A_file_that_is_not_named_is_garbage_whatever_it_holds()
    {
        using var bench = Bench();
        await PlanAsync(bench, "run0001");
        var left = await File.ReadAllBytesAsync(PlanFile(bench));
        await bench.PlanningAsync("run0001", async (planner, request) =>
        {
            await using var plan = await planner.ReopenAsync(request, default);
            await plan!.DiscardAsync(default);
            return true;
        });

        // The process was killed between the sync's transaction and the deletion.
        await File.WriteAllBytesAsync(PlanFile(bench), left);
        Assert.False(await bench.PlanningAsync("run0001", async (planner, request) => await planner.ReopenAsync(request, default) is not null));
        // Or while it wrote the plan.
        await File.WriteAllTextAsync(PlanFile(bench), "half a page");
        Assert.Equal(10, (await bench.RunAsync()).Added);
        Assert.Equal(10, bench.Destination.Rows.Count);
        Assert.DoesNotContain(bench.Kept, file => file.Contains(".plan.", StringComparison.Ordinal));
    }

    [Fact]
    public async Task What_the_snapshot_is_equal_to_is_known_after_an_advance_by_the_whole_plan_only()
    {
        using var bench = Bench();
        await bench.RunAsync();
        Assert.True(KnowsModel(bench));

        // A plan that nothing came of changes nothing.
        bench.Warehouse("update rows set name = 'new' where id > 7");
        await PlanAsync(bench, "run0002");
        Assert.True(KnowsModel(bench));
        bench.Warehouse("update rows set name = 'newer' where id = 9");
        bench.Destination.Refuse = key => key == "8" ? RowOutcome.Rejected("invalid_name", "not a name") : null;
        Assert.Equal(2, (await bench.RunAsync()).Changed);
        Assert.False(KnowsModel(bench));

        bench.Destination.Refuse = _ => null;
        Assert.Equal(1, (await bench.RunAsync()).Changed);
        Assert.True(KnowsModel(bench));
        bench.Warehouse("insert into rows values (3, 'twice')");
        Assert.Equal(2, (await bench.RunAsync()).Quarantined);
        // The snapshot is still what the model was before.
        bench.Warehouse("delete from rows where name = 'twice'");
        Assert.Equal(RunStatus.Unchanged, (await bench.RunAsync()).Status);
        Assert.True(KnowsModel(bench));
    }

    [Fact]
    public async Task Its_values_are_those_of_a_plan_in_memory_whatever_their_type()
    {
        const string Table = """
            create type mood as enum ('ok', 'Ærø');
            create table rows as select i as id, 170141183460469231731687303715884105727::hugeint - i as h, 340282366920938463463374607431768211455::uhugeint as uh,
                99999999999999999999999999999999999.999::decimal(38, 3) as d38, -0.25::decimal(2, 2) as d2, (i - 9223372036854775808)::bigint as lo, 18446744073709551615::ubigint as ub, 255::utinyint as ut,
                (i / 3)::float as f, if(i = 1, 'nan'::double, '-infinity'::double) as db, if(i = 1, '-infinity'::date, '9999-12-31'::date) as dt,
                time '24:00:00' as t, '11:30:00.123456+05:30'::timetz as tz, '01:02:03.123456789'::time_ns as tn,
                timestamp '0001-01-01 00:00:00.000001' as ts, 'infinity'::timestamp as inf, timestamptz '2026-01-02 03:04:05.6+02' as tstz, '-infinity'::timestamptz as tsinf,
                timestamp_s '2026-01-02 03:04:05' as tss, timestamp_ms '2026-01-02 03:04:05.678' as tsms, timestamp_ns '2026-01-02 03:04:05.123456789' as tsns,
                interval '13 months 3 days 4.000005 seconds' as iv, '\x00\xFFa'::blob as bl, '0101'::bit as bi, uuid '6ba7b810-9dad-11d1-80b4-00c04fd430c8' as u,
                [i, null] as li, {'x': i} as st, '{"j":[1, 2.50]}'::json as js, if(i = 2, null, '' || chr(0) || '日本') as tx, i % 2 = 0 as bo, 'Ærø'::mood as m
            from range(3) r(i)
            """;
        var columns = "h uh d38 d2 lo ub ut f db dt t tz tn ts inf tstz tsinf tss tsms tsns iv bl bi u li st js tx bo m".Split(' ');
        using var bench = new SyncBench(new DuckDbHarness(), "mirror", map: string.Join('\n', columns.Select(column => $"{column}: {column}")));
        bench.Warehouse(Table);
        var shown = await bench.LookAsync(TellAsync);
        Assert.Equal(3, shown.Count);
        Assert.Equal(shown, await bench.PlanningAsync("run0001", async (planner, request) =>
        {
            await using var plan = await planner.PlanAsync(request, default);
            return await TellAsync(plan);
        }));
    }

    [Fact]
    public async Task Its_rows_are_numbered_by_their_place()
    {
        using var bench = new SyncBench(new DuckDbHarness(), "mirror");
        bench.Create(50000, "i as id, 'name ' || i as name");
        var made = await bench.PlanningAsync("run0001", async (planner, request) =>
        {
            await using var plan = await planner.PlanAsync(request, default);
            return await NumbersAsync(plan);
        });
        Assert.Equal(Enumerable.Range(0, 50000).Select(seq => (long)seq), made.Select(row => row.Seq));
    }

    [Fact]
    public async Task Keys_of_all_types_are_found_in_the_snapshot_again()
    {
        using var bench = new SyncBench(new DuckDbHarness(), "mirror", "[h, uh, d, s, ms, ns, tz, dt, t, u]");
        bench.Warehouse("""
            create table rows as select 170141183460469231731687303715884105727::hugeint - i as h, i::uhugeint as uh, 9999999999999999999999.125::decimal(38, 3) as d, timestamp_s '2026-01-02 03:04:05' as s,
                timestamp_ms '2026-01-02 03:04:05.678' as ms, timestamp_ns '2026-01-02 03:04:05.123456789' as ns, 'infinity'::timestamptz as tz, date '2026-01-02' as dt, time '01:02:03.5' as t,
                uuid '6ba7b810-9dad-11d1-80b4-00c04fd430c8' as u, 'name ' || i as name from range(4) r(i)
            """);
        Assert.Equal(4, (await bench.RunAsync()).Accepted);
        bench.Warehouse("update rows set name = 'new' where uh = 1; delete from rows where uh = 2");
        var run = await bench.RunAsync();
        Assert.Equal((0L, 1L, 1L, 2L), (run.Added, run.Changed, run.Removed, run.Accepted));
        Assert.Equal(RunStatus.Unchanged, (await bench.RunAsync()).Status);
        Assert.Equal(3, bench.Destination.Rows.Count);
    }

    [Fact]
    public async Task Rows_that_are_left_out_for_several_reasons_are_counted_once()
    {
        using var bench = Bench();
        bench.Destination.Refuse = key => key is "1" or "2" ? RowOutcome.Rejected("invalid_name", "not a name") : null;
        await bench.RunAsync();
        bench.Warehouse("insert into rows values (2, 'twice'), (null, 'none'), (10, 'new')");
        var (summary, numbers) = await bench.PlanningAsync("run0002", async (planner, request) =>
        {
            await using var plan = await planner.PlanAsync(request, default);
            return (plan.Summary, await NumbersAsync(plan));
        });
        Assert.Equal((1L, 3L, 1L), (summary.Added, summary.Quarantined, summary.Waiting));
        Assert.Equal(["10"], numbers.Select(number => number.Key));
    }

    private static async Task<List<KeyValuePair<string, string>>> TellAsync(IChangePlan plan)
    {
        await using var destination = new MemoryDestination();
        await foreach (var batch in plan.ReadAsync(Operation.Upsert, -1, long.MaxValue, 100, null, default))
            await destination.DeliverAsync(batch, default);
        return [.. destination.Rows.OrderBy(row => row.Key, StringComparer.Ordinal)];
    }

    private static SyncBench Bench()
    {
        var bench = new SyncBench(new DuckDbHarness(), "mirror");
        bench.Create(10, "i as id, 'name ' || i as name");
        return bench;
    }

    private static string PlanFile(SyncBench bench) => Path.Combine(DuckDbHarness.SyncFolder(bench), "rows.plan.parquet");

    private static Task PlanAsync(SyncBench bench, string run) => bench.PlanningAsync(run, async (planner, request) =>
    {
        await using var plan = await planner.PlanAsync(request, default);
        return true;
    });

    private static async Task<List<(long Seq, string Key)>> NumbersAsync(IChangePlan plan, long afterSeq = -1, long upToSeq = long.MaxValue)
    {
        var numbers = new List<(long, string)>();
        await foreach (var batch in plan.ReadAsync(Operation.Upsert, afterSeq, upToSeq, 100, null, default))
            numbers.AddRange(Enumerable.Range(0, batch.Count).Select(row => (batch.Seq[row], batch.KeyText(row))));
        return numbers;
    }

    private static bool KnowsModel(SyncBench bench)
    {
        using var connection = Db.Open($"Data Source={Path.Combine(DuckDbHarness.SyncFolder(bench), "rows.duckdb")}");
        return connection.Value<long>("select count(*) from meta where name = 'SnapshotVectors'") == 1;
    }
}
