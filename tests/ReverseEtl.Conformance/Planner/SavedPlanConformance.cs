using ReverseEtl.Core.Delivery;
using ReverseEtl.Core.State;
using Xunit;

namespace ReverseEtl.Conformance.Planner;

/// <summary>A plan that is saved is what is sent, whatever became of the warehouse; it is refused when what it was made from moved.</summary>
public abstract class SavedPlanConformance<THarness> : PlannerSuite<THarness>
    where THarness : IPlannerHarness, new()
{
    private const string Ten = "i as id, 'name ' || i as name, i || '@example.com' as email";

    [Fact]
    public async Task W17_Exactly_the_saved_plan_is_sent_though_the_warehouse_went_on()
    {
        using var bench = await ToldAsync();
        bench.Warehouse("update rows set name = 'new' where id = 4; update rows set email = 'new@example.com' where id = 5; delete from rows where id = 7; insert into rows values (10, 'ten', '10@example.com')");
        var saved = await bench.SaveAsync();
        bench.Warehouse("update rows set name = 'newer' where id = 4; delete from rows where id = 8; insert into rows values (11, 'eleven', null)");

        var run = await bench.ApplyAsync(saved);

        Assert.Equal((RunStatus.Succeeded, 1, 2, 1, 4), (run.Status, run.Added, run.Changed, run.Removed, run.Accepted));
        Assert.Equal("""{"name":"new","mail":"4@example.com"}""", bench.Destination.Rows["4"]);
        Assert.Equal("""{"mail":"5@example.com"}""", bench.Destination.RemovedIdentifiers["5"]);
        Assert.Equal("""{"mail":"7@example.com"}""", bench.Destination.RemovedIdentifiers["7"]);
        Assert.Contains("8", bench.Destination.Rows.Keys);
        // What came since is the next plan's.
        Assert.Equal((1, 1, 1), ((await bench.RunAsync()) is var next ? next.Added : 0, next.Changed, next.Removed));
        Assert.Equal(RunStatus.Unchanged, (await bench.RunAsync()).Status);
    }

    [Fact]
    public async Task W17_The_same_inputs_give_the_same_bytes()
    {
        using var bench = Bench("mirror", map: "name: name");
        bench.Create(200_000, "i as id, 'name ' || (i * 7919) % 100003 as name");
        bench.Warehouse("insert into rows values (3, 'twice'), (null, 'nobody')");

        var first = await bench.SaveAsync();
        var second = await bench.SaveAsync();

        Assert.Equal(first.Plan.Rows, second.Plan.Rows);
        Assert.Equal(first.Plan.Snapshot, second.Plan.Snapshot);
        Assert.Equal(199_999, first.Plan.Summary.Added);
        Assert.Equal((RunStatus.Partial, 199_999, 3), ((await bench.ApplyAsync(second)) is var run ? run.Status : default, run.Accepted, run.Quarantined));
        await using var store = await bench.StoreAsync();
        Assert.Equal(2, (await store.ListQuarantineAsync("rows", default)).Count);
    }

    [Fact]
    public async Task W17_A_plan_is_refused_once_the_destination_was_told_something_else()
    {
        using var bench = await ToldAsync();
        bench.Warehouse("update rows set name = 'new' where id = 4");
        var saved = await bench.SaveAsync();
        await bench.RunAsync();
        bench.Destination.Batches.Clear();

        var run = await bench.ApplyAsync(saved);

        Assert.Equal((RunStatus.Stopped, "plan: the destination was told something else since the plan was made; plan again"), (run.Status, run.Guard));
        Assert.Empty(bench.Destination.Batches);
        Assert.Equal(RunStatus.Unchanged, (await bench.RunAsync()).Status);
    }

    [Fact]
    public async Task W17_A_plan_is_refused_once_a_row_of_it_was_refused_or_is_in_doubt()
    {
        using var bench = await ToldAsync();
        bench.Warehouse("update rows set name = 'new' where id = 4");
        var saved = await bench.SaveAsync();
        bench.Destination.Refuse = _ => RowOutcome.Rejected("bad", "no");
        await bench.RunAsync();

        Assert.Equal(RunStatus.Stopped, (await bench.ApplyAsync(saved)).Status);
    }

    [Fact]
    public async Task W17_A_plan_is_refused_once_the_mapping_changed()
    {
        using var bench = await ToldAsync();
        bench.Warehouse("update rows set name = 'new' where id = 4");
        var saved = await bench.SaveAsync();
        bench.Map("mirror", "name: name\nmail: { const: nobody }");
        bench.Destination.Batches.Clear();

        Assert.StartsWith("plan: the sync's mapping", (await bench.ApplyAsync(saved)).Guard, StringComparison.Ordinal);
        Assert.StartsWith("plan: the model", (await bench.ApplyAsync((saved.Plan with { Model = "another" }, saved.Path))).Guard, StringComparison.Ordinal);
        Assert.Empty(bench.Destination.Batches);
    }

    [Fact]
    public async Task W17_A_plan_is_refused_while_an_interrupted_run_is_open()
    {
        using var bench = await ToldAsync();
        bench.Warehouse("update rows set name = 'new' where id = 4");
        var saved = await bench.SaveAsync();
        bench.Destination.Before = _ => throw new InvalidOperationException("the process dies here");
        await Assert.ThrowsAsync<InvalidOperationException>(() => bench.RunAsync());
        bench.Destination.Before = _ => { };

        Assert.Contains("was interrupted", (await bench.ApplyAsync(saved)).Guard, StringComparison.Ordinal);
        Assert.Equal(2, (await bench.RunsAsync()).Count);
    }

    [Fact]
    public async Task W17_An_apply_that_died_is_finished_by_the_next_run()
    {
        using var bench = await ToldAsync();
        bench.Warehouse("update rows set name = 'new' where id < 8");
        bench.Destination.MaxBatchRows = 2;
        var saved = await bench.SaveAsync();
        bench.Destination.Before = batch =>
        {
            if (batch.Seq[0] >= 4)
                throw new InvalidOperationException("the process dies here");
        };
        await Assert.ThrowsAsync<InvalidOperationException>(() => bench.ApplyAsync(saved));
        bench.Destination.Before = _ => { };

        var runs = await bench.RunsAsync();

        Assert.Equal([(8, RunStatus.Succeeded), (0, RunStatus.Unchanged)], runs.Select(run => ((int)run.Accepted, run.Status)));
    }

    [Fact]
    public async Task W17_Values_of_all_types_arrive_as_they_would_without_the_file()
    {
        using var run = Bench("mirror");
        using var applied = Bench("mirror");
        run.CreateAllTypes(10);
        applied.CreateAllTypes(10);

        await run.RunAsync();
        var saved = await applied.SaveAsync();
        Assert.Equal((RunStatus.Succeeded, 10), ((await applied.ApplyAsync(saved)) is var record ? record.Status : default, record.Accepted));

        Assert.Equal(10, run.Destination.Rows.Count);
        Assert.Equal(run.Destination.Rows.OrderBy(row => row.Key), applied.Destination.Rows.OrderBy(row => row.Key));
        Assert.Equal(RunStatus.Unchanged, (await applied.RunAsync()).Status);
        Assert.Equal(await SnapshotAsync(run), await SnapshotAsync(applied));
    }

    private static async Task<string> SnapshotAsync(SyncBench bench) => (await bench.SaveAsync()).Plan.Snapshot;

    private static async Task<SyncBench> ToldAsync()
    {
        var bench = Bench("mirror", map: "name: name\nmail: email");
        bench.Destination.Identifiers = ["mail"];
        bench.Create(10, Ten);
        await bench.RunAsync();
        return bench;
    }
}
