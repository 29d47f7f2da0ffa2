using System.Globalization;
using ReverseEtl.Core.Delivery;
using ReverseEtl.Core.State;
using Xunit;

namespace ReverseEtl.Conformance.Planner;

/// <summary>What another mapping, another key or another type of a column means for what was told before.</summary>
public abstract class MappingConformance<THarness> : PlannerSuite<THarness>
    where THarness : IPlannerHarness, new()
{
    private const string Ten = "i as id, 'name ' || i as name, i || '@example.com' as email, 'DK' as country";

    [Fact]
    public async Task W8_A_new_field_is_sent_alone_but_rows_that_changed_are_sent_whole_and_removals_survive()
    {
        using var bench = await ToldAsync("mirror", "name: name\nmail: email", identifiers: ["mail"]);
        bench.Warehouse("update rows set name = 'new' where id = 4; delete from rows where id = 7; insert into rows values (10, 'ten', '10@example.com', 'SE')");
        bench.Map("mirror", "name: name\nmail: email\nland: country");

        var look = await bench.LookAsync(plan => Task.FromResult(plan.Summary));
        Assert.Equal((1, 1, 1, 8), (look.Added, look.Changed, look.Removed, look.Resent));
        Assert.Equal(["new in the map: land", "8 rows are otherwise as they were told and get only land"], look.Notes);

        var told = Listen(bench);
        var run = await bench.RunAsync();
        Assert.Equal((RunStatus.Succeeded, 11), (run.Status, run.Accepted));
        Assert.Equal([1, 2, 7, 1], bench.Destination.Batches.OrderBy(batch => batch.Operation is Operation.Remove ? -1 : int.Parse(batch.Id.Split('-')[^1], CultureInfo.InvariantCulture)).Select(batch => batch.Rows));
        Assert.Equal("mail", told["7"]);
        Assert.Equal("mail,land", told["3"]);
        Assert.Equal("name,mail,land", told["4"]);
        Assert.Equal("name,mail,land", told["10"]);
        Assert.Equal("""{"name":"name 3","mail":"3@example.com","land":"DK"}""", bench.Destination.Rows["3"]);
        await UnchangedAsync(bench);
    }

    [Fact]
    public async Task W8_A_destination_that_replaces_whole_records_gets_all_fields()
    {
        using var bench = await ToldAsync("upsert", "name: name", partial: false);
        bench.Map("upsert", "name: name\nland: country");

        var run = await bench.RunAsync();

        Assert.Equal((10, 0, 10), (run.Resent, run.Changed, run.Accepted));
        Assert.Equal("""{"name":"name 3","land":"DK"}""", bench.Destination.Rows["3"]);
    }

    [Fact]
    public async Task W8_A_field_that_is_made_in_another_way_is_sent_again()
    {
        using var bench = await ToldAsync("upsert", "name: name\nland: country");
        bench.Map("upsert", "name: name\nland: { const: Denmark }");
        var told = Listen(bench);

        Assert.Equal((10, 10), ((await bench.RunAsync()) is var run ? run.Resent : 0, run.Accepted));

        Assert.All(told.Values, fields => Assert.Equal("land", fields));
        Assert.Equal("""{"name":"name 3","land":"Denmark"}""", bench.Destination.Rows["3"]);
        await UnchangedAsync(bench);
    }

    [Fact]
    public async Task W8_A_field_that_is_no_longer_sent_costs_nothing_and_hides_nothing()
    {
        using var bench = await ToldAsync("mirror", "name: name\nland: country");
        bench.Map("mirror", "name: name");
        var look = await bench.LookAsync(plan => Task.FromResult(plan.Summary));
        Assert.Equal(["no longer in the map: land; what was sent stays at the destination"], look.Notes);

        await UnchangedAsync(bench);
        // The snapshot is the new mapping's: the old column counts no more, the new one does.
        bench.Warehouse("update rows set country = 'SE'");
        await UnchangedAsync(bench);
        bench.Warehouse("update rows set name = 'new' where id = 4; delete from rows where id = 5");
        Assert.Equal((1, 1, 0), ((await bench.RunAsync()) is var run ? run.Changed : 0, run.Removed, run.Resent));
    }

    [Fact]
    public async Task W8_Rows_that_changed_while_the_mapping_did_are_not_missed()
    {
        using var bench = await ToldAsync("upsert", "name: name\nland: country");
        bench.Map("upsert", "name: name");
        bench.Warehouse("update rows set name = 'new' where id = 4");

        Assert.Equal((1, 1), ((await bench.RunAsync()) is var run ? run.Changed : 0, run.Accepted));

        Assert.Equal("""{"name":"new","land":"DK"}""", bench.Destination.Rows["4"]);
    }

    [Fact]
    public async Task W8_Where_a_told_column_is_gone_every_row_is_sent()
    {
        using var bench = await ToldAsync("upsert", "name: name\nland: country");
        bench.Warehouse("alter table rows drop column country");
        bench.Map("upsert", "name: name");

        var look = await bench.LookAsync(plan => Task.FromResult(plan.Summary));
        Assert.Contains(look.Notes, note => note.Contains("a column that was sent before is gone", StringComparison.Ordinal));
        Assert.Equal((10, 10), ((await bench.RunAsync()) is var run ? run.Resent : 0, run.Accepted));
        await UnchangedAsync(bench);
    }

    [Fact]
    public async Task W13_Another_identifier_is_learned_without_sending_and_used_by_the_next_removal()
    {
        using var bench = await ToldAsync("mirror", "name: name\nmail: email", identifiers: ["mail"]);
        bench.Destination.Identifiers = ["name", "mail"];
        await UnchangedAsync(bench);

        bench.Warehouse("delete from rows where id = 7");
        await bench.RunAsync();
        Assert.Equal("""{"mail":"7@example.com","name":"name 7"}""", bench.Destination.RemovedIdentifiers["7"]);
    }

    [Fact]
    public async Task W6_Where_the_destination_knows_a_row_by_something_else_it_is_removed_and_sent_anew()
    {
        using var bench = await ToldAsync("mirror", "name: name\nmail: email", identifiers: ["mail"]);
        bench.Warehouse("update rows set email = 'new@example.com' where id = 4; update rows set name = 'new' where id = 5");

        var look = await bench.LookAsync(plan => Task.FromResult(plan.Summary));
        Assert.Equal((2, 1), (look.Changed, look.Replaced));
        var run = await bench.RunAsync();

        Assert.Equal((2, 2, 0), (run.Changed, run.Accepted, run.Removed));
        Assert.Equal([(Operation.Remove, 1), (Operation.Upsert, 2)], bench.Destination.Batches.Select(batch => (batch.Operation, batch.Rows)));
        Assert.Equal("""{"mail":"4@example.com"}""", bench.Destination.RemovedIdentifiers["4"]);
        Assert.Equal("""{"name":"name 4","mail":"new@example.com"}""", bench.Destination.Rows["4"]);
        await UnchangedAsync(bench);
    }

    [Fact]
    public async Task W6_A_row_whose_old_identifier_could_not_be_removed_is_tried_again_as_a_whole()
    {
        using var bench = await ToldAsync("mirror", "name: name\nmail: email", identifiers: ["mail"]);
        bench.Warehouse("update rows set email = 'new@example.com' where id = 4");
        var removals = 0;
        bench.Destination.Before = batch => removals += batch.Operation is Operation.Remove ? 1 : 0;
        bench.Destination.Refuse = _ => bench.Destination.Batches[^1].Operation is Operation.Remove ? RowOutcome.Rejected("busy", "later") : null;
        Assert.Equal((RunStatus.Partial, 0, 1), ((await bench.RunAsync()) is var refused ? refused.Status : default, refused.Accepted, refused.Rejected));

        bench.Destination.Refuse = _ => null;
        Assert.Equal((RunStatus.Succeeded, 1), ((await bench.RunAsync()) is var run ? run.Status : default, run.Accepted));
        Assert.Equal(2, removals);
        await UnchangedAsync(bench);
    }

    [Fact]
    public async Task W9_Everything_is_sent_again_when_asked_for_and_what_left_is_removed()
    {
        using var bench = await ToldAsync("mirror", "name: name");
        bench.Destination.Rows.Clear();
        bench.Warehouse("update rows set name = 'new' where id = 4; delete from rows where id = 7");

        var run = await bench.RunAsync(new() { Full = true });

        Assert.Equal((0, 1, 1, 8, 10), (run.Added, run.Changed, run.Removed, run.Resent, run.Accepted));
        Assert.Equal(9, bench.Destination.Rows.Count);
        await UnchangedAsync(bench);
    }

    [Fact]
    public async Task W10_Under_another_key_a_mirror_removes_what_was_told_and_sends_every_row()
    {
        using var bench = await ToldAsync("mirror", "name: name\nmail: email", identifiers: ["mail"]);
        bench.Reshape("'c' || id as id, name, email, country");
        bench.Destination.Batches.Clear();

        var runs = await bench.RunsAsync(new() { Rekey = true });

        Assert.Equal([(10, 0, 10), (0, 10, 10)], runs.Select(run => (run.Removed, run.Added, run.Accepted)));
        Assert.Equal("""{"mail":"7@example.com"}""", bench.Destination.RemovedIdentifiers["7"]);
        Assert.Equal(Enumerable.Range(0, 10).Select(i => $"c{i}"), bench.Destination.Rows.Keys.Order(StringComparer.Ordinal));
        await UnchangedAsync(bench);
        bench.Warehouse("delete from rows where id = 'c3'");
        Assert.Equal(1, (await bench.RunAsync()).Removed);
    }

    [Fact]
    public async Task W10_A_change_of_key_that_was_interrupted_is_finished()
    {
        using var bench = await ToldAsync("mirror", "name: name");
        bench.Reshape("cast(id as varchar) as id, name, email, country");
        bench.Destination.MaxBatchRows = 2;
        bench.Destination.Before = batch => throw new InvalidOperationException("the process dies here");
        await Assert.ThrowsAsync<InvalidOperationException>(() => bench.RunAsync(new() { Rekey = true }));
        bench.Destination.Before = _ => { };

        var runs = await bench.RunsAsync(new() { Rekey = true });

        Assert.Equal((10, 10), (runs[0].Removed, runs[0].Accepted));
        Assert.Equal((10, 10), (runs[^1].Added, runs[^1].Accepted));
        Assert.Equal(10, bench.Destination.Rows.Count);
        await UnchangedAsync(bench);
    }

    [Fact]
    public async Task W10_Under_another_key_an_upsert_sends_every_row_and_events_are_refused()
    {
        using var bench = await ToldAsync("upsert", "name: name");
        bench.Reshape("cast(id as varchar) as id, name, email, country");
        Assert.Equal((10, 10), ((await bench.RunAsync(new() { Rekey = true })) is var run ? run.Added : 0, run.Accepted));

        using var events = await ToldAsync("append", "name: name");
        events.Reshape("cast(id as varchar) as id, name, email, country");
        var error = await Assert.ThrowsAsync<ReverseEtl.Core.Config.ProjectException>(() => events.RunAsync(new() { Rekey = true }));
        Assert.Contains("tells of each row once", error.Message, StringComparison.Ordinal);
        Assert.Equal(10, events.Destination.Events.Count);
    }

    [Fact]
    public async Task W11_Columns_of_another_type_stop_the_run_until_they_are_allowed()
    {
        using var bench = await ToldAsync("upsert", "name: name\nland: country");
        bench.Reshape("id, name, email, cast(45 as integer) as country");
        bench.Destination.Batches.Clear();

        var stopped = await bench.RunAsync();
        Assert.Equal(RunStatus.Stopped, stopped.Status);
        Assert.Matches(@"^schema_change: column country was \S+ and is \S+$", stopped.Guard);
        Assert.Empty(bench.Destination.Batches);

        Assert.Equal((RunStatus.Succeeded, 10), ((await bench.RunAsync(new() { AllowSchema = true })) is var run ? run.Status : default, run.Accepted));
        Assert.Equal("""{"name":"name 3","land":45}""", bench.Destination.Rows["3"]);
        await UnchangedAsync(bench);
    }

    /// <summary>A sync whose ten rows were told.</summary>
    private static async Task<SyncBench> ToldAsync(string mode, string map, bool partial = true, string[]? identifiers = null)
    {
        var bench = Bench(mode, map: map);
        bench.Destination.PartialUpdates = partial;
        bench.Destination.Identifiers = identifiers ?? [];
        bench.Create(10, Ten);
        await bench.RunAsync();
        bench.Destination.Batches.Clear();
        return bench;
    }

    /// <summary>Notes the fields that each row is told with.</summary>
    private static Dictionary<string, string> Listen(SyncBench bench)
    {
        var told = new Dictionary<string, string>(StringComparer.Ordinal);
        bench.Destination.Before = batch =>
        {
            lock (told)
            {
                for (var row = 0; row < batch.Count; row++)
                    told.Add(batch.KeyText(row), string.Join(',', batch.Fields.Concat(batch.Identifiers).Select(column => column.Name)));
            }
        };
        return told;
    }

    private static async Task UnchangedAsync(SyncBench bench)
    {
        var before = bench.Destination.Batches.Count;
        Assert.Equal(RunStatus.Unchanged, (await bench.RunAsync()).Status);
        Assert.Equal(before, bench.Destination.Batches.Count);
    }
}
