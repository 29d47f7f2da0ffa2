using System.Data;
using System.Diagnostics;
using Dapper;
using ReverseEtl.DuckDb;

namespace ReverseEtl.Tests.DuckDb;

public sealed class CommandTests : IDisposable
{
    /// <summary>Runs for many minutes unless it is interrupted.</summary>
    private const string Endless = "SELECT count(*) FROM range(10000000) a, range(10000000) b WHERE (a.range * b.range) % 7 = 3";

    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(20);

    private readonly DuckDBConnection _connection = Db.Open();

    public void Dispose() => _connection.Dispose();

    [Fact]
    public void Named_parameters_go_by_name_in_any_order_and_case()
    {
        var parameters = new object[] { new DuckDBParameter("$b", 2), new DuckDBParameter("A", 1) };
        Assert.Equal(121, _connection.Scalar("SELECT $a * 100 + $b * 10 + $A", parameters));
    }

    [Fact]
    public void Positional_parameters_go_by_place()
    {
        Assert.Equal(12, _connection.Scalar("SELECT ? * 10 + ?", 1, 2));
        Assert.Equal(21, _connection.Scalar("SELECT $2 * 10 + $1", 1, 2));
    }

    [Fact]
    public void A_missing_parameter_is_named()
    {
        var error = Assert.Throws<InvalidOperationException>(() => _connection.Scalar("SELECT $here + $there", new DuckDBParameter("here", 1)));
        Assert.Contains("$there", error.Message, StringComparison.Ordinal);
        Assert.Contains("$here", error.Message, StringComparison.Ordinal);
        Assert.Contains("$2", Assert.Throws<InvalidOperationException>(() => _connection.Scalar("SELECT ? + ?", 1)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_parameter_of_no_known_type_is_named() =>
        Assert.Contains("$x", Assert.Throws<ArgumentException>(() => _connection.Scalar("SELECT $x", new DuckDBParameter("x", new Version(1, 2)))).Message, StringComparison.Ordinal);

    [Fact]
    public void A_script_runs_all_statements_and_yields_the_last()
    {
        Assert.Equal(3L, _connection.Scalar("CREATE TABLE t (i INTEGER); INSERT INTO t VALUES (1), (2); INSERT INTO t SELECT $x; SELECT count(*) FROM t", new DuckDBParameter("x", 3)));
        Assert.Equal(5, _connection.Run("DELETE FROM t WHERE i = 1; INSERT INTO t VALUES (1), (2), (3); UPDATE t SET i = 9 WHERE i = 1; SELECT 1"));
        Assert.Equal(-1, _connection.Run("SELECT * FROM t"));
    }

    [Fact]
    public void A_script_stops_at_its_error()
    {
        var error = Assert.Throws<DuckDBException>(() => _connection.Run("CREATE TABLE t (i INTEGER); SELECT * FROM missing; DROP TABLE t"));
        Assert.Equal(DuckDBErrorType.Catalog, error.ErrorType);
        Assert.Equal(0L, _connection.Scalar("SELECT count(*) FROM t"));
    }

    [Theory]
    [InlineData("SELEC 1", DuckDBErrorType.Parser)]
    [InlineData("SELECT x", DuckDBErrorType.Binder)]
    [InlineData("SELECT 'a'::INTEGER", DuckDBErrorType.Conversion)]
    [InlineData("SELECT 9223372036854775807 + 1::BIGINT", DuckDBErrorType.OutOfRange)]
    [InlineData("CREATE TABLE t (i INTEGER NOT NULL); INSERT INTO t VALUES (NULL)", DuckDBErrorType.Constraint)]
    public void Errors_have_a_type(string sql, DuckDBErrorType type) => Assert.Equal(type, Assert.Throws<DuckDBException>(() => _connection.Run(sql)).ErrorType);

    [Fact]
    public void No_statement_is_an_error()
    {
        Assert.Throws<InvalidOperationException>(() => _connection.Run("-- nothing"));
        Assert.Throws<InvalidOperationException>(() => _connection.Run(""));
    }

    [Fact]
    public void A_statement_that_changes_rows_has_no_columns_unless_it_returns_them()
    {
        _connection.Run("CREATE TABLE t (i INTEGER)");
        using (var insert = _connection.Command("INSERT INTO t VALUES (1)"))
        using (var reader = insert.ExecuteReader())
        {
            Assert.Equal((0, false, 1), (reader.FieldCount, reader.HasRows, reader.RecordsAffected));
            Assert.False(reader.Read());
        }
        Assert.Equal(2, _connection.Scalar("INSERT INTO t VALUES (2) RETURNING i"));
    }

    [Fact]
    public void Dapper_works()
    {
        _connection.Execute("CREATE TABLE people (id BIGINT, name VARCHAR, born DATE, balance DECIMAL(18,2), active BOOLEAN)");
        Assert.Equal(2, _connection.Execute("INSERT INTO people VALUES ($Id, $Name, $Born, $Balance, $Active)", new[]
        {
            new { Id = 1L, Name = (string?)"Ada", Born = new DateTime(1815, 12, 10), Balance = 12.50m, Active = true },
            new { Id = 2L, Name = (string?)null, Born = new DateTime(1906, 12, 9), Balance = 0m, Active = false },
        }));
        Assert.Equal(
            [new Person(1, "Ada", new DateOnly(1815, 12, 10), 12.50m, true), new Person(2, null, new DateOnly(1906, 12, 9), 0m, false)],
            _connection.Query<Person>("SELECT id, name, born, balance, active FROM people WHERE id IN $Ids ORDER BY id", new { Ids = Enumerable.Range(1, 3) }));
        Assert.Equal(12.50m, _connection.QuerySingle<decimal>("SELECT sum(balance) FROM people WHERE name = $name", new { name = "Ada" }));
    }

    private sealed record Person(long Id, string? Name, DateOnly Born, decimal Balance, bool Active);

    [Fact]
    public void A_data_table_can_be_loaded()
    {
        using var command = _connection.Command("SELECT i AS id, 'n' || i AS name, (i / 4)::DECIMAL(9,2) AS part FROM range(3) t(i)");
        using var reader = command.ExecuteReader();
        Assert.Equal(["id", "name", "part"], reader.GetColumnSchema().Select(column => column.ColumnName));
        Assert.Equal(9, reader.GetColumnSchema()[2].NumericPrecision);
        using var table = new DataTable();
        table.Load(reader);
        Assert.Equal(3, table.Rows.Count);
        Assert.Equal([2L, "n2", 0.5m], table.Rows[2].ItemArray);
    }

    [Fact]
    public void The_reader_guards_its_rows_and_columns()
    {
        using var command = _connection.Command("SELECT 1 AS a, 'x' AS b");
        var reader = command.ExecuteReader();
        Assert.Throws<InvalidOperationException>(() => reader.GetValue(0));
        Assert.True(reader.Read());
        Assert.Equal(1, reader.GetOrdinal("B"));
        Assert.Throws<IndexOutOfRangeException>(() => reader.GetOrdinal("c"));
        Assert.Throws<IndexOutOfRangeException>(() => reader.GetValue(2));
        Assert.Equal('x', reader.GetChar(1));
        Assert.False(reader.Read());
        Assert.False(reader.Read());
        Assert.Throws<InvalidOperationException>(() => reader.GetValue(0));
        reader.Close();
        Assert.Throws<ObjectDisposedException>(() => reader.GetValue(0));
    }

    [Fact]
    public void Bytes_and_chars_are_read_in_pieces()
    {
        using var command = _connection.Command("SELECT 'abcdefghijklmnop'::BLOB, 'abcdefghijklmnop'");
        using var reader = command.ExecuteReader();
        Assert.True(reader.Read());
        var bytes = new byte[5];
        Assert.Equal(16, reader.GetBytes(0, 0, null, 0, 0));
        Assert.Equal(4, reader.GetBytes(0, 12, bytes, 1, 10));
        Assert.Equal("\0mnop"u8.ToArray(), bytes);
        var chars = new char[3];
        Assert.Equal(3, reader.GetChars(1, 1, chars, 0, 3));
        Assert.Equal("bcd", new string(chars));
        using var stream = reader.GetStream(0);
        Assert.Equal(16, stream.Length);
    }

    [Fact]
    public async Task Async_does_what_sync_does()
    {
        await using var connection = new DuckDBConnection("Data Source=:memory:");
        await connection.OpenAsync(TestContext.Current.CancellationToken);
        await using var command = connection.Command("SELECT * FROM range(5000)");
        command.UseStreamingMode = true;
        await using var reader = await command.ExecuteReaderAsync(TestContext.Current.CancellationToken);
        var sum = 0L;
        while (await reader.ReadAsync(TestContext.Current.CancellationToken))
            sum += reader.GetInt64(0);
        Assert.Equal(5000L * 4999 / 2, sum);
    }

    [Fact]
    public async Task A_token_interrupts_a_query()
    {
        using var source = new CancellationTokenSource();
        await using var command = _connection.Command(Endless);
        var clock = Stopwatch.StartNew();
        var query = command.ExecuteScalarAsync(source.Token);
        source.CancelAfter(200);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => query);
        Assert.InRange(clock.Elapsed, TimeSpan.Zero, Soon);
        Assert.Equal(1, _connection.Scalar("SELECT 1"));
    }

    [Fact]
    public async Task A_token_that_fires_while_the_query_starts_is_not_lost()
    {
        for (var i = 0; i < 20; i++)
        {
            using var source = new CancellationTokenSource();
            await using var command = _connection.Command(Endless);
            var query = command.ExecuteScalarAsync(source.Token);
            await source.CancelAsync();
            await Assert.ThrowsAnyAsync<OperationCanceledException>(() => query).WaitAsync(Soon, TestContext.Current.CancellationToken);
        }
        Assert.Equal(1, _connection.Scalar("SELECT 1"));
    }

    [Fact]
    public async Task Cancel_interrupts_a_query()
    {
        await using var command = _connection.Command(Endless);
        var query = command.ExecuteScalarAsync(TestContext.Current.CancellationToken);
        while (!query.IsCompleted)
        {
            command.Cancel();
            await Task.Delay(10, TestContext.Current.CancellationToken);
        }
        Assert.Equal(DuckDBErrorType.Interrupt, (await Assert.ThrowsAsync<DuckDBException>(() => query)).ErrorType);
    }

    [Fact]
    public void A_command_times_out()
    {
        using var command = _connection.Command(Endless);
        command.CommandTimeout = 1;
        var error = Assert.Throws<DuckDBException>(command.ExecuteScalar);
        Assert.IsType<TimeoutException>(error.InnerException);
        Assert.Contains("1 s", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Progress_is_seen_from_another_thread()
    {
        _connection.EnableProgress();
        _connection.Run("CREATE TABLE t AS SELECT i FROM range(5000000) r(i)");
        await using var command = _connection.Command("SELECT count(*) FROM t WHERE md5(md5(md5(i::VARCHAR))) < 'a'");
        using var source = new CancellationTokenSource();
        var query = command.ExecuteScalarAsync(source.Token);
        var seen = default(DuckDBQueryProgress);
        // On a thread of its own: those of the pool are busy with other tests.
        var looking = new Thread(() =>
        {
            while (!query.IsCompleted && seen is not { Percentage: > 0 })
            {
                seen = _connection.GetQueryProgress();
                Thread.Sleep(1);
            }
        });
        looking.Start();
        looking.Join();
        await source.CancelAsync();
        await Task.WhenAny(query);
        Assert.InRange(seen.Percentage ?? -1, double.Epsilon, 100);
        Assert.True(seen.TotalRows > 0);
    }
}
