using ReverseEtl.Core.Delivery;
using ReverseEtl.Core.Planning;
using ReverseEtl.Core.State;
using Xunit;

namespace ReverseEtl.Conformance.Planner;

/// <summary>Rule W20 of docs/spec/warehouse.md: <c>fields: changed</c>.</summary>
public abstract class ChangedFieldsConformance<THarness> : PlannerSuite<THarness>
    where THarness : IPlannerHarness, new()
{
    private const string Map = "mail: email\nname: name\ncity: city\ngreeting: { template: \"{{name}} of {{city}}\" }\nplace: { object: { town: city } }\nsource: { const: cdp }";

    private const string Two =
        "create table rows (id integer, email varchar(100), name varchar(100), city varchar(100)); insert into rows values (1, 'a@example.com', 'Ann', 'Aarhus'), (2, 'b@example.com', 'Bo', null)";

    [Fact]
    public async Task W20_A_changed_row_goes_with_its_changed_fields_and_those_that_it_is_known_by()
    {
        using var bench = await ToldAsync();
        var told = Listen(bench);

        bench.Warehouse("update rows set name = 'Anna' where id = 1; update rows set city = 'Odense' where id = 2; insert into rows values (3, 'c@example.com', null, null)");
        var run = await bench.RunAsync();

        Assert.Equal((1, 2, RunStatus.Succeeded), (run.Added, run.Changed, run.Status));
        Assert.Equal("""{"mail":"a@example.com","name":"Anna","greeting":"Anna of Aarhus"}""", told["1"]);
        Assert.Equal("""{"mail":"b@example.com","city":"Odense","greeting":"Bo of Odense","place":{"town":"Odense"}}""", told["2"]);
        Assert.Equal("""{"mail":"c@example.com","name":null,"city":null,"greeting":null,"place":{"town":null},"source":"cdp"}""", told["3"]);
        Assert.Equal("""{"mail":"a@example.com","name":"Anna","city":"Aarhus","greeting":"Anna of Aarhus","place":{"town":"Aarhus"},"source":"cdp"}""", bench.Destination.Rows["1"]);
        Assert.Equal(RunStatus.Unchanged, (await bench.RunAsync()).Status);
    }

    [Fact]
    public async Task W20_A_value_becomes_null_and_back()
    {
        using var bench = await ToldAsync();
        var told = Listen(bench);

        bench.Warehouse("update rows set city = null where id = 1");
        await bench.RunAsync();
        Assert.Equal("""{"mail":"a@example.com","city":null,"greeting":"Ann of ","place":{"town":null}}""", told["1"]);

        told.Clear();
        bench.Warehouse("update rows set city = 'Aarhus' where id = 1");
        await bench.RunAsync();
        Assert.Equal("""{"mail":"a@example.com","city":"Aarhus","greeting":"Ann of Aarhus","place":{"town":"Aarhus"}}""", told["1"]);
    }

    [Fact]
    public async Task W20_A_look_shows_what_is_sent()
    {
        using var bench = await ToldAsync();
        bench.Warehouse("update rows set name = 'Anna' where id = 1");

        using var sample = await bench.LookAsync(plan => plan.SampleAsync(ChangeKind.Change, 5, default));

        Assert.Equal(["mail", "name", "greeting"], sample!.Fields.Where(column => !column.IsLeftOut(0)).Select(column => column.Name));
    }

    [Fact]
    public async Task W20_Where_it_is_not_known_what_was_told_the_row_goes_whole()
    {
        using var bench = await ToldAsync();
        var told = Listen(bench);

        bench.Warehouse("update rows set name = 'Anna' where id = 1");
        await bench.RunAsync(new() { Full = true });
        Assert.Contains("source", told["1"], StringComparison.Ordinal);

        bench.Destination.LosesAnswer = key => key == "2";
        bench.Warehouse("update rows set name = 'Bodil' where id = 2");
        await bench.RunAsync();
        bench.Destination.LosesAnswer = _ => false;
        told.Clear();
        await bench.RunAsync();
        Assert.Contains("source", told["2"], StringComparison.Ordinal);

        told.Clear();
        bench.Map("upsert", Map + "\nmore: name", "fields: changed");
        bench.Warehouse("update rows set name = 'Anne' where id = 1");
        await bench.RunAsync();
        Assert.Contains("source", told["1"], StringComparison.Ordinal);
        Assert.Equal("""{"mail":"b@example.com","more":"Bodil"}""", told["2"]);
    }

    [Fact]
    public async Task W20_A_refused_row_is_told_of_everything_that_changed_since_it_was_accepted()
    {
        using var bench = await ToldAsync("retry: { first: 0s }");
        bench.Destination.Refuse = key => key == "1" ? RowOutcome.Rejected("no", "no") : null;
        bench.Warehouse("update rows set name = 'Anna' where id = 1");
        await bench.RunAsync();
        bench.Destination.Refuse = _ => null;
        var told = Listen(bench);

        bench.Warehouse("update rows set city = 'Aalborg' where id = 1");
        await bench.RunAsync();

        Assert.Equal("""{"mail":"a@example.com","name":"Anna","city":"Aalborg","greeting":"Anna of Aalborg","place":{"town":"Aalborg"}}""", told["1"]);
    }

    [Fact]
    public async Task W20_A_snapshot_that_kept_no_hashes_begins_to_with_each_row_that_is_told()
    {
        using var bench = Bench("upsert");
        (bench.Destination.PartialUpdates, bench.Destination.Identifiers) = (true, ["mail"]);
        bench.Map("upsert", Map);
        bench.Warehouse(Two);
        await bench.RunAsync();
        var told = Listen(bench);

        bench.Map("upsert", Map, "fields: changed");
        Assert.Equal(RunStatus.Unchanged, (await bench.RunAsync()).Status);
        bench.Warehouse("update rows set name = 'Anna' where id = 1");
        await bench.RunAsync();
        Assert.Contains("source", told["1"], StringComparison.Ordinal);

        told.Clear();
        bench.Warehouse("update rows set name = 'Anne' where id = 1");
        await bench.RunAsync();
        Assert.DoesNotContain("source", told["1"], StringComparison.Ordinal);

        // What was told whole in between is not known by the hashes from before.
        bench.Map("upsert", Map);
        bench.Warehouse("update rows set city = 'Ribe' where id = 1");
        await bench.RunAsync();
        told.Clear();
        bench.Map("upsert", Map, "fields: changed");
        bench.Warehouse("update rows set city = 'Aarhus' where id = 1");
        await bench.RunAsync();
        Assert.Contains("\"city\":\"Aarhus\"", told["1"], StringComparison.Ordinal);
    }

    [Fact]
    public async Task W20_An_interrupted_run_and_a_saved_plan_send_the_same_fields()
    {
        using var bench = await ToldAsync();
        bench.Warehouse("update rows set name = 'Anna' where id = 1");
        bench.Destination.Before = _ => throw new InvalidOperationException("the process dies here");
        await Assert.ThrowsAsync<InvalidOperationException>(() => bench.RunAsync());
        var told = Listen(bench);
        await bench.RunsAsync();
        Assert.Equal("""{"mail":"a@example.com","name":"Anna","greeting":"Anna of Aarhus"}""", told["1"]);

        told.Clear();
        bench.Warehouse("update rows set name = 'Anne' where id = 1");
        await bench.ApplyAsync(await bench.SaveAsync());
        Assert.Equal("""{"mail":"a@example.com","name":"Anne","greeting":"Anne of Aarhus"}""", told["1"]);
        Assert.Equal(RunStatus.Unchanged, (await bench.RunAsync()).Status);
    }

    private static async Task<SyncBench> ToldAsync(string extra = "")
    {
        var bench = Bench("upsert");
        (bench.Destination.PartialUpdates, bench.Destination.Identifiers) = (true, ["mail"]);
        bench.Map("upsert", Map, $"fields: changed\n{extra}");
        bench.Warehouse(Two);
        await bench.RunAsync();
        return bench;
    }

    /// <summary>Notes what each row is told, once.</summary>
    private static Dictionary<string, string> Listen(SyncBench bench)
    {
        var told = new Dictionary<string, string>(StringComparer.Ordinal);
        bench.Destination.Before = batch =>
        {
            lock (told)
            {
                for (var row = 0; row < batch.Count; row++)
                    told[batch.KeyText(row)] = MemoryDestination.Json(batch.Fields, row);
            }
        };
        return told;
    }
}
