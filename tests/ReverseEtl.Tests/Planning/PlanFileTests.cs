using ReverseEtl.Core.Delivery;
using ReverseEtl.Core.Planning;
using ReverseEtl.Core.State;
using ReverseEtl.Tests.DuckDb;

namespace ReverseEtl.Tests.Planning;

/// <summary>A plan has a file of its own; which plan there is, and what the snapshot is equal to, is said by the sync's file alone.</summary>
public sealed class PlanFileTests
{
    private const string Ten = "create table rows as select i as id, 'name ' || i as name from range(10) t(i)";

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
        Assert.DoesNotContain(bench.Files, file => file.Contains(".plan.", StringComparison.Ordinal));
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

    private static SyncBench Bench()
    {
        var bench = new SyncBench("mirror");
        bench.Warehouse(Ten);
        return bench;
    }

    private static string PlanFile(SyncBench bench) => Path.Combine(bench.SyncFolder, "rows.plan.duckdb");

    private static Task PlanAsync(SyncBench bench, string run) => bench.PlanningAsync(run, async (planner, request) =>
    {
        await using var plan = await planner.PlanAsync(request, default);
        return true;
    });

    private static async Task<List<(long Seq, string Key)>> NumbersAsync(IChangePlan plan)
    {
        var numbers = new List<(long, string)>();
        await foreach (var batch in plan.ReadAsync(Operation.Upsert, -1, long.MaxValue, 100, null, default))
            numbers.AddRange(Enumerable.Range(0, batch.Count).Select(row => (batch.Seq[row], batch.KeyText(row))));
        return numbers;
    }

    private static bool KnowsModel(SyncBench bench)
    {
        using var connection = Db.Open($"Data Source={Path.Combine(bench.SyncFolder, "rows.duckdb")}");
        return connection.Value<long>("select count(*) from meta where name = 'SnapshotVectors'") == 1;
    }
}
