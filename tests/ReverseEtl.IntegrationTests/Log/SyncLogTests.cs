using Npgsql;
using ReverseEtl.DuckDb;
using ReverseEtl.IntegrationTests.Harness;

namespace ReverseEtl.IntegrationTests.Log;

/// <summary>The log of deliveries in the warehouse, as analysts read it after the program ran.</summary>
public sealed class SyncLogTests
{
    private const string Everything = """
        select r.status, r.model_rows, r.added, r.changed, r.removed, r.accepted, r.rejected, r.guard is not null,
            (select string_agg(l.kind || ' ' || l."key" || ' ' || l.outcome || coalesce(' ' || l.code, ''), ', ' order by l."key") from PLACE.sync_log l where l.run_id = r.run_id)
        from PLACE.sync_runs r where r.project = 'shop' and r.environment = '' and r.sync = 'customers_to_crm' and r.finished_at >= r.as_of order by r.as_of
        """;

    private static readonly string[] Expected =
    [
        "partial|5|5|0|0|4|1|false|add 1 accepted, add 2 rejected bad_email, add 3 accepted, add 4 accepted, add 5 accepted",
        "partial|5|0|0|0|0|0|false|NULL",
        "stopped|2|0|0|3|0|0|true|NULL",
        "partial|5|0|1|0|1|0|false|change 1 accepted",
    ];

    [Fact]
    public async Task A_duckdb_project_has_it_in_a_file_of_its_own()
    {
        await using var project = await ProjectAsync(""", "log": { "warehouse": true }""");
        var before = await File.ReadAllBytesAsync(project.Warehouse, Stop);
        await RunSeveralAsync(project, sql => Task.Run(() => project.Sql(sql), Stop), beforeChanges: () => Assert.Equal(before, File.ReadAllBytes(project.Warehouse)));

        Assert.Equal(Expected, Read(project, Everything));
        Assert.Equal(["6"], Read(project, "select count(\"at\") from PLACE.sync_log"));
    }

    [Theory]
    [InlineData("local")]
    [InlineData("warehouse")]
    public async Task A_postgres_project_has_it_in_the_planners_schema(string planner)
    {
        var database = await PostgresServer.DatabaseAsync();
        await using var project = await PostgresProjectAsync(database, planner, """, "log": { "warehouse": true }""");
        await RunSeveralAsync(project, sql => RunAsync(database, sql), beforeChanges: () => { });

        Assert.Equal(Expected, await ReadAsync(database, Everything));
        Assert.Equal(["6"], await ReadAsync(database, "select count(\"at\") from PLACE.sync_log"));
        // What was staged is gone.
        Assert.Equal(["0"], await ReadAsync(database, "select count(*) from pg_class where relname like '%log%staged%'"));
    }

    /// <summary>What the documentation shows can be asked of both.</summary>
    [Fact]
    public async Task The_queries_of_the_documentation_answer()
    {
        var queries = File.ReadAllText(Path.Combine(ReverseEtl.Tests.Repository.Root, "docs", "observability.md")).Split("```sql")[1..].Select(text => text.Split("```")[0].Replace("cdp_planner", "PLACE", StringComparison.Ordinal)).ToList();
        var database = await PostgresServer.DatabaseAsync();
        await using var duck = await ProjectAsync(""", "log": { "warehouse": true }""");
        await using var postgres = await PostgresProjectAsync(database, "local", """, "log": { "warehouse": true }""");
        await RunSeveralAsync(duck, sql => Task.Run(() => duck.Sql(sql), Stop), () => { });
        await RunSeveralAsync(postgres, sql => RunAsync(database, sql), () => { });

        Assert.Equal(3, queries.Count);
        string[][] answers = [.. queries.Select(query => Read(duck, query)), .. await Task.WhenAll(queries.Select(query => ReadAsync(database, query)))];
        foreach (var answer in new[] { answers[..3], answers[3..] })
        {
            Assert.EndsWith("|5|1", Assert.Single(answer[0]), StringComparison.Ordinal);
            Assert.StartsWith("customers_to_crm|bad_email|1|", Assert.Single(answer[1]), StringComparison.Ordinal);
            Assert.Equal("4", Assert.Single(answer[2]).Split('|')[2]);
            Assert.EndsWith("|5", answer[2][0], StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task What_a_run_could_not_write_the_next_one_writes_once()
    {
        await using var project = await ProjectAsync(""", "log": { "warehouse": true }""");
        (await project.RunAsync("run")).Exits(0);
        var log = Path.Combine(project.Folder, ".cdp", "log.duckdb");
        File.Move(log, $"{log}.away");
        Directory.CreateDirectory(log);
        // The run is no less delivered.
        project.Sql("update customers set name = 'New' where id = 1");
        var run = (await project.RunAsync("run", "--json")).Exits(0);
        Assert.Equal("succeeded", run.Run.GetProperty("status").GetString());
        Assert.Contains("the log of customers_to_crm lacks this run until the next one", run.Error);
        Directory.Delete(log);
        File.Move($"{log}.away", log);
        Assert.Equal(["1|5"], Read(project, "select count(distinct run_id), count(*) from PLACE.sync_log"));

        (await project.RunAsync("run")).Exits(0);
        (await project.RunAsync("run")).Exits(0);
        Assert.Equal(["4"], Read(project, "select count(*) from PLACE.sync_runs"));
        Assert.Equal(["2|6"], Read(project, "select count(distinct run_id), count(*) from PLACE.sync_log"));
    }

    [Theory]
    [InlineData("local")]
    [InlineData("warehouse")]
    public async Task Runs_before_the_log_was_asked_for_and_after_a_kill_are_caught_up(string planner)
    {
        var database = await PostgresServer.DatabaseAsync();
        await using var project = await PostgresProjectAsync(database, planner, "");
        await RunAsync(database, Customers);
        (await project.RunAsync("run")).Exits(0);
        project.Edit(CdpProject.Config, "\"project\": \"shop\",", "\"project\": \"shop\", \"log\": { \"warehouse\": true },");
        await RunAsync(database, "update customers set name = 'New' where id < 3");
        // The run is recorded, and its process is gone.
        await project.DieAfterAsync("finish");

        await Task.WhenAll(Enumerable.Range(0, 3).Select(async _ => await project.RunAsync("run")));
        (await project.RunAsync("run")).Exits(0);

        Assert.Equal(["add|5", "change|2"], await ReadAsync(database, "select kind, count(*) from PLACE.sync_log group by 1 order by 1"));
        Assert.Equal(["0"], await ReadAsync(database, "select count(*) - count(distinct run_id) from PLACE.sync_runs"));
    }

    [Fact]
    public async Task What_is_older_than_asked_is_forgotten()
    {
        var database = await PostgresServer.DatabaseAsync();
        await using var project = await PostgresProjectAsync(database, "local", """, "log": { "warehouse": true, "retention": "7d" }""");
        await RunAsync(database, Customers);
        (await project.RunAsync("run")).Exits(0);
        await RunAsync(database, """
            update cdp_planner.sync_runs set as_of = as_of - interval '8 days', run_id = 'old'; update cdp_planner.sync_log set run_id = 'old';
            insert into cdp_planner.sync_runs select 'other', environment, run_id, sync, status, as_of from cdp_planner.sync_runs
            """);
        (await project.RunAsync("run")).Exits(0);

        Assert.Equal(["other|1|0", "shop|2|5"], await ReadAsync(database, """
            select project, count(*), (select count(*) from PLACE.sync_log l where l.project = r.project and l.run_id <> 'old') from PLACE.sync_runs r group by 1 order by 1
            """));
    }

    [Fact]
    public async Task A_role_that_may_not_write_is_told_so_and_the_run_counts()
    {
        var database = await PostgresServer.DatabaseAsync();
        await using var project = await PostgresProjectAsync(database, "local", """, "log": { "warehouse": true }""");
        await RunAsync(database, $"{Customers}; create role role_{database.Database} login password '{PostgresServer.Password}'; grant select on customers to role_{database.Database}");
        project.Variables["SHOP"] = new NpgsqlConnectionStringBuilder(database.ConnectionString) { Username = $"role_{database.Database}" }.ConnectionString;

        var run = (await project.RunAsync("run")).Exits(0);

        Assert.Contains("the log of customers_to_crm lacks this run", run.Error);
        Assert.Equal(5, project.Delivered().Count);
        await RunAsync(database, (await project.RunAsync("doctor", "--grants")).Exits(0).Out);
        Assert.DoesNotContain("lacks", (await project.RunAsync("run")).Exits(0).Error);
        Assert.Equal(["2|5"], await ReadAsync(database, "select count(*), (select count(*) from PLACE.sync_log) from PLACE.sync_runs"));
    }

    private const string Customers = """
        create table customers (id integer, email text, name text, total numeric(10, 2));
        insert into customers select i, 'c' || i || '@shop.example', 'Customer ' || i, i * 10.5 from generate_series(1, 5) t(i)
        """;

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    /// <summary>A run with a rejected row, one with nothing to send, one that a guard stops, one with a change.</summary>
    private static async Task RunSeveralAsync(CdpProject project, Func<string, Task> sql, Action beforeChanges)
    {
        if (project.Variables.ContainsKey("SHOP"))
            await sql(Customers);
        project.Sandbox.Script.Add(new() { Then = new() { RejectKeys = ["2"], Code = "bad_email" } });
        project.Edit(CdpProject.Sync, "mode: mirror", "mode: mirror\nguards: { max_removed: 20% }");
        (await project.RunAsync("run")).Exits(1);
        (await project.RunAsync("run")).Exits(1);
        beforeChanges();
        await sql("create table kept as select * from customers; delete from customers where id > 2");
        (await project.RunAsync("run")).Exits(3);
        await sql("insert into customers select * from kept where id > 2; update customers set name = 'New' where id = 1");
        (await project.RunAsync("run")).Exits(1);
    }

    private static async Task<CdpProject> ProjectAsync(string config)
    {
        var project = await CdpProject.CreateAsync();
        project.Edit(CdpProject.Config, "\"project\": \"shop\",", $"\"project\": \"shop\"{config},");
        return project;
    }

    private static async Task<CdpProject> PostgresProjectAsync(NpgsqlConnectionStringBuilder database, string planner, string config)
    {
        var project = await ProjectAsync(config);
        project.Edit(CdpProject.Config, """{ "type": "duckdb", "path": "shop.duckdb" }""", $$"""{ "type": "postgres", "connectionString": "${env:SHOP}", "planner": "{{planner}}" }""");
        project.Variables["SHOP"] = database.ConnectionString;
        return project;
    }

    private static async Task RunAsync(NpgsqlConnectionStringBuilder database, string sql)
    {
        await using var connection = new NpgsqlConnection(database.ConnectionString);
        await connection.OpenAsync(Stop);
        await using var command = new NpgsqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync(Stop);
    }

    private static async Task<string[]> ReadAsync(NpgsqlConnectionStringBuilder database, string sql) =>
        [.. (await new State.StateDatabase(database).QueryAsync(sql.Replace("PLACE", "cdp_planner", StringComparison.Ordinal))).Select(row => row.Replace("|t|", "|true|").Replace("|f|", "|false|"))];

    /// <summary>As anybody reads it: the file attached for reading.</summary>
    private static string[] Read(CdpProject project, string sql)
    {
        using var connection = new DuckDBConnection("Data Source=:memory:");
        connection.Open();
        using (var attach = new DuckDBCommand($"attach '{project.Folder}/.cdp/log.duckdb' as log (read_only)", connection))
            attach.ExecuteNonQuery();
        using var command = new DuckDBCommand(sql.Replace("PLACE", "log", StringComparison.Ordinal), connection);
        using var reader = command.ExecuteReader();
        var rows = new List<string>();
        while (reader.Read())
            rows.Add(string.Join('|', Enumerable.Range(0, reader.FieldCount).Select(i => reader.IsDBNull(i) ? "NULL" : reader.GetValue(i) is bool flag ? (flag ? "true" : "false") : $"{reader.GetValue(i)}")));
        return [.. rows];
    }
}
