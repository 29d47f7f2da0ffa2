using ReverseEtl.Core.Config;
using ReverseEtl.Core.Delivery;
using ReverseEtl.Core.Planning;
using ReverseEtl.Core.State;
using ReverseEtl.Core.Syncs;
using Xunit;

namespace ReverseEtl.Conformance.Planner;

/// <summary>Rule W19: after a replacement the destination holds exactly the model's rows, and the snapshot knows them, whatever happens on the way.</summary>
public abstract class ReplacementConformance<THarness> : PlannerSuite<THarness>
    where THarness : ILosingHarness, new()
{
    private static readonly RunOptions Replace = new() { Replace = true };
    private static readonly RunOptions ReplaceAnyhow = new() { Replace = true, AllowRemoved = Limit.Percent(100) };

    [Fact]
    public async Task W19_Everything_that_is_not_in_the_model_goes_and_the_rest_is_told_anew()
    {
        using var bench = await ToldAsync(20);
        bench.Warehouse("delete from rows where id = 3; update rows set name = 'new' where id = 4; insert into rows values (20, 'added')");
        bench.Destination.Rows["stranger"] = "put there by others";
        bench.Destination.Rows.Remove("5");
        bench.Destination.Rows["6"] = "drifted";
        bench.Destination.Batches.Clear();

        var run = await bench.RunAsync(Replace);

        Assert.Equal((RunStatus.Succeeded, 20, 0, 1, 20), (run.Status, run.Added, run.Changed, run.Removed, run.Accepted));
        Assert.Equal(Names([.. Enumerable.Range(0, 21).Except([3])], (4, "new"), (20, "added")), Held(bench));
        Assert.All(bench.Destination.Batches, batch => Assert.Equal(Operation.Upsert, batch.Operation));
        Assert.Equal(RunStatus.Unchanged, (await bench.RunAsync()).Status);
        Assert.Equal(("replace", "--replace"), await LastOrderAsync(bench));
    }

    [Fact]
    public async Task W19_A_first_sync_may_be_one()
    {
        using var bench = Bench("mirror");
        bench.Create(3, "i as id, 'name ' || i as name");
        bench.Destination.Rows["stranger"] = "put there by others";

        Assert.Equal(RunStatus.Succeeded, (await bench.RunAsync(ReplaceAnyhow)).Status);

        Assert.Equal(["0", "1", "2"], bench.Destination.Rows.Keys.Order());
        Assert.Equal(RunStatus.Unchanged, (await bench.RunAsync()).Status);
    }

    [Theory]
    [MemberData(nameof(ReplacementDeaths.All), MemberType = typeof(ReplacementDeaths))]
    public async Task W19_Whatever_step_it_dies_after_the_next_run_finishes_it(RunStep step, int time, bool emptiesFirst)
    {
        using var bench = await DyingAsync(step, time, emptiesFirst);
        bench.Warehouse("update rows set name = 'newer' where id = 8; delete from rows where id = 9");

        await bench.RunsAsync();

        // Where nothing was sent, nothing is finished: what others put there stays, and the rest is as it should be.
        var isForgotten = step is RunStep.Capture or RunStep.Diff;
        Assert.Equal(isForgotten && time == 1, bench.Destination.Rows.Remove("stranger"));
        Assert.Equal(Names([.. Enumerable.Range(0, 21).Except([3, 9])], (4, "new"), (8, "newer"), (20, "added")), Held(bench));
        Assert.Equal(RunStatus.Unchanged, (await bench.RunAsync()).Status);
    }

    [Theory]
    [InlineData("plan", true)]
    [InlineData("plan", false)]
    [InlineData("store", true)]
    [InlineData("store", false)]
    [InlineData("map", true)]
    [InlineData("map", false)]
    public async Task W19_One_that_cannot_be_finished_leaves_no_row_that_passes_for_told(string lost, bool emptiesFirst)
    {
        using var bench = await DyingAsync(RunStep.Done, 2, emptiesFirst);
        // Sent, and not in the model any more when the next run comes.
        bench.Warehouse("delete from rows where id < 10");
        if (lost == "plan")
            ((ILosingHarness)bench.Harness).LosePlan();
        else if (lost == "store")
            File.Delete(Path.Combine(bench.Folder, "control.db"));
        else
            bench.Map("mirror", "name: name\nagain: name\nmail: name");

        var last = await bench.RunAsync();

        Assert.Equal(RunStatus.Succeeded, last.Status);
        bench.Destination.Rows.Remove("stranger");
        Assert.Equal(Enumerable.Range(10, 11).Select(id => $"{id}").Order(), bench.Destination.Rows.Keys.Order());
        Assert.Equal(RunStatus.Unchanged, (await bench.RunAsync()).Status);
    }

    [Fact]
    public async Task W19_Rows_that_only_a_lost_one_told_of_are_removed_when_they_leave_the_model()
    {
        using var bench = Bench("mirror", map: "name: name\nmail: name");
        bench.Destination.Identifiers = ["mail"];
        bench.Destination.Concurrency = 1;
        bench.Create(20, "i as id, 'name ' || i as name");
        bench.Observer.OnStep = step =>
        {
            if (step is RunStep.Done)
                throw new InvalidOperationException("the process dies here");
        };
        await Assert.ThrowsAsync<InvalidOperationException>(() => bench.RunAsync(Replace));
        bench.Observer.OnStep = _ => { };
        ((ILosingHarness)bench.Harness).LosePlan();
        var sent = bench.Destination.Rows.Keys.ToList();
        Assert.InRange(sent.Count, 7, 14);
        bench.Warehouse($"delete from rows where id in ({string.Join(", ", sent)})");

        await bench.RunsAsync();

        Assert.Equal(20 - sent.Count, bench.Destination.Rows.Count);
        Assert.All(sent, key => Assert.Equal($$"""{"mail":"name {{key}}"}""", bench.Destination.RemovedIdentifiers[key]));
    }

    [Fact]
    public async Task W19_A_vendor_that_gives_up_on_the_way_leaves_everything_to_be_told_again()
    {
        using var bench = await ToldAsync(20);
        bench.Destination.EmptiesFirst = true;
        bench.Destination.Refuse = key => key == "15" ? RowOutcome.Rejected(Replacement.Ended, "the session is over") : null;

        var error = await Assert.ThrowsAsync<DestinationException>(() => bench.RunAsync(Replace));

        Assert.Contains("the session is over", error.Message, StringComparison.Ordinal);
        bench.Destination.Refuse = _ => null;
        var run = await bench.RunAsync();
        Assert.Equal((RunStatus.Succeeded, 20), (run.Status, run.Changed));
        Assert.Equal(20, bench.Destination.Rows.Count);
    }

    [Fact]
    public async Task W19_One_whose_end_was_not_answered_is_closed_by_the_next_run_without_sending_its_rows_again()
    {
        using var bench = await ToldAsync(20);
        bench.Destination.Rows["stranger"] = "put there by others";
        bench.Destination.RefusesToClose = RowOutcome.Unknown("timeout", "no answer");
        await Assert.ThrowsAsync<DestinationException>(() => bench.RunAsync(Replace));
        Assert.Contains("stranger", bench.Destination.Rows.Keys);
        bench.Destination.RefusesToClose = null;
        bench.Destination.Batches.Clear();

        var runs = await bench.RunsAsync();

        Assert.Equal([RunStatus.Succeeded, RunStatus.Unchanged], runs.Select(run => run.Status));
        Assert.Equal(1, Assert.Single(bench.Destination.Batches).Rows);
        Assert.Equal(20, bench.Destination.Rows.Count);
    }

    [Fact]
    public async Task W19_A_row_that_was_refused_is_not_there_and_not_in_the_snapshot()
    {
        using var bench = await ToldAsync(20);
        bench.Destination.Refuse = key => key == "7" ? RowOutcome.Rejected("bad", "no") : null;

        var run = await bench.RunAsync(Replace);

        Assert.Equal((RunStatus.Partial, 19, 1), (run.Status, run.Accepted, run.Rejected));
        Assert.DoesNotContain("7", bench.Destination.Rows.Keys);
        Assert.Equal(0, (await bench.HistoryAsync(history => history.MembersAsync(bench.AsOf, "7", 1, default))).Count);
        Assert.Equal(19, (await bench.HistoryAsync(history => history.MembersAsync(bench.AsOf, null, 1, default))).Count);
        bench.Destination.Refuse = _ => null;
        var next = await bench.RunAsync();
        Assert.Equal((RunStatus.Succeeded, 1), (next.Status, next.Added));
        Assert.Contains("7", bench.Destination.Rows.Keys);
    }

    [Fact]
    public async Task W19_Rows_that_wait_or_are_in_doubt_are_sent_with_all_others()
    {
        using var bench = await ToldAsync(20);
        bench.Destination.ReplaySafe = false;
        bench.Warehouse("update rows set name = 'new' where id in (1, 2)");
        bench.Destination.Refuse = key => key == "1" ? RowOutcome.Rejected("bad", "no") : null;
        bench.Destination.LosesAnswer = key => key == "2";
        bench.Between = TimeSpan.FromSeconds(1);
        await bench.RunAsync();
        Assert.Equal("2", Assert.Single(await bench.HeldAsync()).Key);
        bench.Destination.Refuse = _ => null;
        bench.Destination.LosesAnswer = _ => false;

        var run = await bench.RunAsync(Replace);

        Assert.Equal((RunStatus.Succeeded, 20, 0, 0), (run.Status, run.Accepted, run.Waiting, run.Unknown));
        Assert.Empty(await bench.HeldAsync());
        Assert.Equal(RunStatus.Unchanged, (await bench.RunAsync()).Status);
    }

    [Fact]
    public async Task W19_A_row_in_quarantine_vanishes_and_counts_as_such()
    {
        using var bench = await ToldAsync(20);
        bench.Warehouse("insert into rows values (5, 'doubled'), (null, 'nobody')");

        var run = await bench.RunAsync(Replace);

        Assert.Equal((RunStatus.Partial, 19, 1, 3), (run.Status, run.Added, run.Removed, run.Quarantined));
        Assert.DoesNotContain("5", bench.Destination.Rows.Keys);
        Assert.Equal(0, (await bench.HistoryAsync(history => history.MembersAsync(bench.AsOf, "5", 1, default))).Count);
        bench.Warehouse("delete from rows where name in ('doubled', 'nobody')");
        Assert.Equal(1, (await bench.RunAsync()).Added);
        Assert.Equal(20, bench.Destination.Rows.Count);
    }

    [Fact]
    public async Task W19_What_was_known_by_something_else_is_neither_left_nor_removed_by_it()
    {
        using var bench = Bench("mirror", map: "name: name\nmail: email");
        bench.Destination.Identifiers = ["mail"];
        bench.Create(20, "i as id, 'name ' || i as name, i || '@example.com' as email");
        await bench.RunAsync();
        bench.Warehouse("update rows set email = 'new@example.com' where id = 1");

        var run = await bench.RunAsync(Replace);
        Assert.Equal((RunStatus.Succeeded, 20), (run.Status, run.Added));

        Assert.Empty(bench.Destination.RemovedIdentifiers);
        bench.Warehouse("delete from rows where id = 1");
        await bench.RunAsync();
        Assert.Equal("""{"mail":"new@example.com"}""", bench.Destination.RemovedIdentifiers["1"]);
    }

    [Fact]
    public async Task W19_Another_mapping_is_no_obstacle()
    {
        using var bench = await ToldAsync(20);
        bench.Destination.Identifiers = ["mail"];
        bench.Map("mirror", "name: name\nmail: name");

        var run = await bench.RunAsync(Replace);
        Assert.Equal((RunStatus.Succeeded, 20), (run.Status, run.Added));

        Assert.Equal(RunStatus.Unchanged, (await bench.RunAsync()).Status);
        bench.Warehouse("delete from rows where id = 1");
        await bench.RunAsync();
        Assert.Equal("""{"mail":"name 1"}""", bench.Destination.RemovedIdentifiers["1"]);
    }

    [Fact]
    public async Task W19_Another_key_is_refused_as_ever()
    {
        using var bench = await ToldAsync(3);
        bench.Rekey("name");

        Assert.Contains("--rekey", (await Assert.ThrowsAsync<ProjectException>(() => bench.RunAsync(Replace))).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task W19_An_interrupted_run_of_changes_stays_one()
    {
        using var bench = await ToldAsync(20);
        bench.Warehouse("update rows set name = 'new'");
        bench.Observer.OnStep = step =>
        {
            if (step is RunStep.Done)
                throw new InvalidOperationException("the process dies here");
        };
        await Assert.ThrowsAsync<InvalidOperationException>(() => bench.RunAsync());
        bench.Observer.OnStep = _ => { };
        bench.Destination.Rows["stranger"] = "put there by others";

        var runs = await bench.RunsAsync(Replace);

        Assert.Equal([(20L, 0L), (0L, 20L)], runs.Select(run => (run.Changed, run.Added)));
        Assert.DoesNotContain("stranger", bench.Destination.Rows.Keys);
    }

    [Fact]
    public async Task W18_Members_that_nobody_told_of_count_for_the_guard_on_removals()
    {
        using var bench = await GuardedAsync();
        bench.Destination.Counts = () => 130;

        var stopped = await bench.RunAsync(Replace);

        Assert.Equal((RunStatus.Stopped, "max_removed (--replace): 30 of 130 rows (23.1%), 20% or 10 rows allowed: 0 were told and are in the model no more, 30 were put there by others"), (stopped.Status, stopped.Guard));
        Assert.Empty(bench.Destination.Batches);
        Assert.Equal(RunStatus.Unchanged, (await bench.RunAsync()).Status);
        Assert.Equal(RunStatus.Succeeded, (await bench.RunAsync(new RunOptions { Replace = true, AllowRemoved = Limit.Percent(30) })).Status);
    }

    [Fact]
    public async Task W18_Where_the_destination_does_not_count_it_must_be_allowed_expressly()
    {
        using var bench = await GuardedAsync();
        bench.Destination.Counts = () => null;

        var stopped = await bench.RunAsync(Replace);

        Assert.Equal(RunStatus.Stopped, stopped.Status);
        Assert.StartsWith("max_removed (--replace): the destination does not tell how many members it has", stopped.Guard, StringComparison.Ordinal);
        Assert.Empty(bench.Destination.Batches);
        Assert.Equal(RunStatus.Succeeded, (await bench.RunAsync(new RunOptions { Replace = true, AllowRemoved = Limit.Percent(0) })).Status);
    }

    [Fact]
    public async Task W18_A_model_without_rows_replaces_nothing_whatever_is_allowed()
    {
        using var bench = await ToldAsync(20);
        bench.Warehouse("delete from rows");

        var stopped = await bench.RunAsync(ReplaceAnyhow);

        Assert.Equal((RunStatus.Stopped, "min_rows: the model has 0 rows, at least 1 are asked for"), (stopped.Status, stopped.Guard));
        Assert.Equal(20, bench.Destination.Rows.Count);
    }

    [Fact]
    public async Task W18_One_of_which_too_many_rows_were_refused_is_not_closed()
    {
        using var bench = await GuardedAsync();
        bench.Destination.Rows["stranger"] = "put there by others";
        bench.Destination.Refuse = key => int.Parse(key) >= 70 ? RowOutcome.Rejected("bad", "no") : null;

        var stopped = await bench.RunAsync(Replace);

        Assert.Equal(RunStatus.Stopped, stopped.Status);
        Assert.StartsWith("max_removed (--replace): 30 of 100 rows (30%)", stopped.Guard, StringComparison.Ordinal);
        Assert.Equal(101, bench.Destination.Rows.Count);
        bench.Destination.Refuse = _ => null;
        var run = await bench.RunAsync();
        Assert.Equal((RunStatus.Succeeded, 100), (run.Status, run.Changed));
    }

    [Fact]
    public async Task W18_The_guard_on_rejected_rows_stops_one_on_its_way()
    {
        using var bench = await ToldAsync(100);
        bench.SyncYaml = bench.SyncYaml.Replace("min_rows: 0", "min_rows: 0, max_rejected: 10%", StringComparison.Ordinal);
        bench.Destination.Rows["stranger"] = "put there by others";
        bench.Destination.Refuse = _ => RowOutcome.Rejected("bad", "no");
        bench.Destination.Batches.Clear();

        var stopped = await bench.RunAsync(Replace);

        Assert.StartsWith("max_rejected: ", stopped.Guard, StringComparison.Ordinal);
        Assert.True(bench.Destination.Batches.Count < 15);
        Assert.Equal(101, bench.Destination.Rows.Count);
    }

    [Fact]
    public async Task W2_A_look_at_one_shows_what_would_vanish_and_writes_nothing()
    {
        using var bench = await ToldAsync(20);
        bench.Warehouse("delete from rows where id = 3");
        var before = bench.Kept.Order();

        var (summary, gone) = await bench.LookAsync(
            async plan => (plan.Summary, (await plan.SampleAsync(ChangeKind.Remove, 5, default))?.KeyText(0)), Replace);

        Assert.Equal((true, 19, 1, 19, "3"), (summary.IsReplacement, summary.Added, summary.Removed, summary.Sent, gone));
        Assert.Equal(before, bench.Kept.Order());
        Assert.Equal((0, 0, 1), await bench.RunAsync() is var run ? (run.Added, run.Changed, run.Removed) : default);
    }

    private static async Task<SyncBench> ToldAsync(int rows)
    {
        var bench = Bench("mirror");
        bench.Create(rows, "i as id, 'name ' || i as name");
        await bench.RunAsync();
        return bench;
    }

    /// <summary>A hundred rows that were told, and the guards that hold where a sync says nothing.</summary>
    private static async Task<SyncBench> GuardedAsync()
    {
        var bench = await ToldAsync(100);
        bench.SyncYaml = bench.SyncYaml.Replace("guards: { max_removed: 100%, min_rows: 0 }", "", StringComparison.Ordinal);
        bench.Destination.Batches.Clear();
        return bench;
    }

    /// <summary>Twenty rows that were told, some changes, a stranger; and a replacement that died.</summary>
    private static async Task<SyncBench> DyingAsync(RunStep step, int time, bool emptiesFirst)
    {
        var bench = await ToldAsync(20);
        bench.Warehouse("delete from rows where id = 3; update rows set name = 'new' where id = 4; insert into rows values (20, 'added')");
        bench.Destination.Rows["stranger"] = "put there by others";
        bench.Destination.EmptiesFirst = emptiesFirst;
        bench.Destination.MaxBatchRows = 3;
        bench.Destination.Concurrency = 1;
        var passed = 0;
        bench.Observer.OnStep = at =>
        {
            if (at == step && Interlocked.Increment(ref passed) == time)
                throw new InvalidOperationException("the process dies here");
        };
        // A step that comes once, or not yet, is not died after twice.
        var died = await Record.ExceptionAsync(() => bench.RunAsync(Replace)) is InvalidOperationException;
        Assert.Equal(died, passed >= time);
        bench.Observer.OnStep = _ => { };
        return bench;
    }

    private static SortedDictionary<int, string> Held(SyncBench bench) => new(bench.Destination.Rows.ToDictionary(row => int.Parse(row.Key), row => row.Value));

    private static SortedDictionary<int, string> Names(int[] ids, params (int Id, string Name)[] others)
    {
        var names = others.ToDictionary(other => other.Id, other => other.Name);
        return new(ids.ToDictionary(id => id, id => $$"""{"name":"{{names.GetValueOrDefault(id, $"name {id}")}}"}"""));
    }

    private static async Task<(string Action, string Detail)> LastOrderAsync(SyncBench bench)
    {
        await using var store = await bench.StoreAsync();
        return (await store.ListAuditAsync("rows", 1, default)) is [var entry] ? (entry.Action, entry.Detail) : default;
    }
}

/// <summary>The steps of a replacement after which a process may die.</summary>
public static class ReplacementDeaths
{
    /// <summary>Each step, the time that it comes, and whether the destination is emptied first.</summary>
    public static TheoryData<RunStep, int, bool> All()
    {
        var deaths = new TheoryData<RunStep, int, bool>();
        foreach (var step in Enum.GetValues<RunStep>())
        {
            foreach (var time in new[] { 1, 3 })
            {
                deaths.Add(step, time, true);
                deaths.Add(step, time, false);
            }
        }

        return deaths;
    }
}
