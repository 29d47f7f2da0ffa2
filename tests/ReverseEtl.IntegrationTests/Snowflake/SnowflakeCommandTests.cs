using Dapper;
using ReverseEtl.Conformance;
using ReverseEtl.Snowflake.Emulator;
using ReverseEtl.Warehouses.Snowflake;

namespace ReverseEtl.IntegrationTests.Snowflake;

/// <summary>The ADO.NET surface, against a server that answers as the SQL API's documents say.</summary>
public sealed class SnowflakeCommandTests
{
    private static CancellationToken Cancellation => SnowflakeAccount.Cancellation;

    [Fact]
    public async Task Dapper_maps_rows_and_passes_parameters()
    {
        await using var account = await SnowflakeAccount.StartAsync();
        await account.RunAsync("create table customers (id int, name varchar, total number(10,2), born date, seen timestamp_ntz, vip boolean)");
        await using var warehouse = account.Open();
        await using var connection = warehouse.Connect();

        var inserted = await connection.ExecuteAsync(
            "insert into customers select ?Id?, ?Name?, ?Total?::number(10,2), ?Born?, ?Seen?, ?Vip?",
            new { Id = 7L, Name = "Åse 'ø\" ?\n", Total = 12.50m, Born = new DateOnly(1980, 2, 29), Seen = new DateTime(2026, 11, 22, 7, 37, 1, 250), Vip = (bool?)null });
        var customer = Assert.Single(await connection.QueryAsync<Customer>("select id, name, total, born, seen, vip from customers where id = ?id?", new { id = 7 }));

        Assert.Equal(1, inserted);
        Assert.Equal(new Customer { Id = 7, Name = "Åse 'ø\" ?\n", Total = 12.50m, Born = new DateOnly(1980, 2, 29), Seen = new DateTime(2026, 11, 22, 7, 37, 1, 250) }, customer);
    }

    [Fact]
    public async Task Every_type_makes_the_round_trip()
    {
        await using var account = await SnowflakeAccount.StartAsync();
        await account.RunAsync("""
            create table t (i int, n number(38,0), d number(10,4), f float, b boolean, s varchar(100), x binary, day date, clock time,
                ntz timestamp_ntz(9), tz timestamp_tz, v variant, o object, a array)
            """);
        await account.RunAsync("""
            insert into t select 5, 99999999999999999999999999999999999999, -0.2500, 'nan'::float, true, '', to_binary('00ff', 'hex'), '2020-02-29'::date, '23:59:59.123456'::time,
                '2026-11-22 07:37:01.123456789'::timestamp_ntz(9), '2026-11-22 09:37:01.5 +02:00'::timestamp_tz, parse_json('{"a":[1,null]}'), object_construct('k', 1), array_construct(1, 2)
            """);
        await account.RunAsync("insert into t (i) select null");

        await using var warehouse = account.Open();
        await using var connection = warehouse.Connect();
        await using var reader = await new SnowflakeCommand("select * from t order by i nulls last", connection).ExecuteReaderAsync(Cancellation);

        Assert.True(await reader.ReadAsync(Cancellation));
        Assert.Equal((5, 5L, "5"), (reader.GetInt32(0), reader.GetFieldValue<long?>(0), reader.GetString(0)));
        Assert.Equal("99999999999999999999999999999999999999", reader.GetFieldValue<System.Numerics.BigInteger>(1).ToString());
        Assert.Equal((-0.25m, "-0.2500"), (reader.GetDecimal(2), reader.GetString(2)));
        Assert.True(double.IsNaN(reader.GetDouble(3)));
        Assert.True(reader.GetBoolean(4));
        Assert.Equal("", reader.GetString(5));
        Assert.Equal([0x00, 0xff], reader.GetFieldValue<byte[]>(6));
        Assert.Equal(new DateOnly(2020, 2, 29), reader.GetFieldValue<DateOnly>(7));
        Assert.Equal("23:59:59.123456", reader.GetString(8));
        Assert.Equal("2026-11-22T07:37:01.123456789", reader.GetString(9));
        Assert.Equal(new DateTime(2026, 11, 22, 7, 37, 1).AddTicks(1234567), reader.GetDateTime(9));
        Assert.Equal(new DateTimeOffset(2026, 11, 22, 7, 37, 1, 500, TimeSpan.Zero), reader.GetFieldValue<DateTimeOffset>(10));
        Assert.Equal("""{"a":[1,null]}""", reader.GetString(11));
        Assert.Equal("""{"k":1}""", reader.GetString(12));
        Assert.Equal("[1,2]", reader.GetString(13));

        Assert.True(await reader.ReadAsync(Cancellation));
        Assert.All(Enumerable.Range(0, reader.FieldCount), ordinal => Assert.True(reader.IsDBNull(ordinal)));
        Assert.Null(reader.GetFieldValue<int?>(0));
        Assert.Throws<InvalidCastException>(() => reader.GetInt32(0));
        Assert.False(await reader.ReadAsync(Cancellation));
        Assert.Throws<InvalidOperationException>(() => reader.GetValue(0));
        Assert.Equal(["NUMBER(38,0)", "NUMBER(38,0)", "NUMBER(10,4)", "FLOAT", "BOOLEAN", "VARCHAR", "BINARY", "DATE", "TIME(9)", "TIMESTAMP_NTZ(9)", "TIMESTAMP_TZ(9)", "VARIANT", "VARIANT", "VARIANT"],
            Enumerable.Range(0, reader.FieldCount).Select(reader.GetDataTypeName));
    }

    [Fact]
    public async Task Parameters_of_every_type_arrive()
    {
        await using var account = await SnowflakeAccount.StartAsync();
        object?[] values = [true, 5L, 0.1, "x", new byte[] { 0, 255 }, new DateOnly(1969, 12, 31), new TimeOnly(23, 1, 59), new DateTime(2021, 3, 19, 17, 6, 59), new DateTimeOffset(2021, 3, 19, 9, 6, 59, TimeSpan.FromHours(-8)), null];

        var row = Assert.Single(await account.RowsAsync("select ?, ?::number(10,0), ?, ?, ?, ?, ?, ?, ?, ?", values));

        Assert.Equal([.. values[..8]!, new DateTimeOffset(2021, 3, 19, 17, 6, 59, TimeSpan.Zero), DBNull.Value], row);
    }

    [Fact]
    public async Task A_long_statement_is_asked_for_with_growing_waits()
    {
        var time = new ManualTime(DateTimeOffset.UtcNow, jumps: true) { LongestJump = TimeSpan.FromSeconds(10) };
        await using var account = await SnowflakeAccount.StartAsync();
        account.Emulator.Script.Add(new Trouble(Step.Submit) { RunsForPolls = 40 });
        await using var warehouse = account.Open(options => options with { PrivateKey = null, User = null, OauthToken = new("oauth-secret") }, time);
        await using var connection = warehouse.Connect();

        Assert.Equal(1L, await new SnowflakeCommand("select 1", connection).ExecuteScalarAsync(Cancellation));

        var waits = time.Waits.Where(wait => wait <= TimeSpan.FromSeconds(5)).ToList();
        Assert.True(waits.Count >= 40, $"{waits.Count} waits");
        Assert.Equal(waits.Order(), waits);
        Assert.Equal((TimeSpan.FromMilliseconds(50), TimeSpan.FromSeconds(5)), (waits[0], waits[^1]));
    }

    [Fact]
    public async Task Who_stops_waiting_stops_the_statement()
    {
        await using var account = await SnowflakeAccount.StartAsync();
        account.Emulator.Script.Add(new Trouble(Step.Submit) { RunsForPolls = -1 });
        await using var warehouse = account.Open();
        await using var connection = warehouse.Connect();
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(Cancellation);
        var running = new SnowflakeCommand("create table never (i int)", connection).ExecuteNonQueryAsync(stop.Token);
        await SeenAsync(account, "GET");

        await stop.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => running);
        Assert.EndsWith("/cancel", account.Emulator.Requests[^1].Path, StringComparison.Ordinal);
        Assert.Empty(account.Emulator.Executions);
    }

    [Fact]
    public async Task Who_stops_waiting_before_the_statement_has_a_handle_stops_it_too()
    {
        await using var account = await SnowflakeAccount.StartAsync();
        account.Emulator.Script.Add(new Trouble(Step.Submit) { RunsForPolls = -1 });
        await using var warehouse = account.Open();
        await using var connection = warehouse.Connect();
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(Cancellation);
        account.Emulator.Received += _ => stop.Cancel();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => new SnowflakeCommand("create table never (i int)", connection).ExecuteNonQueryAsync(stop.Token));

        Assert.Equal(["POST", "POST"], account.Emulator.Requests.Select(request => request.Method));
        Assert.EndsWith("/cancel", account.Emulator.Requests[^1].Path, StringComparison.Ordinal);
        Assert.Empty(account.Emulator.Executions);
    }

    [Fact]
    public async Task Who_does_not_wait_at_all_sends_nothing()
    {
        await using var account = await SnowflakeAccount.StartAsync();
        await using var warehouse = account.Open();
        await using var connection = warehouse.Connect();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => new SnowflakeCommand("select 1", connection).ExecuteNonQueryAsync(new CancellationToken(canceled: true)));

        Assert.Empty(account.Emulator.Requests);
    }

    [Fact]
    public async Task A_command_is_cancelled_by_another_thread()
    {
        await using var account = await SnowflakeAccount.StartAsync();
        account.Emulator.Script.Add(new Trouble(Step.Submit) { RunsForPolls = -1 });
        await using var warehouse = account.Open();
        await using var connection = warehouse.Connect();
        var command = new SnowflakeCommand("select 1", connection);
        var running = command.ExecuteScalarAsync(Cancellation);
        await SeenAsync(account, "GET");

        command.Cancel();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => running);
        Assert.EndsWith("/cancel", account.Emulator.Requests[^1].Path, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Snowflake_ends_a_statement_that_takes_too_long()
    {
        await using var account = await SnowflakeAccount.StartAsync();
        account.Emulator.Script.Add(new Trouble(Step.Submit) { RunsForPolls = -1 });
        await using var warehouse = account.Open();
        await using var connection = warehouse.Connect();

        var error = await Assert.ThrowsAsync<SnowflakeException>(() => new SnowflakeCommand("select 1", connection) { CommandTimeout = 1 }.ExecuteScalarAsync(Cancellation));

        Assert.Equal(("000630", "57014"), (error.Code, error.SqlState));
        Assert.NotNull(error.QueryId);
    }

    [Fact]
    public async Task Several_statements_are_one_transaction_between_begin_and_commit()
    {
        await using var account = await SnowflakeAccount.StartAsync();
        await account.RunAsync("create table t (i int not null)");

        Assert.Equal(3, await account.RunAsync("begin transaction; insert into t select 1; insert into t select column1 from (select 2 as column1 union all select 3); commit", 4));
        var error = await Assert.ThrowsAsync<SnowflakeException>(() => account.RunAsync("begin transaction; insert into t select 4; insert into t select null; commit", 4));

        Assert.Equal(("100072", "22000"), (error.Code, error.SqlState));
        Assert.Equal([1m, 2m, 3m], (await account.RowsAsync("select i from t order by i")).Select(row => row[0]));
    }

    [Fact]
    public async Task The_results_of_several_statements_are_read_one_after_the_other()
    {
        await using var account = await SnowflakeAccount.StartAsync();
        await using var warehouse = account.Open();
        await using var connection = warehouse.Connect();
        await using var reader = await new SnowflakeCommand("select 1 as a; select 'x' as b, 'y' as c", connection) { StatementCount = 2 }.ExecuteReaderAsync(Cancellation);

        Assert.True(await reader.ReadAsync(Cancellation));
        Assert.Equal(("A", 1L), (reader.GetName(0), reader.GetValue(0)));
        Assert.True(await reader.NextResultAsync(Cancellation));
        Assert.True(await reader.ReadAsync(Cancellation));
        Assert.Equal(("C", "y"), (reader.GetName(1), reader.GetValue(1)));
        Assert.False(await reader.NextResultAsync(Cancellation));
    }

    [Fact]
    public async Task A_transaction_over_several_requests_is_refused_with_what_to_do()
    {
        await using var account = await SnowflakeAccount.StartAsync();
        await using var warehouse = account.Open();
        await using var connection = warehouse.Connect();

        Assert.Contains("StatementCount", (await Assert.ThrowsAsync<NotSupportedException>(() => connection.BeginTransactionAsync(Cancellation).AsTask())).Message, StringComparison.Ordinal);
        await Assert.ThrowsAsync<NotSupportedException>(() => new SnowflakeCommand("select ?; select 1", connection) { StatementCount = 2, Parameters = { new SnowflakeParameter(1) } }.ExecuteNonQueryAsync(Cancellation));
        Assert.Equal("0A000", (await Assert.ThrowsAsync<SnowflakeException>(() => new SnowflakeCommand("begin", connection).ExecuteNonQueryAsync(Cancellation))).SqlState);
    }

    [Fact]
    public async Task Errors_have_code_state_query_and_place()
    {
        await using var account = await SnowflakeAccount.StartAsync();

        var error = await Assert.ThrowsAsync<SnowflakeException>(() => account.RowsAsync("select 1 as a,\n  missing from (select 1 as b)"));
        Assert.Equal(("000904", "42000", 2, 2), (error.Code, error.SqlState, error.Line, error.Position));
        Assert.Contains("invalid identifier 'MISSING'", error.Message, StringComparison.Ordinal);
        Assert.True(Guid.TryParse(error.QueryId, out _));

        var syntax = await Assert.ThrowsAsync<SnowflakeException>(() => account.RowsAsync("select 1,\n  from from t"));
        Assert.Equal(2, syntax.Line);
        var table = await Assert.ThrowsAsync<SnowflakeException>(() => account.RowsAsync("select * from nowhere"));
        Assert.Equal(("002003", "42S02"), (table.Code, table.SqlState));
        var cast = await Assert.ThrowsAsync<SnowflakeException>(() => account.RowsAsync("select 'x'::number from (select 1)"));
        Assert.Equal(("100038", "22018"), (cast.Code, cast.SqlState));
    }

    [Fact]
    public async Task Names_that_SQL_has_without_quotes_are_in_upper_case_and_others_count_by_case()
    {
        await using var account = await SnowflakeAccount.StartAsync();
        await account.RunAsync("create table t (id int, \"id\" int, \"Id\" int)");
        await account.RunAsync("insert into t select 1, 2, 3");

        Assert.Equal([1m, 2m, 3m], Assert.Single(await account.RowsAsync("select ID, \"id\", \"Id\" from T")));
        await Assert.ThrowsAsync<SnowflakeException>(() => account.RowsAsync("select * from \"t\""));
    }

    [Fact]
    public async Task The_query_history_knows_sync_and_run()
    {
        await using var account = await SnowflakeAccount.StartAsync();
        await using var warehouse = account.Open();
        await using var connection = warehouse.Connect("vips_to_meta", "20261122T073701250Z-vips");
        var command = new SnowflakeCommand("select 1", connection);
        await command.ExecuteScalarAsync(Cancellation);

        var execution = Assert.Single(account.Emulator.Executions);
        Assert.Equal("""{"app":"cdp","sync":"vips_to_meta","run":"20261122T073701250Z-vips"}""", execution.QueryTag);
        Assert.Equal(execution.Handle, command.QueryId);
    }

    private static async Task SeenAsync(SnowflakeAccount account, string method)
    {
        while (!account.Emulator.Requests.Any(request => request.Method == method))
            await Task.Delay(5, Cancellation);
    }

    private sealed record Customer
    {
        public int Id { get; init; }

        public string? Name { get; init; }

        public decimal Total { get; init; }

        public DateOnly Born { get; init; }

        public DateTime Seen { get; init; }

        public bool? Vip { get; init; }
    }
}
