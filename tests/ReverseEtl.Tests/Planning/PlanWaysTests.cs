using ReverseEtl.Conformance.Planner;

namespace ReverseEtl.Tests.Planning;

/// <summary>The local planner has several ways to make a plan, and goes from one to another on its way.</summary>
public sealed class PlanWaysTests
{
    // Enough rows for several threads, on which the scans that find this out are given up.
    [Fact]
    public async Task Where_all_rows_have_changed_a_join_makes_the_plan()
    {
        const int rows = 300_000;
        using var bench = new SyncBench(new DuckDbHarness(), "mirror");
        bench.Create(rows, "i as id, 'name ' || i as name");
        Assert.Equal(rows, (await bench.RunAsync()).Added);
        Assert.True(await bench.LookAsync(plan => Task.FromResult(plan.Summary.IsUnchanged)));
        bench.Warehouse("update rows set name = name || '*'; delete from rows where id < 10");
        for (var look = 0; look < 2; look++)
        {
            var summary = await bench.LookAsync(plan => Task.FromResult(plan.Summary));
            Assert.Equal((0, rows - 10, 10, 0, rows - 10, rows), (summary.Added, summary.Changed, summary.Removed, summary.Quarantined, summary.ModelRows, summary.SnapshotRows));
        }
    }
}
