using ReverseEtl.DuckDb;

namespace ReverseEtl.Tests.DuckDb;

public sealed class TemporalTests : IDisposable
{
    private readonly DuckDBConnection _connection = Db.Open();

    public void Dispose() => _connection.Dispose();

    /// <summary>The reader's text is DuckDB's own.</summary>
    [Theory]
    [InlineData("DATE", "infinity")]
    [InlineData("DATE", "-infinity")]
    [InlineData("DATE", "0044-03-15 (BC)")]
    [InlineData("DATE", "0001-12-31 (BC)")]
    [InlineData("DATE", "12024-02-29")]
    [InlineData("DATE", "1900-03-01")]
    [InlineData("DATE", "2000-02-29")]
    [InlineData("TIME", "24:00:00")]
    [InlineData("TIME", "01:02:03.04")]
    [InlineData("TIMETZ", "00:00:00+15:59:59")]
    [InlineData("TIMETZ", "23:59:59.999999-15:59:59")]
    [InlineData("TIMESTAMP", "infinity")]
    [InlineData("TIMESTAMP", "-infinity")]
    [InlineData("TIMESTAMP", "0044-03-15 (BC) 01:02:03.5")]
    [InlineData("TIMESTAMP", "290000-12-31 23:59:59.999999")]
    [InlineData("TIMESTAMP_NS", "2024-02-29 01:02:03.123456789")]
    [InlineData("TIMESTAMP_NS", "1969-12-31 23:59:59.999999999")]
    [InlineData("TIMESTAMP_NS", "infinity")]
    [InlineData("TIMESTAMPTZ", "2024-02-29 01:02:03.25+00")]
    [InlineData("TIMESTAMPTZ", "infinity")]
    [InlineData("TIMESTAMPTZ", "0044-03-15 (BC) 01:02:03+00")]
    [InlineData("INTERVAL", "-1 year -1 month 1 day -00:00:00.000001")]
    [InlineData("INTERVAL", "00:00:00")]
    [InlineData("INTERVAL", "2 years 11 months -2 days 100:00:00")]
    public void Text_loses_nothing(string type, string text)
    {
        _connection.Run("SET TimeZone = 'UTC'");
        Assert.Equal(text, _connection.Value<string>($"SELECT ('{text}'::{type})::VARCHAR"));
        Assert.Equal(text, _connection.Value<string>($"SELECT '{text}'::{type}"));
    }

    [Theory]
    [InlineData("DATE", "infinity")]
    [InlineData("DATE", "0044-03-15 (BC)")]
    [InlineData("DATE", "12024-02-29")]
    [InlineData("TIME", "24:00:00")]
    [InlineData("TIMESTAMP", "infinity")]
    [InlineData("TIMESTAMP", "12024-02-29 00:00:00")]
    [InlineData("TIMESTAMP_NS", "-infinity")]
    [InlineData("TIMESTAMPTZ", "infinity")]
    public void What_the_clr_cannot_hold_is_an_error_with_the_value_in_it(string type, string text) =>
        Assert.Contains($"'{text}'", Assert.Throws<InvalidCastException>(() => _connection.Scalar($"SELECT '{text}'::{type}")).Message, StringComparison.Ordinal);

    [Fact]
    public void Nanoseconds_are_cut_to_ticks_downward()
    {
        Assert.Equal(new DateTime(2024, 2, 29).AddTicks(1234567), _connection.Scalar("SELECT '2024-02-29 00:00:00.123456789'::TIMESTAMP_NS"));
        Assert.Equal(DateTime.UnixEpoch.AddTicks(-1), _connection.Scalar("SELECT '1969-12-31 23:59:59.999999999'::TIMESTAMP_NS"));
    }

    [Fact]
    public void A_DateTime_is_an_instant_where_DuckDB_expects_one_and_a_clock_reading_elsewhere()
    {
        _connection.Run("SET TimeZone = 'America/New_York'; CREATE TABLE t (wall TIMESTAMP, instant TIMESTAMPTZ)");
        var utc = new DateTime(2024, 7, 1, 12, 0, 0, DateTimeKind.Utc);
        _connection.Run("INSERT INTO t VALUES ($1, $2)", utc, utc);
        Assert.Equal("2024-07-01 12:00:00", _connection.Value<string>("SELECT wall FROM t"));
        Assert.Equal(utc, _connection.Scalar("SELECT instant FROM t"));
        Assert.Equal(DateTimeKind.Utc, _connection.Value<DateTime>("SELECT instant FROM t").Kind);
        Assert.Equal(DateTimeKind.Unspecified, _connection.Value<DateTime>("SELECT wall FROM t").Kind);
    }

    [Fact]
    public void A_DateTimeOffset_keeps_its_instant()
    {
        var value = new DateTimeOffset(2024, 7, 1, 12, 0, 0, TimeSpan.FromHours(5.5));
        Assert.Equal(value, _connection.Value<DateTimeOffset>("SELECT ?", value));
        Assert.Throws<InvalidCastException>(() => _connection.Value<DateTimeOffset>("SELECT '2024-01-01'::TIMESTAMP"));
    }

    [Fact]
    public void A_date_is_a_DateTime_too() => Assert.Equal(new DateTime(2024, 2, 29), _connection.Value<DateTime>("SELECT DATE '2024-02-29'"));

    [Fact]
    public void An_interval_without_months_is_a_TimeSpan()
    {
        var span = new TimeSpan(3, 4, 5, 6) + TimeSpan.FromMicroseconds(7);
        Assert.Equal(span, _connection.Value<TimeSpan>("SELECT ?", span));
        Assert.Equal(-span, _connection.Value<TimeSpan>("SELECT ?", -span));
        Assert.Throws<InvalidCastException>(() => _connection.Value<TimeSpan>("SELECT INTERVAL 1 MONTH"));
    }

    [Fact]
    public void Ticks_finer_than_DuckDBs_are_not_rounded_away() =>
        Assert.Throws<ArgumentException>(() => _connection.Scalar("SELECT ?", new DateTime(2024, 1, 1).AddTicks(1)));
}
