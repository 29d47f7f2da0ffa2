using ReverseEtl.Conformance;
using ReverseEtl.Conformance.Planner;
using ReverseEtl.Core.Config;
using ReverseEtl.Core.Planning;
using ReverseEtl.Core.State;
using ReverseEtl.IntegrationTests.Snowflake;
using ReverseEtl.Snowflake.Emulator;

namespace ReverseEtl.IntegrationTests.Planner;

/// <summary>What befalls a planner beside Snowflake: results that break off, statements that end too early, models that are wrong.</summary>
public sealed class SnowflakeBesideTroubleTests
{
    private const string Ten = "i as id, 'name ' || i as name";

    [Fact]
    public async Task W1_A_model_runs_once_for_a_plan_also_where_keys_are_doubled_and_a_column_was_told_that_is_mapped_no_more()
    {
        await using var account = await SnowflakeAccount.StartAsync();
        account.Emulator.RowsPerPartition = 3;
        using var bench = Bench(account);
        bench.Map("mirror", "name: name\nmail: mail");
        bench.Create(10, $"{Ten}, i || '@example.com' as mail");
        await bench.RunAsync();
        bench.Warehouse("insert into rows values (3, 'again', ''), (20, 'twice', ''), (20, 'twice', ''), (21, 'new', ''); update rows set mail = 'new' where id = 5");
        bench.Map("mirror", "name: name");

        Assert.Equal("name 5", (await OnceAsync(() => bench.ExplainAsync("5"))).Fields[0].Text(0));
        var run = await OnceAsync(() => bench.RunAsync());
        Assert.Equal((1, 4), (run.Added, run.Quarantined));
        // The model is described, and run.
        async Task<T> OnceAsync<T>(Func<Task<T>> work)
        {
            var before = account.Emulator.Executions.Count;
            var result = await work();
            Assert.Equal([true, false], account.Emulator.Executions.Skip(before).Select(execution => execution.Sql.EndsWith("limit 0", StringComparison.Ordinal)));
            return result;
        }
    }

    [Fact]
    public async Task A_partition_that_is_lost_for_good_fails_the_plan_and_loses_nothing()
    {
        await using var account = await SnowflakeAccount.StartAsync();
        account.Emulator.RowsPerPartition = 1000;
        using var bench = Bench(account);
        bench.Create(5000, Ten);
        await bench.RunAsync();
        bench.Warehouse("update rows set name = 'new' where id = 4000; delete from rows where id = 4500");
        account.Emulator.Script.Add(new Trouble(Step.Partition) { Status = 404 });

        var error = await Assert.ThrowsAsync<WarehouseException>(() => bench.RunAsync());

        Assert.StartsWith("Snowflake: scripted", error.Message, StringComparison.Ordinal);
        Assert.Equal(5000, bench.Destination.Rows.Count);
        var run = await bench.RunAsync();
        Assert.Equal((0, 1, 1), (run.Added, run.Changed, run.Removed));
    }

    [Fact]
    public async Task A_partition_that_breaks_off_is_fetched_again()
    {
        await using var account = await SnowflakeAccount.StartAsync();
        account.Emulator.RowsPerPartition = 1000;
        using var bench = Bench(account, Jumping());
        bench.Create(5000, Ten);
        account.Emulator.Script.Add(new Trouble(Step.Partition) { DropAfterBytes = 500, Times = 3 });
        Assert.Equal(5000, (await bench.RunAsync()).Accepted);
        Assert.Equal(Enumerable.Range(0, 5000).Select(i => ($"{i}", $$"""{"name":"name {{i}}"}""")).ToHashSet(), bench.Destination.Rows.Select(row => (row.Key, row.Value)).ToHashSet());
        Assert.Equal(RunStatus.Unchanged, (await bench.RunAsync()).Status);
    }

    [Fact]
    public async Task A_statement_that_somebody_else_cancels_fails_the_plan()
    {
        await using var account = await SnowflakeAccount.StartAsync();
        using var bench = Bench(account);
        bench.Create(10, Ten);
        await bench.RunAsync();
        bench.Warehouse("delete from rows where id = 3");
        var handle = Stopped(account);
        var running = bench.RunAsync();
        using var client = new HttpClient();
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(account.Emulator.Url, $"api/v2/statements/{await handle}/cancel"));
        foreach (var (name, value) in new[] { ("Authorization", "Bearer oauth-secret"), ("X-Snowflake-Authorization-Token-Type", "OAUTH"), ("User-Agent", "somebody") })
            request.Headers.TryAddWithoutValidation(name, value);
        (await client.SendAsync(request, SnowflakeAccount.Cancellation)).EnsureSuccessStatusCode();

        var error = await Assert.ThrowsAsync<WarehouseException>(() => running);
        Assert.Contains("SQL execution canceled (000604), query ", error.Message, StringComparison.Ordinal);
        Assert.Equal(1, (await bench.RunAsync()).Removed);
    }

    [Fact]
    public async Task A_plan_that_is_given_up_cancels_its_statement()
    {
        await using var account = await SnowflakeAccount.StartAsync();
        using var bench = Bench(account);
        bench.Create(10, Ten);
        var handle = Stopped(account);
        using var stop = new CancellationTokenSource();
        var running = bench.RunsAsync(cancellationToken: stop.Token);
        var path = $"api/v2/statements/{await handle}/cancel";
        await stop.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => running);
        Assert.Contains(account.Emulator.Requests, request => request.Path == path);
        Assert.Equal(10, (await bench.RunsAsync())[^1].Accepted);
    }

    [Theory]
    [InlineData("select id, n::number as name from rows", 0, "Could not convert string")]
    [InlineData("select id,\n  n as name,\n  missing from rows", 7, "invalid identifier 'MISSING'")]
    public async Task A_wrong_model_is_named(string sql, int line, string message)
    {
        await using var account = await SnowflakeAccount.StartAsync();
        using var bench = Bench(account);
        bench.Create(10, "i as id, 'name ' || i as n");
        bench.Model(sql);

        var problem = Assert.Single((await Assert.ThrowsAsync<ProjectException>(() => bench.RunAsync())).Problems);

        Assert.Equal(("models/rows.sql", line), (problem.Where.File, problem.Where.Line));
        Assert.Contains(message, problem.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task W10_A_key_of_another_scale_is_another_key()
    {
        using var bench = new SyncBench(new SnowflakeBesideHarness(), "mirror");
        bench.Create(3, "i::number(38, 2) as id, 'name ' || i as name");
        Assert.Equal(3, (await bench.RunAsync()).Accepted);
        Assert.Equal(["0.00", "1.00", "2.00"], bench.Destination.Rows.Keys.Order(StringComparer.Ordinal));
        bench.Reshape("id::number(38, 3) as id, name");

        var error = await Assert.ThrowsAsync<ProjectException>(() => bench.RunAsync());
        Assert.Contains("was (id DECIMAL(38,2)) and is now (id DECIMAL(38,3))", error.Message, StringComparison.Ordinal);
    }

    /// <summary>The handle of the next statement that reads a model, which runs until it is cancelled.</summary>
    private static Task<string> Stopped(SnowflakeAccount account)
    {
        var seen = new TaskCompletionSource<string>(TaskCreationOptions.RunContinuationsAsynchronously);
        account.Emulator.Script.Add(new Trouble(Step.Submit) { RunsForPolls = -1, Sql = "as c0" });
        var submitted = false;
        account.Emulator.Received += request =>
        {
            if (request.Method == "POST" && System.Text.Encoding.UTF8.GetString(request.Body.Span).Contains("as c0", StringComparison.Ordinal))
                submitted = true;
            else if (submitted && request.Method == "GET")
                seen.TrySetResult(request.Path.Split('/')[3]);
        };
        return seen.Task;
    }

    private static SyncBench Bench(SnowflakeAccount account, TimeProvider? time = null) =>
        new(new SnowflakeBesideHarness(account) { Time = time ?? TimeProvider.System }, "mirror");

    // Waits between attempts are over at once; what requests may take is not.
    private static ManualTime Jumping() => new(DateTimeOffset.UtcNow, jumps: true) { LongestJump = TimeSpan.FromSeconds(30) };
}
