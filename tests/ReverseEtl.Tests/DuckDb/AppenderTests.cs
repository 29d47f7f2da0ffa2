using ReverseEtl.DuckDb;

namespace ReverseEtl.Tests.DuckDb;

public sealed class AppenderTests : IDisposable
{
    private readonly DuckDBConnection _connection = Db.Open();

    public AppenderTests() => _connection.Run("CREATE SCHEMA s; CREATE TABLE s.t (i INTEGER PRIMARY KEY, name VARCHAR DEFAULT 'none', amount DECIMAL(18,2))");

    public void Dispose() => _connection.Dispose();

    [Fact]
    public void Rows_arrive()
    {
        using (var appender = _connection.CreateAppender("s", "t"))
        {
            for (var i = 0; i < 5_000; i++)
                appender.CreateRow().AppendValue(i).AppendValue(i % 2 == 0 ? $"name number {i}" : null).AppendValue(i / 100m).EndRow();
            appender.CreateRow().AppendValue(5_000).AppendDefault().AppendNullValue().EndRow();
        }
        Assert.Equal(5_001L, _connection.Scalar("SELECT count(*) FROM s.t"));
        Assert.Equal(2_501L, _connection.Scalar("SELECT count(name) FROM s.t"));
        Assert.Equal("none", _connection.Scalar("SELECT name FROM s.t WHERE i = 5000"));
        Assert.Equal(124_975.00m, _connection.Scalar("SELECT sum(amount) FROM s.t"));
    }

    [Fact]
    public void Chunks_arrive()
    {
        using (var appender = _connection.CreateAppender("memory", "s", "t"))
        {
            Assert.Equal(["INTEGER", "VARCHAR", "DECIMAL(18,2)"], appender.ColumnTypes.Select(type => type.ToString()));
            for (var first = 0; first < 10_000; first += 1_000)
            {
                var chunk = appender.BeginChunk();
                var ids = chunk[0].Values<int>();
                var names = chunk[1];
                var amounts = chunk[2].Values<long>();
                for (var row = 0; row < 1_000; row++)
                {
                    ids[row] = first + row;
                    amounts[row] = first + row;
                    if (row % 2 == 0)
                        names.AssignString(row, row % 4 == 0 ? "short" : "a text of more than twelve bytes");
                    else
                        names.SetNull(row);
                }
                appender.EndChunk(1_000);
            }
        }
        Assert.Equal(10_000L, _connection.Scalar("SELECT count(*) FROM s.t WHERE amount * 100 = i"));
        Assert.Equal(5_000L, _connection.Scalar("SELECT count(*) FROM s.t WHERE name IS NULL AND i % 2 = 1"));
        Assert.Equal(2_500L, _connection.Scalar("SELECT count(*) FROM s.t WHERE name = 'short' AND i % 4 = 0"));
    }

    [Fact]
    public void Too_few_values_are_an_error_and_nothing_half_arrives()
    {
        using (var appender = _connection.CreateAppender("s", "t"))
        {
            appender.CreateRow().AppendValue(1).AppendValue("x").AppendValue(1m).EndRow();
            var row = appender.CreateRow().AppendValue(2);
            Assert.Throws<DuckDBException>(row.EndRow);
        }
        Assert.Equal(0L, _connection.Scalar("SELECT count(*) FROM s.t"));
    }

    [Fact]
    public void Too_many_values_are_an_error()
    {
        using var appender = _connection.CreateAppender("s", "t");
        var row = appender.CreateRow().AppendValue(1).AppendValue("x").AppendValue(1m);
        Assert.Throws<DuckDBException>(() => row.AppendValue(4));
    }

    [Fact]
    public void A_row_left_open_is_an_error()
    {
        var appender = _connection.CreateAppender("s", "t");
        appender.CreateRow().AppendValue(1);
        Assert.Throws<InvalidOperationException>(appender.CreateRow);
        Assert.Throws<InvalidOperationException>(appender.Dispose);
        appender.Dispose();
        Assert.Throws<ObjectDisposedException>(() => appender.BeginChunk().ColumnCount);
        Assert.Equal(0L, _connection.Scalar("SELECT count(*) FROM s.t"));
    }

    [Fact]
    public void A_broken_constraint_is_told_at_the_latest_on_dispose()
    {
        var appender = _connection.CreateAppender("s", "t");
        appender.CreateRow().AppendValue(1).AppendNullValue().AppendNullValue().EndRow();
        appender.CreateRow().AppendValue(1).AppendNullValue().AppendNullValue().EndRow();
        Assert.Equal(DuckDBErrorType.Constraint, Assert.Throws<DuckDBException>(appender.Dispose).ErrorType);
        Assert.Equal(0L, _connection.Scalar("SELECT count(*) FROM s.t"));
    }

    [Fact]
    public void A_value_that_does_not_fit_is_an_error()
    {
        using var appender = _connection.CreateAppender("s", "t");
        var row = appender.CreateRow();
        Assert.Throws<DuckDBException>(() => row.AppendValue("not a number"));
    }

    [Fact]
    public void A_missing_table_is_named() =>
        Assert.Contains("nowhere", Assert.Throws<DuckDBException>(() => _connection.CreateAppender("nowhere")).Message, StringComparison.Ordinal);

    [Fact]
    public void Rows_are_part_of_the_transaction()
    {
        using (_connection.BeginTransaction())
        using (var appender = _connection.CreateAppender("s", "t"))
        {
            appender.CreateRow().AppendValue(1).AppendNullValue().AppendNullValue().EndRow();
            appender.Flush();
            Assert.Equal(1L, _connection.Scalar("SELECT count(*) FROM s.t"));
        }
        Assert.Equal(0L, _connection.Scalar("SELECT count(*) FROM s.t"));
    }
}
