using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using ReverseEtl.Conformance.Planner;
using ReverseEtl.Connectors.MetaAudiences;
using ReverseEtl.Core.Config;
using ReverseEtl.Core.Planning;
using ReverseEtl.Core.State;
using ReverseEtl.Warehouses;
using ReverseEtl.Warehouses.Moving;

namespace ReverseEtl.IntegrationTests.Planner;

public sealed class PostgresMoveTests : MoveConformance<PostgresMovingHarness>;

public sealed class SnowflakeMoveTests : MoveConformance<SnowflakeMovingHarness>;

/// <summary>A warehouse whose syncs are planned now here, now there.</summary>
public interface IMovingHarness : IPlannerHarness
{
    /// <summary>Where they are planned.</summary>
    PlannerPlace At { get; set; }
}

/// <summary>Rules W22 and W23: a snapshot moves from one planner to the other, and the sync goes on as if nothing had happened.</summary>
public abstract class MoveConformance<THarness>
    where THarness : IMovingHarness, new()
{
    private const PlannerPlace Local = PlannerPlace.Local;
    private const PlannerPlace Warehouse = PlannerPlace.Warehouse;

    [Theory]
    [InlineData(Local, Warehouse)]
    [InlineData(Warehouse, Local)]
    public async Task Nothing_is_sent_again_and_what_leaves_the_model_is_removed_by_what_was_told(PlannerPlace from, PlannerPlace to)
    {
        using var bench = await ToldAsync(from);

        Assert.Equal(new MovedSnapshot(4, 0), await MoveAsync(bench, to));

        Assert.Equal(RunStatus.Unchanged, (await bench.RunAsync()).Status);
        bench.Warehouse("delete from rows where id in (1, 4)");
        Assert.Equal((2, 2), await bench.RunAsync() is var run ? (run.Removed, run.Accepted) : default);
        AssertRemoved(bench, "1", "EMAIL", "Ann.Plain@example.com", "ann.plain@example.com");
        AssertRemoved(bench, "1", "PHONE", "12 34 56 78", "4512345678");
        Assert.Equal(["1", "4"], bench.Destination.RemovedIdentifiers.Keys.Order());
    }

    [Theory]
    [InlineData(Local, Warehouse)]
    [InlineData(Warehouse, Local)]
    public async Task What_changed_before_the_move_is_told_after_it(PlannerPlace from, PlannerPlace to)
    {
        using var bench = await ToldAsync(from);
        bench.Warehouse("update rows set name = 'Anna' where id = 1; update rows set email = 'bodil@example.com', country = 'SE' where id = 2; delete from rows where id = 3; insert into rows values (5, 'eva@example.com', null, 'DK', 'Eva')");

        Assert.Equal(new MovedSnapshot(4, 3), await MoveAsync(bench, to));

        var run = await bench.RunAsync();
        Assert.Equal((1, 2, 1, 4), (run.Added, run.Changed, run.Removed, run.Accepted));
        Assert.Equal(["2", "3"], bench.Destination.RemovedIdentifiers.Keys.Order());
        AssertRemoved(bench, "2", "EMAIL", "bo@example.com", "bo@example.com");
        AssertRemoved(bench, "2", "PHONE", "87 65 43 21", "4587654321");
        AssertRemoved(bench, "3", "EMAIL", "carl@example.com", "carl@example.com");
        AssertRemoved(bench, "3", "PHONE", "111 111 11", "4611111111");
        Assert.Equal(RunStatus.Unchanged, (await bench.RunAsync()).Status);
        bench.Warehouse("update rows set email = 'anne@example.com' where id = 1");
        await bench.RunAsync();
        AssertRemoved(bench, "1", "EMAIL", "Ann.Plain@example.com", "ann.plain@example.com");
    }

    [Fact]
    public async Task There_and_back_again_with_keys_and_columns_of_all_types()
    {
        using var bench = new SyncBench(new THarness(), "mirror");
        bench.CreateAllTypes(20);
        Assert.Equal(20, (await bench.RunAsync()).Accepted);
        var kept = bench.Kept.Order().ToList();

        foreach (var place in new[] { Warehouse, Local, Warehouse })
        {
            Assert.Equal(new MovedSnapshot(20, 0), await MoveAsync(bench, place));
            Assert.Equal(RunStatus.Unchanged, (await bench.RunAsync()).Status);
            Assert.Equal(place is Local, bench.Kept.Order().SequenceEqual(kept));
        }

        bench.Warehouse("delete from rows");
        Assert.Equal((20, 20), await bench.RunAsync() is var run ? (run.Removed, run.Accepted) : default);
    }

    [Theory]
    [InlineData(Local, Warehouse)]
    [InlineData(Warehouse, Local)]
    public async Task A_key_that_the_model_has_twice_stays_told(PlannerPlace from, PlannerPlace to)
    {
        using var bench = await ToldAsync(from);
        bench.Warehouse("insert into rows select * from rows where id = 1");

        Assert.Equal(new MovedSnapshot(4, 1), await MoveAsync(bench, to));

        Assert.Equal((0, 0, 2), await bench.RunAsync() is var run ? (run.Added, run.Removed, run.Quarantined) : default);
        bench.Warehouse("delete from rows where id = 1");
        Assert.Equal(1, (await bench.RunAsync()).Removed);
        AssertRemoved(bench, "1", "EMAIL", "Ann.Plain@example.com", "ann.plain@example.com");
    }

    [Theory]
    [InlineData(Local, Warehouse)]
    [InlineData(Warehouse, Local)]
    public async Task Changed_fields_are_known_again_once_a_row_was_told(PlannerPlace from, PlannerPlace to)
    {
        using var bench = new SyncBench(new THarness { At = from }, "upsert");
        bench.Destination.PartialUpdates = true;
        bench.Map("upsert", "name: name\ncity: city", "fields: changed");
        bench.Warehouse("create table rows (id integer, name text, city text); insert into rows values (1, 'Ann', 'Aarhus')");
        await bench.RunAsync();
        await MoveAsync(bench, to);
        var told = new List<string>();
        bench.Destination.Before = batch => told.Add(MemoryDestination.Json(batch.Fields, 0));

        bench.Warehouse("update rows set name = 'Anna'");
        await bench.RunAsync();
        bench.Warehouse("update rows set name = 'Anne'");
        await bench.RunAsync();

        Assert.Equal(["""{"name":"Anna","city":"Aarhus"}""", """{"name":"Anne"}"""], told);
    }

    [Fact]
    public async Task It_is_refused_where_something_is_in_the_way()
    {
        using var bench = await ToldAsync(Local);
        bench.SyncYaml = bench.SyncYaml.Replace("FN: name", "LN: name", StringComparison.Ordinal);
        Assert.Contains("run it first", (await Assert.ThrowsAsync<ProjectException>(() => MoveAsync(bench, Warehouse))).Message, StringComparison.Ordinal);
        await bench.RunAsync();

        ((IMovingHarness)bench.Harness).At = Warehouse;
        await bench.RunAsync(new() { Full = true });
        Assert.Contains("kept in both places", (await Assert.ThrowsAsync<ProjectException>(() => MoveAsync(bench, Warehouse))).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Where_nothing_was_told_there_is_nothing_to_move()
    {
        using var bench = new SyncBench(new THarness(), "mirror");
        bench.Warehouse("create table rows (id integer, name text)");

        Assert.Null(await MoveAsync(bench, Warehouse));
    }

    [Theory]
    [InlineData(Local, Warehouse)]
    [InlineData(Warehouse, Local)]
    public async Task A_planner_that_has_no_snapshot_of_a_sync_that_ran_sends_nothing(PlannerPlace from, PlannerPlace to)
    {
        using var bench = await ToldAsync(from);
        ((IMovingHarness)bench.Harness).At = to;
        bench.Destination.Batches.Clear();

        var stopped = await bench.RunAsync();

        Assert.Equal(RunStatus.Stopped, stopped.Status);
        Assert.StartsWith("snapshot: run run0001-rows delivered 4 rows", stopped.Guard, StringComparison.Ordinal);
        Assert.Empty(bench.Destination.Batches);
        ((IMovingHarness)bench.Harness).At = from;
        Assert.Equal(RunStatus.Unchanged, (await bench.RunAsync()).Status);
        ((IMovingHarness)bench.Harness).At = to;
        Assert.Equal(4, (await bench.RunAsync(new() { Full = true })).Accepted);
        Assert.Equal(RunStatus.Unchanged, (await bench.RunAsync()).Status);
    }

    private static async Task<MovedSnapshot?> MoveAsync(SyncBench bench, PlannerPlace to)
    {
        var from = to is Local ? Warehouse : Local;
        var scope = new PlannerScope("bench", null, bench.Folder);
        var moved = await bench.WarehouseAsync(async (warehouse, asked) =>
        {
            var anywhere = (IPlansAnywhere)warehouse;
            var (local, inside) = (await asked(anywhere.PlanningAt(Local)), await asked(anywhere.PlanningAt(Warehouse)));
            var moved = await anywhere.MoveAsync(scope, local, inside, to, default);
            if (moved is not null)
                await anywhere.PlanningAt(from).Planner(scope).ForgetAsync(to is Local ? inside : local, default);
            return moved;
        });
        ((IMovingHarness)bench.Harness).At = to;
        return moved;
    }

    private static async Task<SyncBench> ToldAsync(PlannerPlace place)
    {
        var bench = new SyncBench(new THarness { At = place }, "mirror", types: new MetaAudiencesDestinationType()) { Destination = { Identifiers = ["EMAIL", "PHONE", "COUNTRY"] } };
        bench.Configure("""{ "project": "shop", "warehouse": { "type": "bench" }, "destinations": { "meta": { "type": "meta-audiences", "adAccountId": "act_1", "accessToken": "t" } } }""");
        bench.SyncYaml = """
            sync: rows
            model: rows
            destination: meta
            object: { audience: VIP, create: true }
            mode: mirror
            map:
              EMAIL: email
              PHONE: phone
              COUNTRY: country
              FN: name
            guards: { max_removed: 100%, max_changed: 100%, min_rows: 0 }
            """;
        bench.Warehouse("""
            create table rows (id integer, email text, phone text, country text, name text);
            insert into rows values (1, 'Ann.Plain@example.com', '12 34 56 78', 'DK', 'Ann'), (2, 'bo@example.com', '87 65 43 21', 'DK', 'Bo'),
                (3, 'carl@example.com', '111 111 11', 'SE', 'Carl'), (4, 'not an address', null, null, null)
            """);
        await bench.RunAsync();
        return bench;
    }

    /// <summary>A row was removed by what was told: as the model had it, for the kit to shape, or as it was sent.</summary>
    private static void AssertRemoved(SyncBench bench, string key, string field, string plain, string normalised)
    {
        using var removed = JsonDocument.Parse(bench.Destination.RemovedIdentifiers[key]);
        var values = removed.RootElement.EnumerateObject().Where(property => property.Name == field).Select(property => property.Value.GetString()).ToList();
        Assert.Contains(Assert.Single(values), new[] { plain, Sha256(normalised) });
    }

    private static string Sha256(string text) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)));
}
