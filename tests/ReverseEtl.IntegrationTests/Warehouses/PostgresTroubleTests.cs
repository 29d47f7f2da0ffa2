using ReverseEtl.Core.Config;
using ReverseEtl.Core.Planning;

namespace ReverseEtl.IntegrationTests.Warehouses;

/// <summary>What goes wrong, and what is said of it.</summary>
public sealed class PostgresTroubleTests
{
    [Theory]
    [InlineData("select id,\n  nmae\nfrom t", 6, "column \"nmae\" does not exist")]
    [InlineData("select '😀😀😀' as s, id\nfrom t\nwhere\n  id = = 1", 8, "syntax error")]
    [InlineData("select * from\n missing", 6, "relation \"missing\" does not exist")]
    [InlineData("select * from t\nwhere id > 'x'::int", 6, "invalid input syntax for type integer")]
    [InlineData("select 1/(id - id) as id, name from t", 0, "division by zero")]
    [InlineData("select write() as id, 1 as n", 0, "cannot execute INSERT in a read-only transaction")]
    public async Task A_wrong_model_is_named_with_its_line(string sql, int line, string message)
    {
        var (bench, _) = await ModelBench.PostgresAsync("""
            create table t (id int, name text); insert into t values (1, 'one');
            create function write() returns int language sql as 'insert into t values (2) returning id';
            """);
        await using var disposing = bench;
        bench.Sql = sql;
        var problem = Assert.Single((await Assert.ThrowsAsync<ProjectException>(async () => await (await bench.PlanAsync()).DisposeAsync())).Problems);
        Assert.Equal((ModelBench.Path, line), (problem.Where.File, problem.Where.Line));
        Assert.Contains(message, problem.Message);
    }

    [Fact]
    public async Task A_wrong_condition_of_a_preview()
    {
        var (bench, _) = await ModelBench.PostgresAsync("create table t as select 1 as id, 'x' as name");
        await using var disposing = bench;
        Assert.Equal(1, (await bench.PreviewAsync("name = 'x'")).Count);
        Assert.Equal(0, (await bench.PreviewAsync("id > 1")).Count);
        Assert.Equal("--where: the warehouse refuses the condition: column \"nmae\" does not exist",
            (await Assert.ThrowsAsync<ProjectException>(() => bench.PreviewAsync("nmae = 'x'"))).Message);
    }

    [Theory]
    [InlineData("password", "password authentication failed", "Correct user and password")]
    [InlineData("database", "database \"nowhere\" does not exist", "Correct the database")]
    [InlineData("host", "no-such-host.invalid", "Check host, port and the network")]
    [InlineData("port", "127.0.0.1", "Check host, port and the network")]
    [InlineData("tls", "SSL", "a server without TLS needs sslMode: disable")]
    public async Task No_connection(string wrong, string message, string advice)
    {
        var error = await Assert.ThrowsAsync<WarehouseException>(() => ModelBench.PostgresAsync(change: options => wrong switch
        {
            "password" => options with { Password = new Secret("wr0ng-secret") },
            "database" => options with { Database = "nowhere" },
            "host" => options with { Host = "no-such-host.invalid" },
            "port" => options with { Port = 1 },
            _ => options with { SslMode = Npgsql.SslMode.VerifyFull },
        }));
        Assert.StartsWith("PostgreSQL at ", error.Message);
        Assert.Contains(message, error.Message);
        Assert.Contains(advice, error.Message);
        Assert.DoesNotContain("wr0ng-secret", error.ToString());
    }

    [Fact]
    public async Task Options_that_say_too_little()
    {
        var error = await Assert.ThrowsAsync<ProjectException>(() => ModelBench.PostgresAsync(change: options => options with { Host = null }));
        Assert.Equal("cdp.config.json (warehouse): say where the database is: host, database and user, or connectionString", error.Message);
        error = await Assert.ThrowsAsync<ProjectException>(() => ModelBench.PostgresAsync(change: options => options with { ConnectionString = new Secret("Hots=secret-host") }));
        Assert.DoesNotContain("secret-host", error.ToString());
    }

    [Fact]
    public async Task A_role_that_may_not_read_is_told_what_to_grant()
    {
        var source = await PostgresSource.CreateAsync("create schema shop; create table shop.orders as select 1 as id, 2 as total");
        await source.MakeReaderAsync();
        await using var bench = await ModelBench.OpenAsync(source.Options with { User = source.Reader });
        bench.Sql = "select * from {{ source('shop', 'orders') }}";

        Assert.Contains($"permission denied for schema shop. GRANT USAGE ON SCHEMA shop TO \"{source.Reader}\"", await RefusalAsync());
        await source.RunAsync($"grant usage on schema shop to {source.Reader}");
        Assert.Contains($"permission denied for table orders. GRANT SELECT ON orders TO \"{source.Reader}\"", await RefusalAsync());
        await source.RunAsync($"grant select on shop.orders to {source.Reader}");
        Assert.Equal("1|2", Assert.Single(await bench.RowsAsync()));

        async Task<string> RefusalAsync() => (await Assert.ThrowsAsync<ProjectException>(() => bench.DescribeAsync())).Message;
    }

    [Fact]
    public async Task A_model_that_takes_longer_than_it_may()
    {
        var (bench, _) = await ModelBench.PostgresAsync("create table t as select 1 as id", options => options with { StatementTimeout = TimeSpan.FromMilliseconds(200) });
        await using var disposing = bench;
        bench.Sql = "select id, pg_sleep(600)::text as v from t";
        var error = await Assert.ThrowsAsync<WarehouseException>(() => bench.PlanAsync());
        Assert.Contains("statement timeout", error.Message);
        Assert.Contains("Raise statementTimeout", error.Message);
    }

    [Fact]
    public async Task A_server_that_goes_in_the_middle_of_a_model_advances_nothing()
    {
        var (bench, source) = await ModelBench.PostgresAsync("create table t as select i as id, 'name' || i as name from generate_series(1, 2000) i");
        await using var disposing = bench;
        await bench.TellAsync();
        var small = bench.Sql;
        bench.Sql = "select i as id, 'name' || i as name from (select generate_series(1, 500000000) as i) s";
        var planning = bench.PlanAsync();
        while (await source.ValueAsync("select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database() and query like 'copy%' and wait_event = 'ClientWrite'") is null)
            await Task.Delay(10, ModelBench.Stop);
        var error = await Assert.ThrowsAsync<WarehouseException>(() => planning);
        Assert.Contains("PostgreSQL: ", error.Message);

        bench.Sql = small;
        await source.RunAsync("delete from t where id = 1");
        var summary = await bench.TellAsync();
        Assert.Equal((0, 0, 1), (summary.Added, summary.Changed, summary.Removed));
    }

    [Theory]
    [InlineData("select id, pg_sleep(600)::text as v from t")]
    [InlineData("select i as id, i as v from (select generate_series(1, 500000000) as i) s")]
    public async Task A_plan_that_is_given_up_stops_on_the_server_too(string sql)
    {
        var (bench, source) = await ModelBench.PostgresAsync("create table t as select 1 as id");
        await using var disposing = bench;
        bench.Sql = sql;
        using var stop = new CancellationTokenSource();
        var planning = bench.PlanAsync(stop: stop.Token);
        const string Copying = "select 1 from pg_stat_activity where datname = current_database() and state = 'active' and query like 'copy%'";
        while (await source.ValueAsync(Copying) is null)
            await Task.Delay(10, ModelBench.Stop);
        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => planning);
        while (await source.ValueAsync(Copying) is not null)
            await Task.Delay(10, ModelBench.Stop);
    }

    [Fact]
    public async Task Sessions_are_set_whatever_the_database_has()
    {
        var (bench, source) = await ModelBench.PostgresAsync("create schema shop; create table shop.t as select 1 as id, 0.1::float8 as f, interval '1 mon' as i, timestamptz '2026-11-22 07:00:00+02' as z, '\\x00ff'::bytea as b");
        await using var first = bench;
        await source.RunAsync("""
            do $$ begin execute format('alter database %I set timezone = ''Asia/Tokyo''', current_database());
            execute format('alter database %I set intervalstyle = ''iso_8601''', current_database()); execute format('alter database %I set datestyle = ''German''', current_database());
            execute format('alter database %I set extra_float_digits = -5', current_database()); execute format('alter database %I set bytea_output = ''escape''', current_database());
            execute format('alter database %I set search_path = ''nowhere''', current_database()); end $$
            """);
        await using var again = await ModelBench.OpenAsync(source.Options with { Schema = ["shop", "public"] });
        Assert.Equal("1|0.1|1 month|2026-11-22T05:00:00Z|AP8=", Assert.Single(await again.ValuesAsync()));
        Assert.Equal("1|0.1|1 month|2026-11-22T05:00:00Z|AP8=", Assert.Single(await again.RowsAsync()));
    }
}
