using ReverseEtl.Core.Delivery;
using ReverseEtl.Core.State;
using Xunit;

namespace ReverseEtl.Conformance.Planner;

/// <summary>Rejected rows are tried again after growing waits, until they are accepted or change.</summary>
public abstract class RetryConformance<THarness> : PlannerSuite<THarness>
    where THarness : IPlannerHarness, new()
{
    [Fact]
    public async Task W14_The_wait_doubles_up_to_the_longest_one()
    {
        using var bench = await RefusedAsync("retry: { first: 10m, longest: 30m }");
        var attempts = new List<int>();
        for (var minute = 5; minute <= 120; minute += 5)
        {
            var run = await bench.RunAsync();
            Assert.Equal(RunStatus.Partial, run.Status);
            Assert.Equal(1, run.Rejected + run.Waiting);
            if (run.Rejected == 1)
                attempts.Add(minute);
        }

        Assert.Equal([10, 30, 60, 90, 120], attempts);
        Assert.Equal(6, Assert.Single(await RejectedAsync(bench)).Attempts);
    }

    [Fact]
    public async Task W14_A_row_that_waits_is_counted_and_listed_and_the_others_go_on()
    {
        using var bench = await RefusedAsync("retry: { first: 1h }");
        bench.Warehouse("update rows set name = 'new' where id = 1");

        var run = await bench.RunAsync();

        Assert.Equal((RunStatus.Partial, 1, 0, 1), (run.Status, run.Accepted, run.Rejected, run.Waiting));
        Assert.Equal(("3", 1), (await RejectedAsync(bench)) is [var row] ? (row.Key, row.Attempts) : default);
        Assert.Equal(1, await bench.LookAsync(plan => Task.FromResult(plan.Summary.Waiting)));
    }

    [Fact]
    public async Task W14_A_row_that_changes_is_tried_at_once_and_its_waits_begin_anew()
    {
        using var bench = await RefusedAsync("retry: { first: 1h }");
        bench.Warehouse("update rows set name = 'better' where id = 3");
        Assert.Equal((1, 0), ((await bench.RunAsync()) is var refused ? refused.Rejected : 0, refused.Waiting));

        bench.Destination.Refuse = _ => null;
        bench.Warehouse("update rows set name = 'best' where id = 3");
        Assert.Equal((RunStatus.Succeeded, 1), ((await bench.RunAsync()) is var run ? run.Status : default, run.Accepted));
        Assert.Empty(await RejectedAsync(bench));
        Assert.Equal(RunStatus.Unchanged, (await bench.RunAsync()).Status);
    }

    [Fact]
    public async Task W14_After_the_last_attempt_a_row_waits_until_it_changes_or_is_asked_for()
    {
        using var bench = await RefusedAsync("retry: { first: 5m, max_attempts: 2 }");
        bench.Between = TimeSpan.FromDays(2);
        Assert.Equal((1, 0), ((await bench.RunAsync()) is var second ? second.Rejected : 0, second.Waiting));
        Assert.Equal((0, 1), ((await bench.RunAsync()) is var third ? third.Rejected : 0, third.Waiting));

        bench.Destination.Refuse = _ => null;
        Assert.Equal((RunStatus.Succeeded, 1), ((await bench.RunAsync(new() { RetryRejected = true })) is var run ? run.Status : default, run.Accepted));
        Assert.Empty(await RejectedAsync(bench));
    }

    [Fact]
    public async Task W14_A_row_that_is_put_off_comes_at_its_time_breaks_no_guard_and_was_not_tried()
    {
        using var bench = Bench("upsert");
        bench.Between = TimeSpan.FromMinutes(5);
        bench.SyncYaml = bench.SyncYaml.Replace("min_rows: 0", "min_rows: 0, max_rejected: 1", StringComparison.Ordinal) + "\nretry: { first: 1h, max_attempts: 2 }\n";
        bench.Create(5, "i as id, 'name ' || i as name");
        var until = bench.AsOf.AddMinutes(18);
        bench.Destination.Refuse = key => key is "3" or "4" ? RowOutcome.PutOff("quiet_hours", "later", until) : null;

        Assert.Equal((RunStatus.Partial, 3, 0, 2), (await bench.RunAsync()) is var run ? (run.Status, run.Accepted, run.Rejected, run.Waiting) : default);
        Assert.Equal((0, 2), (await bench.RunAsync()) is var early ? (early.Rejected, early.Waiting) : default);
        Assert.Equal((0, 2), (await bench.RunAsync()) is var later ? (later.Rejected, later.Waiting) : default);

        // Due now, and refused for the first of two times.
        bench.Destination.Refuse = key => key == "3" ? RowOutcome.Rejected("bad", "no") : null;
        Assert.Equal((1, 1, 0), (await bench.RunAsync()) is var due ? (due.Accepted, due.Rejected, due.Waiting) : default);
        bench.Between = TimeSpan.FromHours(2);
        Assert.Equal((1, 0), (await bench.RunAsync()) is var second ? (second.Rejected, second.Waiting) : default);
    }

    [Fact]
    public async Task W14_A_row_that_is_refused_for_good_waits_until_it_changes_or_is_asked_for()
    {
        using var bench = Bench("upsert");
        bench.Between = TimeSpan.FromDays(9);
        bench.Create(5, "i as id, 'name ' || i as name");
        bench.Destination.Refuse = key => key == "3" ? RowOutcome.RejectedForGood("opted_out", "no") : null;
        Assert.Equal((4, 1, 0), (await bench.RunAsync()) is var run ? (run.Accepted, run.Rejected, run.Waiting) : default);

        Assert.Equal((0, 1), (await bench.RunAsync()) is var later ? (later.Rejected, later.Waiting) : default);
        Assert.Equal((1, 0), (await bench.RunAsync(new() { RetryRejected = true })) is var asked ? (asked.Rejected, asked.Waiting) : default);
        bench.Warehouse("update rows set name = 'other' where id = 3");
        Assert.Equal((1, 0), (await bench.RunAsync()) is var changed ? (changed.Rejected, changed.Waiting) : default);
    }

    [Fact]
    public async Task W14_A_row_that_becomes_what_was_told_is_settled()
    {
        using var bench = Bench("upsert");
        bench.Create(5, "i as id, 'name ' || i as name");
        await bench.RunAsync();
        bench.Destination.Refuse = _ => RowOutcome.Rejected("bad", "no");
        bench.Warehouse("update rows set name = 'bad' where id = 3");
        await bench.RunAsync();
        bench.Warehouse("update rows set name = 'name 3' where id = 3");

        Assert.Equal(RunStatus.Unchanged, (await bench.RunAsync()).Status);
        Assert.Empty(await RejectedAsync(bench));
    }

    /// <summary>A sync whose row 3 of five was refused once; runs follow each other after five minutes.</summary>
    private static async Task<SyncBench> RefusedAsync(string retry)
    {
        var bench = Bench("upsert");
        bench.Between = TimeSpan.FromMinutes(5);
        bench.SyncYaml += $"\n{retry}\n";
        bench.Create(5, "i as id, 'name ' || i as name");
        bench.Destination.Refuse = key => key == "3" ? RowOutcome.Rejected("bad", "no") : null;
        Assert.Equal((4, 1), ((await bench.RunAsync()) is var run ? run.Accepted : 0, run.Rejected));
        return bench;
    }

    private static async Task<IReadOnlyList<RejectedRow>> RejectedAsync(SyncBench bench)
    {
        await using var store = await bench.StoreAsync();
        return await store.ListRejectedAsync("rows", 10, default);
    }
}
