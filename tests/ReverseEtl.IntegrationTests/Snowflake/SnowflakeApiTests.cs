using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using ReverseEtl.Snowflake.Emulator;
using ReverseEtl.Tests.Contracts;
using ReverseEtl.Sandbox.Vendors;
using ReverseEtl.Warehouses.Snowflake;

namespace ReverseEtl.IntegrationTests.Snowflake;

/// <summary>What goes over the wire: requests are what Snowflake describes, and the emulator refuses what Snowflake would.</summary>
public sealed class SnowflakeApiTests
{
    private const string Select = """{"statement":"select 1 as a","parameters":{}}""";

    private static CancellationToken Cancellation => SnowflakeAccount.Cancellation;

    /// <summary><c>retry</c> is in Snowflake's guide on resubmitting requests, and in none of its OpenAPI documents.</summary>
    [Fact]
    [Trait("Category", "Contracts")]
    public async Task Every_request_is_one_that_Snowflake_describes()
    {
        await using var account = await SnowflakeAccount.StartAsync();
        account.Emulator.RowsPerPartition = 10;
        account.Emulator.Script.Add(new Trouble(Step.Submit) { Sql = "cancelled", RunsForPolls = -1 });
        account.Emulator.Script.Add(new Trouble(Step.Submit) { Sql = "again", Drop = true });
        await account.RunAsync("create table t (i int, x varchar)");
        await account.RunAsync("begin; insert into t select 1, 'a'; commit", 3);
        await account.RowsAsync("select ?, ?, ?, ?, ?, ?", 1, "x", null, 1.5, new DateTime(2026, 11, 22), true);
        await account.RowsAsync("select seq4() from table(generator(rowcount => 25))");
        await account.RowsAsync("select 'again'");
        await Assert.ThrowsAsync<SnowflakeException>(() => account.RowsAsync("select missing"));
        await CancelAsync(account);

        var violations = await new VendorContract("snowflake").ViolationsAsync([.. account.Emulator.Requests.Select(Recorded)], Cancellation);

        Assert.Contains(account.Emulator.Requests, request => request.Path.EndsWith("/cancel", StringComparison.Ordinal));
        Assert.Contains(account.Emulator.Requests, request => request.Query == "?partition=2");
        var known = Assert.Single(violations);
        Assert.EndsWith("the query has retry, which the document does not name", known, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_synchronous_statement_is_answered_at_once()
    {
        await using var account = await SnowflakeAccount.StartAsync();

        var (status, body) = await PostAsync(account, "", Select);

        Assert.Equal(HttpStatusCode.OK, status);
        Assert.Equal("""[["1"]]""", body.GetProperty("data").GetRawText());
        Assert.Equal("A", body.GetProperty("resultSetMetaData").GetProperty("rowType")[0].GetProperty("name").GetString());
    }

    [Fact]
    public async Task The_same_request_twice_runs_twice_unless_it_says_that_it_is_a_retry()
    {
        await using var account = await SnowflakeAccount.StartAsync();
        var id = Guid.NewGuid();

        var (_, first) = await PostAsync(account, $"?requestId={id}", Select);
        var (_, again) = await PostAsync(account, $"?requestId={id}&retry=true", Select);
        Assert.Equal(first.GetProperty("statementHandle").GetString(), again.GetProperty("statementHandle").GetString());
        Assert.Single(account.Emulator.Executions);

        await PostAsync(account, $"?requestId={id}", Select);
        Assert.Equal(2, account.Emulator.Executions.Count);
    }

    [Fact]
    public async Task A_synchronous_statement_that_takes_too_long_is_timed_out_or_goes_on()
    {
        await using var account = await SnowflakeAccount.StartAsync(options => options with { SyncWait = TimeSpan.FromMilliseconds(1) });
        account.Emulator.Script.Add(new Trouble(Step.Submit) { RunsForPolls = 2 });
        Assert.Equal(HttpStatusCode.Accepted, (await PostAsync(account, "", Select)).Status);

        await using var patient = await SnowflakeAccount.StartAsync();
        patient.Emulator.Script.Add(new Trouble(Step.Submit) { RunsForPolls = -1 });
        var (status, body) = await PostAsync(patient, "", """{"statement":"select 1","timeout":1}""");
        Assert.Equal((HttpStatusCode.RequestTimeout, "000630"), (status, body.GetProperty("code").GetString()));
    }

    [Theory]
    [InlineData("", "", 400)]
    [InlineData("", "{}", 400)]
    [InlineData("", """{"statement":""}""", 400)]
    [InlineData("", """{"statement":"select 1","timeout":-1}""", 400)]
    [InlineData("", """{"statement":"select 1","statment":"x"}""", 400)]
    [InlineData("?requestId=5", Select, 400)]
    [InlineData("?async=yes", Select, 400)]
    [InlineData("", """{"statement":"select 1; select 2"}""", 422)]
    [InlineData("", """{"statement":"begin"}""", 422)]
    [InlineData("", """{"statement":"select ?","bindings":{"1":{"type":"FIXED","value":"1.5"}}}""", 422)]
    [InlineData("", """{"statement":"select ?; select 1","bindings":{"1":{"type":"FIXED","value":"1"}},"parameters":{"multi_statement_count":2}}""", 422)]
    [InlineData("", """{"statement":"selct 1"}""", 422)]
    [InlineData("", """{"statement":"select 1","database":"shop"}""", 422)]
    public async Task What_Snowflake_would_refuse_is_refused(string query, string body, int status)
    {
        await using var account = await SnowflakeAccount.StartAsync();
        Assert.Equal(status, (int)(await PostAsync(account, query, body)).Status);
    }

    [Fact]
    public async Task Requests_without_their_headers_are_refused()
    {
        await using var account = await SnowflakeAccount.StartAsync();
        Assert.Equal(HttpStatusCode.Unauthorized, (await PostAsync(account, "", Select, request => request.Headers.Authorization = null)).Status);
        Assert.Equal(HttpStatusCode.Unauthorized, (await PostAsync(account, "", Select, request => request.Headers.Authorization = new("Bearer", "other"))).Status);
        Assert.Equal(HttpStatusCode.Unauthorized, (await PostAsync(account, "", Select, request => request.Headers.Add("X-Snowflake-Authorization-Token-Type", "KEYPAIR_JWT"))).Status);
        Assert.Equal(HttpStatusCode.BadRequest, (await PostAsync(account, "", Select, request => request.Headers.UserAgent.Clear())).Status);
        Assert.Equal(HttpStatusCode.UnsupportedMediaType, (await PostAsync(account, "", Select, request => request.Content!.Headers.ContentType = new MediaTypeHeaderValue("text/plain"))).Status);
    }

    private static async Task CancelAsync(SnowflakeAccount account)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(Cancellation);
        await using var warehouse = account.Open();
        await using var connection = warehouse.Connect();
        var before = account.Emulator.Requests.Count;
        var running = new SnowflakeCommand("select 'cancelled'", connection).ExecuteScalarAsync(stop.Token);
        while (account.Emulator.Requests.Count < before + 2)
            await Task.Delay(5, Cancellation);
        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => running);
    }

    private static async Task<(HttpStatusCode Status, JsonElement Body)> PostAsync(SnowflakeAccount account, string query, string body, Action<HttpRequestMessage>? with = null)
    {
        using var client = new HttpClient();
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(account.Emulator.Url, $"api/v2/statements{query}"));
        request.Content = new StringContent(body, Encoding.UTF8, "application/json");
        request.Headers.Authorization = new("Bearer", "oauth-secret");
        request.Headers.UserAgent.ParseAdd("tests/1.0");
        with?.Invoke(request);
        using var response = await client.SendAsync(request, Cancellation);
        return (response.StatusCode, JsonDocument.Parse(await response.Content.ReadAsStringAsync(Cancellation)).RootElement.Clone());
    }

    private static VendorRequest Recorded(EmulatedRequest request) =>
        new(DateTimeOffset.UnixEpoch, request.Method, request.Path, request.Query, request.Headers, request.Body, Rows: null, 200);
}
