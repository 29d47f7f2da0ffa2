using System.Data;
using System.Data.Common;
using ReverseEtl.DuckDb;

namespace ReverseEtl.Tests.DuckDb;

public sealed class ConnectionTests : IDisposable
{
    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void In_memory_databases_are_private()
    {
        using var first = Db.Open();
        using var second = Db.Open();
        first.Run("CREATE TABLE t (i INTEGER)");
        Assert.Equal(DuckDBErrorType.Catalog, Assert.Throws<DuckDBException>(() => second.Run("SELECT * FROM t")).ErrorType);
    }

    [Fact]
    public void A_duplicate_sees_the_same_database_and_outlives_the_first()
    {
        var first = Db.Open();
        first.Run("CREATE TABLE t AS SELECT 42 AS i");
        using var second = first.Duplicate();
        first.Dispose();
        Assert.Equal(42, second.Scalar("SELECT i FROM t"));
        using var third = second.Duplicate();
        Assert.Equal(42, third.Scalar("SELECT i FROM t"));
    }

    [Fact]
    public void Connections_to_one_file_share_an_instance()
    {
        var path = _folder.File("shared.duckdb");
        using var first = Db.Open($"Data Source={path}");
        using var second = Db.Open($"Data Source={path}");
        first.Run("CREATE TABLE t AS SELECT 1 AS i");
        Assert.Equal(1, second.Scalar("SELECT i FROM t"));
        using var transaction = second.BeginTransaction();
        second.Run("INSERT INTO t VALUES (2)");
        Assert.Equal(1L, first.Scalar("SELECT count(*) FROM t"));
    }

    [Fact]
    public void A_file_is_free_again_after_its_last_connection()
    {
        var path = _folder.File("again.duckdb");
        using (var first = Db.Open($"Data Source={path}"))
            first.Run("CREATE TABLE t AS SELECT 1 AS i");
        using var readOnly = Db.Open($"Data Source={path};access_mode=READ_ONLY");
        Assert.Equal(1, readOnly.Scalar("SELECT i FROM t"));
    }

    [Fact]
    public void A_read_only_database_cannot_be_written()
    {
        var path = _folder.File("ro.duckdb");
        Db.Open($"Data Source={path}").Dispose();
        using var connection = Db.Open($"Data Source={path};access_mode=READ_ONLY");
        Assert.Contains("read-only", Assert.Throws<DuckDBException>(() => connection.Run("CREATE TABLE t (i INTEGER)")).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_file_that_is_no_database_is_named_in_the_error()
    {
        var path = _folder.File("text.duckdb");
        File.WriteAllText(path, new string('x', 10_000));
        var error = Assert.Throws<DuckDBException>(() => Db.Open($"Data Source={path}"));
        Assert.Contains(path, error.Message, StringComparison.Ordinal);
        Assert.Equal(DuckDBErrorType.IO, error.ErrorType);
    }

    [Fact]
    public void A_missing_file_opened_read_only_is_an_error() =>
        Assert.Throws<DuckDBException>(() => Db.Open($"Data Source={_folder.File("none.duckdb")};access_mode=READ_ONLY"));

    [Fact]
    public void Settings_reach_DuckDB()
    {
        using var connection = Db.Open("Data Source=:memory:;threads=3;memory_limit=1GB");
        Assert.Equal(3, connection.Value<int>("SELECT current_setting('threads')"));
        Assert.Equal("953.6 MiB", connection.Scalar("SELECT current_setting('memory_limit')"));
    }

    [Theory]
    [InlineData("Data Source=:memory:;thread=3")]
    [InlineData("Data Source=:memory:;threads=many")]
    public void A_wrong_setting_is_an_error(string settings) => Assert.Throws<DuckDBException>(() => Db.Open(settings));

    [Fact]
    public void Extensions_are_not_fetched_unless_asked_for()
    {
        using var plain = Db.Open();
        Assert.False(plain.Value<bool>("SELECT current_setting('autoload_known_extensions')"));
        Assert.False(plain.Value<bool>("SELECT current_setting('autoinstall_known_extensions')"));
        using var asked = Db.Open("Data Source=:memory:;autoload_known_extensions=true");
        Assert.True(asked.Value<bool>("SELECT current_setting('autoload_known_extensions')"));
    }

    [Fact]
    public void The_builder_reads_what_it_writes()
    {
        var builder = new DuckDBConnectionStringBuilder { DataSource = "a;b.duckdb", ["access_mode"] = "READ_ONLY" };
        var back = new DuckDBConnectionStringBuilder(builder.ConnectionString);
        Assert.Equal("a;b.duckdb", back.DataSource);
        Assert.Contains(("access_mode", "READ_ONLY"), back.Settings());
        Assert.Equal("x.db", new DuckDBConnectionStringBuilder("DataSource=x.db").DataSource);
    }

    [Fact]
    public void No_data_source_is_an_error() => Assert.Throws<InvalidOperationException>(() => Db.Open("threads=1"));

    [Fact]
    public void The_factory_and_the_state_are_adonets()
    {
        DbProviderFactory factory = DuckDBClientFactory.Instance;
        using var connection = factory.CreateConnection()!;
        connection.ConnectionString = "Data Source=:memory:";
        Assert.Equal(ConnectionState.Closed, connection.State);
        Assert.Throws<InvalidOperationException>(() => connection.CreateCommand().ExecuteScalar());
        connection.Open();
        Assert.Equal(ConnectionState.Open, connection.State);
        Assert.StartsWith("v1.", connection.ServerVersion, StringComparison.Ordinal);
        Assert.Same(factory, DbProviderFactories.GetFactory(connection));
        connection.Close();
        Assert.Equal(ConnectionState.Closed, connection.State);
        connection.Open();
        Assert.Equal(ConnectionState.Open, connection.State);
    }

    [Fact]
    public void Commit_keeps_and_rollback_drops()
    {
        using var connection = Db.Open();
        connection.Run("CREATE TABLE t (i INTEGER)");
        using (var transaction = connection.BeginTransaction())
        {
            connection.Run("INSERT INTO t VALUES (1)");
            transaction.Commit();
            Assert.Throws<InvalidOperationException>(transaction.Rollback);
        }
        using (var transaction = connection.BeginTransaction())
        {
            connection.Run("INSERT INTO t VALUES (2)");
            transaction.Rollback();
        }
        using (connection.BeginTransaction())
        {
            connection.Run("INSERT INTO t VALUES (3)");
            Assert.Throws<InvalidOperationException>(connection.BeginTransaction);
        }
        Assert.Equal(1L, connection.Scalar("SELECT count(*) FROM t"));
        Assert.Throws<ArgumentException>(() => connection.BeginTransaction(IsolationLevel.ReadUncommitted));
    }

    [Fact]
    public void A_write_conflict_is_transient()
    {
        using var first = Db.Open();
        using var second = first.Duplicate();
        first.Run("CREATE TABLE t AS SELECT 1 AS i");
        using var transaction = first.BeginTransaction();
        using var other = second.BeginTransaction();
        first.Run("UPDATE t SET i = 2");
        var error = Assert.Throws<DuckDBException>(() => second.Run("UPDATE t SET i = 3"));
        Assert.True(error.IsTransient, error.Message);
        Assert.False(Assert.Throws<DuckDBException>(() => first.Run("SELECT nothing")).IsTransient);
    }

    [Fact]
    public void A_result_outlives_its_connection()
    {
        var connection = Db.Open();
        using var command = connection.Command("SELECT * FROM range(100000)");
        using var columns = command.ExecuteColumns();
        connection.Dispose();
        var rows = 0;
        while (columns.ReadChunk())
            rows += columns.Chunk.RowCount;
        Assert.Equal(100_000, rows);
    }
}
