using System.Globalization;
using System.Text.Json;
using Npgsql;
using ReverseEtl.IntegrationTests.Harness;

namespace ReverseEtl.IntegrationTests.Serve;

/// <summary>
/// Three workers on one PostgreSQL, which is warehouse and control store. Workers and the database are killed at random while the models
/// change: everything that is due runs, nothing overlaps, and the destinations end up with the models' rows.
/// </summary>
public sealed class WorkersTests
{
    private const int Workers = 3;
    private const int Tables = 5;

    [Fact]
    public Task Workers_take_over_from_each_other() => RunAsync(TimeSpan.FromSeconds(40), seed: 20261122);

    [Fact]
    [Trait("Category", "Long")]
    public Task Workers_take_over_from_each_other_for_minutes() => RunAsync(TimeSpan.FromMinutes(5), Environment.TickCount);

    [Fact]
    public async Task Tables_of_another_version_are_made_anew()
    {
        Assert.SkipWhen(PostgresCluster.Missing is not null, PostgresCluster.Missing ?? "");
        await using var server = await PostgresCluster.CreateAsync();
        await using var project = await ProjectAsync(server);
        var database = server.At("postgres");
        await ExecuteAsync(database, string.Join('\n', Enumerable.Range(0, Tables).Select(table => $"create table t{table} (id integer, name text);")));
        await using (var served = await ServedProject.StartAsync(project))
            (await served.StopAsync()).Exits(0);
        await ExecuteAsync(database, "comment on table cdp_state.qrtz_locks is 'Quartz 0.1'; alter table cdp_state.qrtz_triggers drop column priority");
        await using (var served = await ServedProject.StartAsync(project))
            (await served.StopAsync()).Exits(0);
        Assert.Equal(["Quartz 4.7"], await ListAsync(database, "select obj_description('cdp_state.qrtz_locks'::regclass)"));
    }

    private static async Task RunAsync(TimeSpan howLong, int seed)
    {
        Assert.SkipWhen(PostgresCluster.Missing is not null, PostgresCluster.Missing ?? "");
        var random = new Random(seed);
        TestContext.Current.TestOutputHelper?.WriteLine($"seed {seed}");
        await using var server = await PostgresCluster.CreateAsync();
        await using var project = await ProjectAsync(server);
        var database = server.At("postgres");
        await ExecuteAsync(database, string.Join('\n', Enumerable.Range(0, Tables).Select(table =>
            $"create table t{table} (id integer primary key, name text); insert into t{table} select i, 'first' from generate_series(1, 40) i;")));

        var workers = new ServedProject[Workers];
        var logs = new List<string>();
        for (var i = 0; i < Workers; i++)
            workers[i] = ServedProject.Begin(project);
        try
        {
            await workers[0].ReadyAsync();
            var (kills, crashes) = (0, 0);
            var end = TimeProvider.System.GetTimestamp();
            while (TimeProvider.System.GetElapsedTime(end) < howLong)
            {
                await ChangeAsync(database, random);
                await Task.Delay(random.Next(300, 1_500), TestContext.Current.CancellationToken);
                switch (random.Next(6))
                {
                    case 0 or 1:
                        var which = random.Next(Workers);
                        await workers[which].Process.KillAsync();
                        logs.Add((await workers[which].Process.EndAsync()).Error);
                        workers[which] = ServedProject.Begin(project);
                        kills++;
                        break;
                    case 2:
                        await server.CrashAsync();
                        await Task.Delay(random.Next(0, 2_000), TestContext.Current.CancellationToken);
                        await server.StartAsync();
                        NpgsqlConnection.ClearAllPools();
                        crashes++;
                        break;
                }
            }

            TestContext.Current.TestOutputHelper?.WriteLine($"{kills} workers killed, {crashes} crashes of the database");
            Assert.True(kills > 0 && crashes > 0, "the seed killed nothing");
            await ChangeAsync(database, random);
            for (var table = 0; table < Tables; table++)
                await AssertConvergesAsync(project, database, table);
            await AssertAllRanAsync(project, database, await NowAsync(database));
        }
        finally
        {
            foreach (var worker in workers)
            {
                await worker.Process.SignalAsync("TERM");
                logs.Add((await worker.Process.EndAsync()).Error);
                await worker.DisposeAsync();
            }
        }

        await AssertNoneOverlappedAsync(logs, database);
    }

    private static async Task<CdpProject> ProjectAsync(PostgresCluster server)
    {
        var project = await CdpProject.CreateAsync(""", "batchRows": 10, "concurrency": 2, "timeout": "2s" """);
        project.Edit(CdpProject.Config, """{ "type": "duckdb", "path": "shop.duckdb" },""", """
            { "type": "postgres", "connectionString": "${env:SHOP}", "planner": "warehouse" },
              "state": { "type": "postgres", "connectionString": "${env:SHOP}" },
            """);
        project.Variables["SHOP"] = server.At("postgres").ConnectionString;
        File.Delete(Path.Combine(project.Folder, CdpProject.Model));
        File.Delete(Path.Combine(project.Folder, CdpProject.Sync));
        for (var table = 0; table < Tables; table++)
        {
            project.Write($"models/t{table}.sql", $"/* ---\nkind: table\nkey: id\n--- */\nselect id, name from t{table}");
            // One waits for another: chains survive too.
            project.Write($"models/syncs/s{table}.yml", string.Create(CultureInfo.InvariantCulture, $"""
                sync: s{table}
                model: t{table}
                destination: crm
                object: {"{"} path: /t{table}, identifiers: [name] {"}"}
                mode: mirror
                guards: {"{"} max_removed: 100%, max_changed: 100%, min_rows: 0 {"}"}
                schedule: {(table == Tables - 1 ? "{ after: s0 }" : "{ every: 2s }")}
                map: {"{"} name: name {"}"}
                """));
        }

        return project;
    }

    private static async Task ChangeAsync(NpgsqlConnectionStringBuilder database, Random random)
    {
        var table = random.Next(Tables);
        var sql = string.Create(CultureInfo.InvariantCulture, $"""
            update t{table} set name = 'renamed {random.Next(1000)}' where id % 7 = {random.Next(7)};
            delete from t{table} where id % 11 = {random.Next(11)};
            insert into t{table} select i, 'new {random.Next(1000)}' from generate_series(1, 60) i where i % 11 = {random.Next(11)} on conflict do nothing;
            """);
        await ServedProject.UntilAsync(async () =>
        {
            try
            {
                await ExecuteAsync(database, sql);
                return true;
            }
            catch (NpgsqlException)
            {
                // It is just starting again.
                return false;
            }
        });
    }

    private static Task AssertConvergesAsync(CdpProject project, NpgsqlConnectionStringBuilder database, int table) => ServedProject.UntilAsync(
        async () =>
        {
            var model = await ListAsync(database, $"select id || ' ' || name from t{table} order by id");
            var told = project.Delivered($"crm/t{table}").Select(row => $"{row.Key} {JsonDocument.Parse(row.Value).RootElement.GetProperty("name").GetString()}");
            return model.SequenceEqual(told);
        },
        seconds: 180);

    /// <summary>Every sync goes on running by itself.</summary>
    private static Task AssertAllRanAsync(CdpProject project, NpgsqlConnectionStringBuilder database, string since) => ServedProject.UntilAsync(
        async () => (await ListAsync(database, $"select distinct sync from cdp_state.runs where as_of > '{since}' order by 1")).Count == Tables,
        seconds: 120);

    /// <summary>A run that sends begins only when those before it have ended.</summary>
    private static async Task AssertNoneOverlappedAsync(IEnumerable<string> logs, NpgsqlConnectionStringBuilder database)
    {
        var ended = (await ListAsync(database, "select run_id || '|' || to_char(finished_at at time zone 'UTC', 'YYYY-MM-DD\"T\"HH24:MI:SS.MS') from cdp_state.runs where finished_at is not null"))
            .Select(row => row.Split('|')).ToDictionary(parts => parts[0], parts => DateTime.Parse(parts[1], CultureInfo.InvariantCulture));
        var began = new List<(string Sync, string RunId, DateTime At)>();
        foreach (var line in logs.SelectMany(log => log.Split('\n')).Where(line => line.Contains("{Added} added", StringComparison.Ordinal)))
        {
            var entry = JsonDocument.Parse(line).RootElement;
            var state = entry.GetProperty("State");
            began.Add((state.GetProperty("Sync").GetString()!, state.GetProperty("RunId").GetString()!, entry.GetProperty("Timestamp").GetDateTime()));
        }

        Assert.NotEmpty(began);
        foreach (var sync in began.GroupBy(run => run.Sync))
        {
            var runs = sync.OrderBy(run => run.At).ToList();
            for (var i = 1; i < runs.Count; i++)
            {
                Assert.True(ended.TryGetValue(runs[i - 1].RunId, out var end), $"{runs[i - 1].RunId} never ended, and {runs[i].RunId} began");
                Assert.True(end <= runs[i].At.AddMilliseconds(1), $"{runs[i].RunId} began at {runs[i].At:O}, {runs[i - 1].RunId} ended at {end:O}");
            }
        }
    }

    private static async Task<string> NowAsync(NpgsqlConnectionStringBuilder database) => (await ListAsync(database, "select now()::text"))[0];

    private static async Task<List<string>> ListAsync(NpgsqlConnectionStringBuilder database, string sql)
    {
        await using var connection = new NpgsqlConnection(database.ConnectionString);
        await connection.OpenAsync(TestContext.Current.CancellationToken);
        await using var command = new NpgsqlCommand(sql, connection);
        await using var reader = await command.ExecuteReaderAsync(TestContext.Current.CancellationToken);
        var rows = new List<string>();
        while (await reader.ReadAsync(TestContext.Current.CancellationToken))
            rows.Add(reader.GetString(0));
        return rows;
    }

    private static async Task ExecuteAsync(NpgsqlConnectionStringBuilder database, string sql)
    {
        await using var connection = new NpgsqlConnection(database.ConnectionString);
        await connection.OpenAsync(TestContext.Current.CancellationToken);
        await using var command = new NpgsqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync(TestContext.Current.CancellationToken);
    }
}
