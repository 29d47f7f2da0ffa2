using ReverseEtl.Conformance;
using ReverseEtl.Core.Config;
using ReverseEtl.Snowflake.Emulator;
using ReverseEtl.Warehouses.Snowflake;

namespace ReverseEtl.IntegrationTests.Snowflake;

/// <summary>What goes wrong on the way. A statement runs once, whatever it is.</summary>
public sealed class SnowflakeRetryTests
{
    private static CancellationToken Cancellation => SnowflakeAccount.Cancellation;

    public static readonly TheoryData<Trouble> Put_off =
    [
        new Trouble(Step.Submit) { Status = 429, Times = 3 },
        new Trouble(Step.Submit) { Status = 503, Times = 2 },
        new Trouble(Step.Submit) { Status = 504 },
        new Trouble(Step.Submit) { Drop = true, Times = 2 },
        new Trouble(Step.Submit) { DropAfterwards = true },
        new Trouble(Step.Submit) { DropAfterwards = true, Times = 3 },
        new Trouble(Step.Submit) { DropAfterBytes = 5 },
        new Trouble(Step.Status) { Status = 429, Times = 2 },
        new Trouble(Step.Status) { Status = 503 },
        new Trouble(Step.Status) { Drop = true, Times = 2 },
        new Trouble(Step.Status) { DropAfterBytes = 0 },
        new Trouble(Step.Status) { DropAfterBytes = 40 },
    ];

    [Theory]
    [MemberData(nameof(Put_off))]
    public async Task A_statement_runs_once_and_its_result_arrives(Trouble trouble)
    {
        await using var account = await SnowflakeAccount.StartAsync();
        await account.RunAsync("create table t (i int)");
        account.Emulator.Script.Add(trouble with { Sql = "insert" });
        await using var warehouse = Jumping(account);
        await using var connection = warehouse.Connect();

        Assert.Equal(2, await new SnowflakeCommand("insert into t select 1 union all select 2", connection).ExecuteNonQueryAsync(Cancellation));

        Assert.Single(account.Emulator.Executions, execution => execution.Sql.StartsWith("insert", StringComparison.Ordinal));
        Assert.Equal(2L, Assert.Single(await account.RowsAsync("select count(*) from t"))[0]);
        var submissions = account.Emulator.Requests.Where(request => request.Query.Contains("requestId", StringComparison.Ordinal) && System.Text.Encoding.UTF8.GetString(request.Body.Span).Contains("insert", StringComparison.Ordinal)).ToList();
        Assert.Single(submissions.Select(request => request.Query.Replace("&retry=true", "", StringComparison.Ordinal)).Distinct());
        Assert.Equal(submissions.Select((_, i) => i > 0), submissions.Select(request => request.Query.Contains("retry=true", StringComparison.Ordinal)));
        Assert.Equal(trouble.On is Step.Submit ? trouble.Times + 1 : 1, submissions.Count);
    }

    [Fact]
    public async Task The_wait_that_Snowflake_asks_for_is_kept()
    {
        var time = new ManualTime(DateTimeOffset.UtcNow, jumps: true) { LongestJump = TimeSpan.FromSeconds(30) };
        await using var account = await SnowflakeAccount.StartAsync();
        account.Emulator.Script.Add(new Trouble(Step.Submit) { Status = 429, RetryAfter = 17 });
        await using var warehouse = Jumping(account, time);
        await using var connection = warehouse.Connect();

        await new SnowflakeCommand("select 1", connection).ExecuteScalarAsync(Cancellation);

        Assert.Contains(TimeSpan.FromSeconds(17), time.Waits);
    }

    [Fact]
    public async Task What_is_put_off_again_and_again_is_an_error_that_says_so()
    {
        await using var account = await SnowflakeAccount.StartAsync();
        account.Emulator.Script.Add(new Trouble(Step.Submit) { Status = 503, Times = 100 });
        await using var warehouse = Jumping(account);
        await using var connection = warehouse.Connect();

        var error = await Assert.ThrowsAsync<SnowflakeException>(() => new SnowflakeCommand("select 1", connection).ExecuteScalarAsync(Cancellation));

        Assert.Contains("503 ServiceUnavailable, and 6 requests did not change that", error.Message, StringComparison.Ordinal);
        Assert.True(error.IsTransient);
        Assert.Equal(6, account.Emulator.Requests.Count);
    }

    [Fact]
    public async Task Nobody_there_is_an_error_that_says_so()
    {
        await using var account = await SnowflakeAccount.StartAsync();
        await using var warehouse = Jumping(account, url: new Uri("http://127.0.0.1:9"));

        var error = await Assert.ThrowsAsync<Core.Planning.WarehouseException>(() => warehouse.DescribeAsync(new SnowflakeModels(("t", "select 1 as id")).Compile(), Cancellation));

        Assert.Contains("ConnectionRefused", error.Message, StringComparison.Ordinal);
        Assert.Contains("Check account, baseUrl and the network", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(null, 2)]
    [InlineData(0, 3)]
    [InlineData(100, 4)]
    [InlineData(20_000, 2)]
    public async Task A_partition_that_breaks_off_goes_on_behind_the_last_row(int? afterBytes, int times)
    {
        await using var account = await SnowflakeAccount.StartAsync();
        account.Emulator.RowsPerPartition = 20_000;
        account.Emulator.Script.Add(new Trouble(Step.Partition) { Drop = afterBytes is null, DropAfterBytes = afterBytes, Times = times });
        await using var warehouse = Jumping(account);
        await using var connection = warehouse.Connect();

        await using var reader = await new SnowflakeCommand("select seq4() as n, md5(n::varchar) as text from table(generator(rowcount => 50000))", connection).ExecuteReaderAsync(Cancellation);
        var read = new List<long>();
        while (await reader.ReadAsync(Cancellation))
            read.Add(reader.GetInt64(0));

        Assert.Equal(Enumerable.Range(0, 50_000).Select(n => (long)n), read);
        Assert.Equal(2 + times, account.Emulator.Requests.Count(request => request.Query.Contains("partition=", StringComparison.Ordinal)));
        Assert.Single(account.Emulator.Executions);
    }

    /// <summary>Waits are over at once; what requests may take is not.</summary>
    private static SnowflakeWarehouse Jumping(SnowflakeAccount account, ManualTime? time = null, Uri? url = null) => account.Open(
        options => options with { PrivateKey = null, User = null, OauthToken = new Secret("oauth-secret"), BaseUrl = url ?? account.Emulator.Url },
        time ?? new ManualTime(DateTimeOffset.UtcNow, jumps: true) { LongestJump = TimeSpan.FromSeconds(30) });
}
