using ReverseEtl.Core.Config;
using ReverseEtl.Core.Delivery;
using ReverseEtl.Core.Planning;
using ReverseEtl.Core.State;
using ReverseEtl.Core.Syncs;
using Xunit;

namespace ReverseEtl.Conformance.Planner;

public abstract class RunConformance<THarness> : PlannerSuite<THarness>
    where THarness : IPlannerHarness, new()
{
    private const string Ten = "i as id, 'name ' || i as name";

    [Fact]
    public async Task W4_The_first_run_delivers_all_and_the_second_sends_nothing()
    {
        using var bench = Bench("mirror");
        bench.Create(10, Ten);

        var first = await bench.RunAsync();
        Assert.Equal((RunStatus.Succeeded, 10, 10), (first.Status, first.Added, first.Accepted));
        Assert.Equal("""{"name":"name 3"}""", bench.Destination.Rows["3"]);

        bench.Destination.Batches.Clear();
        var second = await bench.RunAsync();
        Assert.Equal((RunStatus.Unchanged, 0, 0), (second.Status, second.Added, second.Accepted));
        Assert.Empty(bench.Destination.Batches);
    }

    [Fact]
    public async Task W4_Exactly_what_changed_is_planned_and_sent_and_removals_carry_what_was_sent_before()
    {
        using var bench = Bench("mirror", map: "name: name\nmail: email");
        bench.Destination.Identifiers = ["mail"];
        bench.Create(10, "i as id, 'name ' || i as name, i || '@example.com' as email");
        await bench.RunAsync();
        bench.Destination.Batches.Clear();
        bench.Warehouse("update rows set name = 'new' where id = 4; delete from rows where id = 7; insert into rows values (10, 'ten', '10@example.com')");

        var look = await bench.LookAsync(async plan =>
        {
            var rows = new List<string>();
            foreach (var kind in Enum.GetValues<ChangeKind>())
            {
                if (await plan.SampleAsync(kind, 10, default) is not { } sample)
                    continue;
                rows.Add($"{kind} {sample.KeyText(0)} {sample.Fields.Concat(sample.Identifiers).Aggregate("", (text, column) => $"{text}{column.Name}={column.Text(0)} ")}{sample.Count}");
            }

            return rows;
        });
        Assert.Equal(["Add 10 name=ten mail=10@example.com 1", "Change 4 name=new mail=4@example.com 1", "Remove 7 mail=7@example.com 1"], look);

        var run = await bench.RunAsync();
        Assert.Equal((RunStatus.Succeeded, 1, 1, 1, 3), (run.Status, run.Added, run.Changed, run.Removed, run.Accepted));
        Assert.Equal([(Operation.Remove, 1), (Operation.Upsert, 2)], bench.Destination.Batches.Select(batch => (batch.Operation, batch.Rows)));
        Assert.Equal("""{"mail":"7@example.com"}""", bench.Destination.RemovedIdentifiers["7"]);
        Assert.Equal(RunStatus.Unchanged, (await bench.RunAsync()).Status);
    }

    [Fact]
    public async Task W4_The_batches_of_a_look_are_those_that_the_run_sends()
    {
        using var bench = Bench("mirror");
        bench.Create(60, "i as id, 'name ' || i || repeat('x', 30) as name");
        (bench.Destination.MaxBatchRows, bench.Destination.MaxRemovalRows, bench.Destination.MaxBatchBytes, bench.Destination.Concurrency) = (20, 4, 300, 1);
        await bench.RunAsync();
        bench.Destination.Batches.Clear();
        bench.Warehouse("update rows set name = 'new' where id < 30; delete from rows where id >= 50; insert into rows values (60, 'sixty')");

        var descriptor = bench.Destination.Descriptor;
        var look = await bench.LookAsync(async plan =>
        {
            var batches = new List<(Operation, int)>();
            foreach (var operation in new[] { Operation.Remove, Operation.Upsert })
            {
                await foreach (var batch in plan.ReadAsync(operation, -1, long.MaxValue, descriptor.RowsPerRequest(operation), descriptor.MaxBatchBytes, default))
                {
                    batches.Add((operation, batch.Count));
                    batch.Dispose();
                }
            }

            return batches;
        });
        await bench.RunAsync();

        Assert.Equal(bench.Destination.Batches.Select(batch => (batch.Operation, batch.Rows)), look);
        Assert.Equal([(Operation.Remove, 4), (Operation.Remove, 4), (Operation.Remove, 2), (Operation.Upsert, 20), (Operation.Upsert, 11)], look);
    }

    [Fact]
    public async Task W2_A_look_writes_nothing()
    {
        using var bench = Bench("mirror");
        bench.Create(10, Ten);
        Assert.Equal(10, await bench.LookAsync(plan => Task.FromResult(plan.Summary.Added)));
        Assert.Empty(bench.Kept);

        await bench.RunAsync();
        bench.Warehouse("delete from rows where id > 5");
        Assert.Equal(4, await bench.LookAsync(plan => Task.FromResult(plan.Summary.Removed)));
        Assert.Equal(4, (await bench.RunAsync()).Removed);
    }

    [Fact]
    public async Task W12_Rejected_rows_stay_on_the_list_until_they_are_accepted()
    {
        using var bench = Bench("upsert");
        bench.Create(10, Ten);
        bench.Destination.Refuse = key => key is "3" or "8" ? RowOutcome.Rejected("invalid_name", "not a name") : null;

        var first = await bench.RunAsync();
        Assert.Equal((RunStatus.Partial, 8, 2), (first.Status, first.Accepted, first.Rejected));
        Assert.DoesNotContain("3", bench.Destination.Rows.Keys);

        var second = await bench.RunAsync();
        Assert.Equal((RunStatus.Partial, 2, 0, 2), (second.Status, second.Added, second.Accepted, second.Rejected));
        await using (var store = await bench.StoreAsync())
            Assert.Equal([("3", 2), ("8", 2)], (await store.ListRejectedAsync("rows", 10, default)).Select(row => (row.Key, row.Attempts)).Order());

        bench.Destination.Refuse = _ => null;
        Assert.Equal((RunStatus.Succeeded, 2L), ((await bench.RunAsync()) is var third ? third.Status : default, third.Accepted));
        await using (var store = await bench.StoreAsync())
            Assert.Equal(0, await store.CountRejectedAsync("rows", default));
        Assert.Equal(RunStatus.Unchanged, (await bench.RunAsync()).Status);
    }

    [Fact]
    public async Task W12_A_removal_that_was_refused_is_tried_again()
    {
        using var bench = Bench("mirror");
        bench.Create(10, Ten);
        await bench.RunAsync();
        bench.Warehouse("delete from rows where id = 2");
        bench.Destination.Refuse = _ => RowOutcome.Rejected("busy", "later");
        Assert.Equal(RunStatus.Partial, (await bench.RunAsync()).Status);
        Assert.Contains("2", bench.Destination.Rows.Keys);

        bench.Destination.Refuse = _ => null;
        Assert.Equal((1L, 1L), ((await bench.RunAsync()) is var run ? run.Removed : 0, run.Accepted));
        Assert.DoesNotContain("2", bench.Destination.Rows.Keys);
    }

    [Fact]
    public async Task W5_Rows_without_a_key_or_with_a_doubled_one_are_quarantined_never_sent_and_never_taken_for_removed()
    {
        using var bench = Bench("mirror");
        bench.Create(10, Ten);
        await bench.RunAsync();
        bench.Warehouse("insert into rows values (null, 'nobody'), (null, 'no one'), (3, 'again'), (20, 'twice'), (20, 'twice'), (5, 'name 5')");
        bench.Destination.Batches.Clear();

        var run = await bench.RunAsync();

        Assert.Equal((RunStatus.Partial, 0, 0, 0, 8), (run.Status, run.Added, run.Changed, run.Removed, run.Quarantined));
        Assert.Empty(bench.Destination.Batches);
        Assert.Equal("""{"name":"name 3"}""", bench.Destination.Rows["3"]);
        await using var store = await bench.StoreAsync();
        Assert.Equal(
            [("null", "null key", 2), ("3", "duplicate key", 2), ("5", "duplicate key", 2), ("20", "duplicate key", 2)],
            (await store.ListQuarantineAsync("rows", default)).Select(row => (row.Key, row.Reason, row.Rows)));
    }

    [Fact]
    public async Task W4_Events_are_sent_once_also_when_they_leave_the_model_and_come_back()
    {
        using var bench = Bench("append");
        bench.Create(10, Ten);
        await bench.RunAsync();
        bench.Warehouse("delete from rows where id < 5; update rows set name = 'changed' where id = 6");
        Assert.Equal(RunStatus.Unchanged, (await bench.RunAsync()).Status);
        bench.Warehouse("insert into rows values (0, 'name 0'), (11, 'name 11')");

        Assert.Equal(1, (await bench.RunAsync()).Accepted);
        Assert.Equal(11, bench.Destination.Events.Count);
    }

    [Fact]
    public async Task W18_A_guard_stops_the_run_before_the_first_request_and_can_be_lifted_for_one()
    {
        using var bench = Bench("mirror");
        bench.SyncYaml = bench.SyncYaml.Replace("max_removed: 100%", "max_removed: 20%", StringComparison.Ordinal);
        bench.Create(10, Ten);
        await bench.RunAsync();
        bench.Warehouse("delete from rows where id >= 7");
        bench.Destination.Batches.Clear();

        var stopped = await bench.RunAsync();
        Assert.Equal((RunStatus.Stopped, "max_removed: 3 of 10 rows (30%), 20% allowed"), (stopped.Status, stopped.Guard));
        Assert.Empty(bench.Destination.Batches);

        Assert.Equal((RunStatus.Succeeded, 3L), ((await bench.RunAsync(new() { AllowRemoved = Limit.Percent(30) })) is var allowed ? allowed.Status : default, allowed.Removed));
    }

    [Fact]
    public async Task W12_Too_many_rejected_rows_stop_the_delivery_and_keep_what_was_accepted()
    {
        using var bench = Bench("upsert");
        bench.SyncYaml = bench.SyncYaml.Replace("min_rows: 0", "min_rows: 0, max_rejected: 2%", StringComparison.Ordinal);
        bench.Destination.MaxBatchRows = 10;
        bench.Create(1000, "i as id, 'name ' || i as name");
        bench.Destination.Refuse = key => key.EndsWith('5') || key.EndsWith('6') ? RowOutcome.Rejected("bad", "no") : null;

        var stopped = await bench.RunAsync();

        Assert.Equal(RunStatus.Stopped, stopped.Status);
        Assert.StartsWith("max_rejected: ", stopped.Guard, StringComparison.Ordinal);
        Assert.InRange(bench.Destination.Batches.Count, 11, 16);
        Assert.Equal(bench.Destination.Rows.Count, stopped.Accepted);
        bench.Destination.Refuse = _ => null;
        var next = await bench.RunAsync();
        Assert.Equal((RunStatus.Succeeded, 1000 - stopped.Accepted), (next.Status, next.Accepted));
    }

    [Fact]
    public async Task D20_Removals_may_take_another_number_of_rows_per_request()
    {
        using var bench = Bench("mirror");
        (bench.Destination.MaxBatchRows, bench.Destination.MaxRemovalRows) = (5, 1);
        bench.Create(10, Ten);
        await bench.RunAsync();
        bench.Warehouse("delete from rows where id >= 7");
        await bench.RunAsync();

        Assert.Equal([5, 5], bench.Destination.Batches.Where(batch => batch.Operation is Operation.Upsert).Select(batch => batch.Rows));
        Assert.Equal([1, 1, 1], bench.Destination.Batches.Where(batch => batch.Operation is Operation.Remove).Select(batch => batch.Rows));
        Assert.Equal(7, bench.Destination.Rows.Count);
    }

    [Fact]
    public async Task W8_Another_mapping_sends_every_row_again()
    {
        using var bench = Bench("upsert");
        bench.Create(10, Ten);
        await bench.RunAsync();
        bench.Map("upsert", "name: name\ncountry: { const: DK }");

        Assert.Equal((10L, 10L), ((await bench.RunAsync()) is var run ? run.Resent : 0, run.Accepted));
        Assert.Equal("""{"name":"name 3","country":"DK"}""", bench.Destination.Rows["3"]);
        Assert.Equal(RunStatus.Unchanged, (await bench.RunAsync()).Status);
    }

    [Fact]
    public async Task W10_Another_key_is_refused_with_both_keys_named()
    {
        using var bench = Bench("upsert");
        bench.Create(10, Ten);
        await bench.RunAsync();
        bench.Reshape("cast(id as varchar) as id, name");

        var error = await Assert.ThrowsAsync<ProjectException>(() => bench.RunAsync());
        Assert.Matches(@"was \(id \S+\) and is now \(id \S+\)", error.Message);
    }

    [Fact]
    public async Task W16_A_run_that_died_is_finished_first_and_its_batches_are_repeated_under_the_same_id()
    {
        using var bench = Bench("mirror");
        bench.Create(10, Ten);
        bench.Destination.MaxBatchRows = 2;
        var died = new List<string>();
        bench.Destination.Before = batch =>
        {
            if (batch.Seq[0] >= 4)
            {
                lock (died)
                    died.Add(batch.Id);
                throw new InvalidOperationException("the process dies here");
            }
        };
        await Assert.ThrowsAsync<InvalidOperationException>(() => bench.RunAsync());
        bench.Destination.Before = _ => { };
        bench.Destination.Batches.Clear();
        bench.Warehouse("insert into rows values (10, 'ten')");

        var runs = await bench.RunsAsync();

        Assert.Equal(2, runs.Count);
        Assert.Equal((10, 10, RunStatus.Succeeded), (runs[0].Added, runs[0].Accepted, runs[0].Status));
        Assert.Equal((1, 1), (runs[1].Added, runs[1].Accepted));
        Assert.Equal(11, bench.Destination.Rows.Count);
        Assert.Subset(bench.Destination.Batches.Select(batch => batch.Id).ToHashSet(), died.ToHashSet());
        Assert.Equal(bench.Destination.Batches.Count, bench.Destination.Batches.Select(batch => batch.Id).Distinct().Count());
    }

    [Fact]
    public async Task Where_a_repeat_would_do_harm_an_interrupted_batch_is_unknown_and_not_repeated()
    {
        using var bench = Bench("append");
        bench.Destination.ReplaySafe = false;
        bench.Destination.MaxBatchRows = 5;
        bench.Create(10, Ten);
        bench.Destination.Before = batch => throw new InvalidOperationException("the process dies here");
        await Assert.ThrowsAsync<InvalidOperationException>(() => bench.RunAsync());
        bench.Destination.Before = _ => { };

        var runs = await bench.RunsAsync();

        // One batch or both were on their way when the process died.
        Assert.Contains(runs[0].Unknown, new long[] { 5, 10 });
        Assert.Equal(10 - runs[0].Unknown, runs[0].Accepted);
        Assert.Equal((RunStatus.Partial, 0, runs[0].Unknown), (runs[1].Status, runs[1].Accepted, runs[1].Unknown));
        Assert.Equal(runs[0].Accepted, bench.Destination.Events.Count);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task W15_Unknown_rows_are_held_until_a_person_says_what_became_of_them(bool arrived)
    {
        using var bench = Bench("mirror", map: "name: name\nmail: email");
        bench.Destination.ReplaySafe = false;
        bench.Destination.Identifiers = ["mail"];
        bench.Create(10, "i as id, 'name ' || i as name, i || '@example.com' as email");
        await bench.RunAsync();
        bench.Warehouse("update rows set name = 'new', email = 'new@example.com' where id = 1; delete from rows where id = 2; insert into rows values (10, 'ten', '10@example.com')");
        bench.Destination.Refuse = _ => RowOutcome.Unknown("timeout", "no answer");
        Assert.Equal((RunStatus.Partial, 3), (await bench.RunAsync()) is var lost ? (lost.Status, lost.Unknown) : default);

        bench.Destination.Refuse = _ => null;
        bench.Destination.Batches.Clear();
        bench.Warehouse("update rows set name = 'newer' where id = 1");
        var held = await bench.RunAsync();
        Assert.Equal((RunStatus.Partial, 3, 0), (held.Status, held.Unknown, held.Accepted));
        Assert.Empty(bench.Destination.Batches);

        Assert.Equal(["1 Replace", "10 Add", "2 Remove"], (await bench.HeldAsync()).Select(row => $"{row.Key} {row.Kind}").Order(StringComparer.Ordinal));
        Assert.Equal(3, await bench.ResolveAsync(arrived));
        var next = await bench.RunAsync();

        // What arrived is known by what was sent then; the row that changed since is sent anew.
        Assert.Equal(arrived ? (1, 0, 1, 0) : (3, 1, 1, 1), (next.Accepted, next.Added, next.Changed, next.Removed));
        Assert.Empty(await bench.HeldAsync());
        Assert.Equal(RunStatus.Unchanged, (await bench.RunAsync()).Status);
        bench.Warehouse("delete from rows where id = 1");
        await bench.RunAsync();
        Assert.Equal("""{"mail":"new@example.com"}""", bench.Destination.RemovedIdentifiers["1"]);
    }

    [Fact]
    public async Task A_destination_that_cannot_be_used_takes_its_batches_back_and_the_next_run_sends_them()
    {
        using var bench = Bench("append");
        bench.Destination.ReplaySafe = false;
        bench.Create(10, Ten);
        bench.Destination.Before = _ => throw new DestinationException("401: wrong token");
        await Assert.ThrowsAsync<DestinationException>(() => bench.RunAsync());
        bench.Destination.Before = _ => { };

        var runs = await bench.RunsAsync();

        Assert.Equal((10, 0), (runs[0].Accepted, runs[0].Unknown));
        Assert.Equal(10, bench.Destination.Events.Count);
        Assert.Equal(RunStatus.Unchanged, runs[1].Status);
    }

    [Fact]
    public async Task W16_A_mapping_changed_while_a_run_was_interrupted_sends_no_row_with_the_old_one()
    {
        using var bench = Bench("upsert");
        bench.Destination.MaxBatchRows = 5;
        bench.Create(10, Ten);
        bench.Destination.Before = batch => throw new InvalidOperationException("the process dies here");
        await Assert.ThrowsAsync<InvalidOperationException>(() => bench.RunAsync());
        bench.Destination.Before = _ => { };
        bench.Map("upsert", "title: name");

        var runs = await bench.RunsAsync();

        Assert.Equal(0, runs[0].Accepted);
        Assert.Equal(10, runs[1].Accepted);
        Assert.All(bench.Destination.Rows, row => Assert.StartsWith("""{"title":""", row.Value, StringComparison.Ordinal));
        Assert.Equal(RunStatus.Unchanged, (await bench.RunAsync()).Status);
    }

    [Fact]
    public async Task A_missing_column_names_the_nearest_and_the_place()
    {
        using var bench = Bench("upsert", map: "name: naem");
        bench.Create(10, Ten);

        var problem = Assert.Single((await Assert.ThrowsAsync<ProjectException>(() => bench.RunAsync())).Problems);
        Assert.Equal("models/syncs/rows.yml:6:9 (map.name): the map names the column \"naem\", which the model rows has not; did you mean \"name\"?", problem.ToString());
    }

    [Fact]
    public async Task W3_A_decimal_without_digits_before_its_point_is_a_number_everywhere()
    {
        using var bench = Bench("mirror", key: "rate", map: "rate: rate\nname: name");
        bench.Destination.Identifiers = ["rate"];
        bench.Create(3, "cast(i * 0.125 - 0.5 as decimal(3, 3)) as rate, 'row ' || i as name");

        await bench.RunAsync();
        Assert.Equal(["-0.250", "-0.375", "-0.500"], bench.Destination.Rows.Keys.Order(StringComparer.Ordinal));
        Assert.Equal("""{"rate":-0.375,"name":"row 1"}""", bench.Destination.Rows["-0.375"]);

        bench.Warehouse("delete from rows where name = 'row 1'");
        await bench.RunAsync();
        Assert.Equal("""{"rate":-0.375}""", bench.Destination.RemovedIdentifiers["-0.375"]);
    }

    [Fact]
    public async Task Templates_and_constants_are_rendered_for_every_row()
    {
        using var bench = Bench("upsert", map: "label: { template: \"{{name}} <{{id}}>\" }\nn: { const: 3.50 }\nyes: { const: true }\nnone: { const: null }");
        bench.Warehouse("create table rows as select 1 as id, 'Ærø & \"Sons\"' as name union all select 2, null");

        await bench.RunAsync();

        Assert.Equal("""{"label":"Ærø & \"Sons\" <1>","n":3.50,"yes":true,"none":null}""", bench.Destination.Rows["1"]);
        Assert.Equal("""{"label":" <2>","n":3.50,"yes":true,"none":null}""", bench.Destination.Rows["2"]);
    }

    [Fact]
    public async Task Null_clears_a_field_or_leaves_it_alone_as_the_mapping_says()
    {
        using var bench = Bench("upsert", map: "a: name\nb: { column: name, null: skip }");
        bench.Warehouse("create table rows as select 1 as id, cast(null as varchar) as name");

        await bench.RunAsync();

        Assert.Equal("""{"a":null}""", bench.Destination.Rows["1"]);
    }
}
