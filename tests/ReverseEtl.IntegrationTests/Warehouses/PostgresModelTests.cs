using ReverseEtl.Core.Config;
using ReverseEtl.Core.Planning;

namespace ReverseEtl.IntegrationTests.Warehouses;

/// <summary>Models of any shape, read by the local planner.</summary>
public sealed class PostgresModelTests
{
    [Fact]
    public async Task Plans_follow_the_table()
    {
        var (bench, source) = await ModelBench.PostgresAsync("create table t as select i::bigint as id, 'name ' || i as name, i / 2.0 as total from generate_series(1, 5000) i");
        await using var disposing = bench;
        Assert.Equal((5000, 0, 0), Counts(await bench.TellAsync()));
        Assert.Equal((0, 0, 0), Counts(await bench.TellAsync()));

        await source.RunAsync("delete from t where id <= 3; update t set total = null where id = 10; update t set name = '' where id = 11; insert into t values (9001, 'new', 1)");
        await using (var plan = await bench.PlanAsync(keep: false))
        {
            Assert.Equal((1, 2, 3), Counts(plan.Summary));
            Assert.Equal(["10|name 10|NULL", "11||5.5000000000000000", "9001|new|1"], await ModelBench.RowsAsync(plan));
        }

        Assert.Equal((1, 2, 3), Counts(await bench.TellAsync()));
        Assert.Equal((0, 0, 0), Counts(await bench.TellAsync()));
    }

    [Fact]
    public async Task Null_is_not_empty()
    {
        var (bench, source) = await ModelBench.PostgresAsync("create table t (id int, a text, b bytea, c text[]); insert into t values (1, '', '', '{}'), (2, null, null, null)");
        await using var disposing = bench;
        Assert.Equal(["1|||[]", "2|NULL|NULL|NULL"], await bench.RowsAsync());
        await bench.TellAsync();
        await source.RunAsync("update t set a = null where id = 1");
        Assert.Equal((0, 1, 0), Counts(await bench.TellAsync()));
    }

    [Fact]
    public async Task Hostile_names()
    {
        const string Table = "Order \"of\" the; select -- día ☃";
        string[] names = ["select", "Camel Case", "quo\"te", "semi;colon--", "naïve ☃", "$1", ":p @p", "{b}", "cdp_model0", "row_hash", "k0", "rowid", "%s", "back\\slash"];
        var quoted = names.Select(name => $"\"{name.Replace("\"", "\"\"", StringComparison.Ordinal)}\"").ToList();
        var (bench, _) = await ModelBench.PostgresAsync($"""
            create schema "My Shop"; create table "My Shop"."{Table.Replace("\"", "\"\"", StringComparison.Ordinal)}" ({string.Join(", ", quoted.Select(name => $"{name} text"))});
            insert into "My Shop"."{Table.Replace("\"", "\"\"", StringComparison.Ordinal)}" values ({string.Join(", ", names.Select((_, i) => $"'{i}'"))});
            """);
        await using var disposing = bench;
        bench.Sql = $$$"""select * from {{ source('My Shop', '{{{Table}}}') }}""";
        bench.Key = "quo\"te";
        Assert.Equal("2|0|1|3|4|5|6|7|8|9|10|11|12|13", Assert.Single(await bench.RowsAsync()));
        Assert.Equal("0|1|2|3|4|5|6|7|8|9|10|11|12|13", Assert.Single(await bench.ValuesAsync()));
    }

    [Fact]
    public async Task Names_that_differ_in_case_only_are_refused_in_words()
    {
        var (bench, _) = await ModelBench.PostgresAsync();
        await using var disposing = bench;
        bench.Sql = "select 1 as id, 2 as \"Name\", 3 as name, 4 as other";
        Assert.Contains("the columns Name and name differ in case only", (await Assert.ThrowsAsync<ProjectException>(() => bench.PlanAsync())).Message);
        bench.Columns = ["Name", "other"];
        Assert.Equal("1|2|4", Assert.Single(await bench.RowsAsync()));
    }

    [Fact]
    public async Task A_thousand_columns()
    {
        var (bench, source) = await ModelBench.PostgresAsync($"create table t as select i as id, {string.Join(", ", Enumerable.Range(0, 1000).Select(n => $"i * {n} as c{n}"))} from generate_series(1, 3000) i");
        await using var disposing = bench;
        Assert.Equal((3000, 0, 0), Counts(await bench.TellAsync()));
        await source.RunAsync("update t set c999 = null where id = 17");
        Assert.Equal($"17|{string.Join('|', Enumerable.Range(0, 999).Select(n => n * 17))}|NULL", Assert.Single(await bench.RowsAsync()));
    }

    [Fact]
    public async Task Values_of_many_megabytes()
    {
        var (bench, _) = await ModelBench.PostgresAsync();
        await using var disposing = bench;
        bench.Sql = "select i as id, repeat('æ', i * 1500000) as v from generate_series(0, 4) i";
        var expected = Enumerable.Range(0, 5).Select(i => $"{i}|{new string('æ', i * 1_500_000)}");
        // Not by Assert.Equal, which would print them.
        Assert.True(expected.SequenceEqual(await bench.RowsAsync()));
    }

    [Fact]
    public async Task Doubled_keys_and_rows_without_one()
    {
        var (bench, source) = await ModelBench.PostgresAsync("create table t as select i as id, i as v from generate_series(1, 100) i");
        await using var disposing = bench;
        await bench.TellAsync();
        await source.RunAsync("insert into t values (5, 5), (6, 60), (200, 1), (200, 1), (null, 1), (null, 2)");
        await using var plan = await bench.PlanAsync(keep: false);
        Assert.Equal([("200", "duplicate key", 2), ("5", "duplicate key", 2), ("6", "duplicate key", 2), ("null", "null key", 2)],
            plan.Quarantine.Select(row => (row.Key, row.Reason, row.Rows)).OrderBy(row => row.Key, StringComparer.Ordinal));
        Assert.Equal((0, 0, 0), Counts(plan.Summary));
    }

    [Fact]
    public async Task A_model_that_changes_while_it_is_read_is_read_at_one_state()
    {
        var (bench, source) = await ModelBench.PostgresAsync("create table t as select i as id, i as v from generate_series(1, 5000) i");
        await using var disposing = bench;
        await bench.TellAsync();
        await source.RunAsync("update t set v = 0 where id = 1");
        // Looking whether anything has changed is one reading, finding what is another: the first one waits here.
        bench.Sql = "select t.id, t.v from t, (select pg_advisory_xact_lock_shared(7)) l";
        await using var holder = await source.ConnectAsync();
        await using (var hold = new Npgsql.NpgsqlCommand("select pg_advisory_lock(7)", holder))
            await hold.ExecuteNonQueryAsync(ModelBench.Stop);
        var planning = bench.PlanAsync();
        while (await source.ValueAsync("select 1 from pg_stat_activity where datname = current_database() and wait_event = 'advisory' and query like 'copy%'") is null)
            await Task.Delay(10, ModelBench.Stop);
        await source.RunAsync("delete from t where id > 4000; update t set v = -1 where id = 2; insert into t values (1, 0), (9000, 1)");
        await holder.CloseAsync();
        await using (var plan = await planning)
            Assert.Equal((0, 1, 0), Counts(plan.Summary));
        await using var next = await bench.PlanAsync(keep: false);
        Assert.Equal(1000, next.Summary.Removed);
    }

    [Fact]
    public async Task One_row_is_explained()
    {
        var (bench, source) = await ModelBench.PostgresAsync("create table t as select i::numeric(10,2) as id, 'name ' || i as name from generate_series(1, 3000) i");
        await using var disposing = bench;
        await bench.TellAsync();
        await source.RunAsync("update t set name = 'other' where id = 7; delete from t where id = 8");
        var changed = await bench.ExplainAsync("7.00");
        Assert.Equal((1, true, "other"), (changed.ModelRows, changed.IsTold, changed.Fields[0].Text(0)));
        Assert.Equal(ChangeKind.Change, changed.Next!.Kind(0));
        Assert.Equal((0, true), ((await bench.ExplainAsync("8.00")).ModelRows, (await bench.ExplainAsync("8.00")).IsTold));
    }

    [Fact]
    public async Task Another_mapping_reads_what_the_old_one_had_too()
    {
        var (bench, source) = await ModelBench.PostgresAsync("create table t as select i as id, i as a, i * 2 as b from generate_series(1, 3000) i");
        await using var disposing = bench;
        bench.Columns = ["a"];
        await bench.TellAsync();
        await source.RunAsync("update t set a = 0 where id = 5");
        bench.Columns = ["b"];
        await using var plan = await bench.PlanAsync(keep: false);
        Assert.Equal((1, 2999), (plan.Summary.Changed, plan.Summary.Resent));
    }

    private static (long Added, long Changed, long Removed) Counts(PlanSummary plan) => (plan.Added, plan.Changed, plan.Removed);
}
