using System.Text.Json;
using ReverseEtl.Warehouses.Snowflake;

namespace ReverseEtl.IntegrationTests.Snowflake;

/// <summary>The SQL that a planner inside Snowflake is made of: parsed as Snowflake's, and run.</summary>
public sealed class SnowflakePlannerSqlTests
{
    [Fact]
    public async Task A_diff_is_computed_numbered_and_advanced()
    {
        await using var account = await SnowflakeAccount.StartAsync();
        await account.RunAsync("create schema if not exists cdp_planner");
        await account.RunAsync("create table customers (id int, email varchar, total number(10,2), seen timestamp_ntz)");
        await account.RunAsync("insert into customers select seq4(), 'c' || seq4() || '@shop.example', seq4() * 1.5, '2026-11-22'::timestamp_ntz from table(generator(rowcount => 10))");
        await account.RunAsync("create transient table cdp_planner.snapshot (k number(38,0) not null, h number(19,0) not null) data_retention_time_in_days = 0");
        await account.RunAsync("""
            merge into cdp_planner.snapshot s using (select id, hash(email, total, seen) as h from customers where id < 8 union all select 99, 5) m on s.k = m.id
            when matched then update set h = m.h when not matched then insert (k, h) values (m.id, m.h)
            """);
        await account.RunAsync("update customers set total = null where id in (1, 2)");

        Assert.Equal(0, Math.Max(0, await account.RunAsync("""
            create or replace transient table cdp_planner.plan as
            with model as (select id, hash(email, total, seen) as h from customers qualify row_number() over (partition by id order by email) = 1)
            select row_number() over (order by case when m.id is null then 3 when s.k is null then 1 else 2 end, coalesce(m.id, s.k)) as seq,
                iff(m.id is null, 3, iff(s.k is null, 1, 2)) as kind, coalesce(m.id, s.k) as k, m.h as h
            from model m full outer join cdp_planner.snapshot s on m.id = s.k
            where m.h is distinct from s.h
            """)));
        Assert.Equal([(1, 1, 8), (2, 1, 9), (3, 2, 1), (4, 2, 2), (5, 3, 99)],
            (await account.RowsAsync("select seq, kind, k from cdp_planner.plan order by seq")).Select(row => (Number(row[0]), Number(row[1]), Number(row[2]))));

        var advanced = await account.RunAsync("""
            begin transaction;
            merge into cdp_planner.snapshot s using (select * from cdp_planner.plan where seq <= 5) p on s.k = p.k
                when matched and p.kind = 3 then delete
                when matched then update set s.h = p.h
                when not matched then insert (k, h) values (p.k, p.h);
            truncate table cdp_planner.plan;
            commit
            """, 4);
        Assert.Equal(10, advanced);
        Assert.Empty(await account.RowsAsync("""
            select 1 from (select id, hash(email, total, seen) as h from customers) m full outer join cdp_planner.snapshot s on m.id = s.k where m.h is distinct from s.h
            """));
        Assert.Equal(0L, Assert.Single(await account.RowsAsync("select count(*) from cdp_planner.plan"))[0]);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Statements_tell_how_many_rows_they_changed(bool hasStats)
    {
        await using var account = await SnowflakeAccount.StartAsync(options => options with { HasStats = hasStats });
        Assert.Equal(-1, await account.RunAsync("create table t (i int, x varchar)"));
        Assert.Equal(3, await account.RunAsync("insert into t select seq4(), 'a' from table(generator(rowcount => 3))"));
        Assert.Equal(2, await account.RunAsync("update t set x = 'b' where i > 0"));
        Assert.Equal(4, await account.RunAsync("merge into t using (select 0 as i union all select 1 union all select 7 union all select 8) s on t.i = s.i when matched and s.i = 0 then delete when matched then update set x = 'c' when not matched then insert (i, x) values (s.i, 'd')"));
        Assert.Equal(1, await account.RunAsync("delete from t using t s where t.i = s.i and s.i = 7"));
        Assert.Equal(["c", "b", "d"], (await account.RowsAsync("select x from t order by i")).Select(row => row[0]));
    }

    [Fact]
    public async Task A_hash_is_signed_and_tells_values_apart()
    {
        await using var account = await SnowflakeAccount.StartAsync();

        var row = Assert.Single(await account.RowsAsync("select hash(1, 'a') = hash(1, 'a'), hash(1, 'a') = hash(1, null), hash(null) is null, hash('') = hash(null), hash(1), system$typeof(1), current_warehouse()"));
        Assert.Equal([true, false, false, false], row[..4]);
        Assert.InRange(decimal.Parse($"{row[4]}", System.Globalization.CultureInfo.InvariantCulture), long.MinValue, long.MaxValue);
        Assert.Equal("COMPUTE", row[6]);
        Assert.Equal([true, false], Assert.Single(await account.RowsAsync("""
            select a.h = b.h, a.h = c.h from (select hash_agg(i, 'x') as h from (select 1 as i union all select 2) t) a,
                (select hash_agg(i, 'x') as h from (select 2 as i union all select 1) t) b, (select hash_agg(i, 'x') as h from (select 1 as i union all select 3) t) c
            """)));
        var hashes = await account.RowsAsync("select min(h), max(h) from (select hash(seq4()) as h from table(generator(rowcount => 1000))) x");
        Assert.True((decimal)hashes[0][0] < 0 && (decimal)hashes[0][1] > 0);
    }

    [Fact]
    public async Task A_plan_is_explained_with_what_would_be_scanned()
    {
        await using var account = await SnowflakeAccount.StartAsync();
        await account.RunAsync("create table t as select seq4() as i from table(generator(rowcount => 25000))");

        var json = (string)Assert.Single(await account.RowsAsync("explain using json\nselect count(*) from t"))[0];
        Assert.Equal(3, JsonDocument.Parse(json).RootElement.GetProperty("GlobalStats").GetProperty("partitionsAssigned").GetInt64());
        Assert.Equal(3L, Assert.Single(await account.RowsAsync("explain select i from t"))[2]);
        var error = await Assert.ThrowsAsync<SnowflakeException>(() => account.RowsAsync("explain using json\nselect j from t"));
        Assert.Equal((2, 7), (error.Line, error.Position));
    }

    [Fact]
    public async Task What_models_write_for_Snowflake_runs()
    {
        await using var account = await SnowflakeAccount.StartAsync();
        await account.RunAsync("create table o (id int, at timestamp_ntz, total number(10,2), data variant)");
        await account.RunAsync("insert into o select 1, '2026-11-20 23:59:00'::timestamp_ntz, 12.5, parse_json('{\"a\":{\"b\":\"x\"}}')");

        var row = Assert.Single(await account.RowsAsync("""
            select datediff(second, at, '2026-11-21 00:00:30'::timestamp_ntz), datediff(day, at, '2026-11-21'::date), dateadd(day, -365, at), date_trunc('month', at),
                iff(total > 10, 'much', 'little'), zeroifnull(null::number), nvl(data:a.b::string, '-'), data:a.c::string, to_varchar(at, 'YYYY-MM-DD'), total::varchar,
                listagg(id, ',') within group (order by id) over (), count_if(total > 1) over ()
            from o where at > dateadd(day, -7, to_timestamp_tz('2026-11-22 07:37:01.250000 +0000', 'YYYY-MM-DD HH24:MI:SS.FF6 TZHTZM')) and contains(lower('ABC'), 'b')
            """));

        Assert.Equal(
            [90L, 1L, new DateTime(2025, 11, 20, 23, 59, 0), new DateTime(2026, 11, 1), "much", 0m, "x", DBNull.Value, "2026-11-20", "12.50", "1", 1L],
            row.Select(value => value is decimal or long && !Equals(value, 0m) ? Convert.ToInt64(value, System.Globalization.CultureInfo.InvariantCulture) : value));
        await Assert.ThrowsAsync<SnowflakeException>(() => account.RowsAsync("select object_construct(*) from o"));
    }

    [Fact]
    public async Task Other_databases_are_reached_by_their_names()
    {
        await using var account = await SnowflakeAccount.StartAsync();
        await account.RunAsync("create database other");
        await account.RunAsync("create table other.public.t as select 1 as i");

        Assert.Equal(1L, Assert.Single(await account.RowsAsync("select i from \"OTHER\".\"PUBLIC\".\"T\""))[0]);
        await Assert.ThrowsAsync<SnowflakeException>(() => account.RowsAsync("select i from \"other\".public.t"));
    }

    private static int Number(object value) => Convert.ToInt32(value, System.Globalization.CultureInfo.InvariantCulture);
}
