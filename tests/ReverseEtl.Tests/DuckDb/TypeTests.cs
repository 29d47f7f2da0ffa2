using System.Numerics;
using ReverseEtl.DuckDb;

namespace ReverseEtl.Tests.DuckDb;

/// <summary>Every type, three ways: a literal is read, a parameter is read back, an appended value is read back.</summary>
public sealed class TypeTests : IDisposable
{
    private readonly DuckDBConnection _connection = Db.Open();

    public void Dispose() => _connection.Dispose();

    /// <summary>SQL type, literal, the CLR value it is read as, its text.</summary>
    public static TheoryData<string, string, object, string> Values() => new()
    {
        { "BOOLEAN", "true", true, "true" },
        { "TINYINT", "-128", sbyte.MinValue, "-128" },
        { "SMALLINT", "-32768", short.MinValue, "-32768" },
        { "INTEGER", "-2147483648", int.MinValue, "-2147483648" },
        { "BIGINT", "-9223372036854775808", long.MinValue, "-9223372036854775808" },
        { "UTINYINT", "255", byte.MaxValue, "255" },
        { "USMALLINT", "65535", ushort.MaxValue, "65535" },
        { "UINTEGER", "4294967295", uint.MaxValue, "4294967295" },
        { "UBIGINT", "18446744073709551615", ulong.MaxValue, "18446744073709551615" },
        { "HUGEINT", "-170141183460469231731687303715884105728", (BigInteger)Int128.MinValue, "-170141183460469231731687303715884105728" },
        { "UHUGEINT", "340282366920938463463374607431768211455", (BigInteger)UInt128.MaxValue, "340282366920938463463374607431768211455" },
        { "BIGNUM", "'-1234567890123456789012345678901234567890123'", BigInteger.Parse("-1234567890123456789012345678901234567890123"), "-1234567890123456789012345678901234567890123" },
        { "FLOAT", "1.5", 1.5f, "1.5" },
        { "DOUBLE", "0.1", 0.1, "0.1" },
        { "DECIMAL(4,1)", "-12.5", -12.5m, "-12.5" },
        { "DECIMAL(9,2)", "1234567.80", 1234567.80m, "1234567.80" },
        { "DECIMAL(18,2)", "1234567890123456.78", 1234567890123456.78m, "1234567890123456.78" },
        { "DECIMAL(38,2)", "0.05", 0.05m, "0.05" },
        { "VARCHAR", "'short'", "short", "short" },
        { "VARCHAR", "'twelve bytes'", "twelve bytes", "twelve bytes" },
        { "VARCHAR", "'thirteen bytes'", "thirteen bytes", "thirteen bytes" },
        { "VARCHAR", "''", "", "" },
        { "VARCHAR", "'Ærø — 東京 👩🏽‍🚀'", "Ærø — 東京 👩🏽‍🚀", "Ærø — 東京 👩🏽‍🚀" },
        { "JSON", "'{\"a\": [1, null]}'", "{\"a\": [1, null]}", "{\"a\": [1, null]}" },
        { "UUID", "'f0e1d2c3-b4a5-9687-7869-5a4b3c2d1e0f'", Guid.Parse("f0e1d2c3-b4a5-9687-7869-5a4b3c2d1e0f"), "f0e1d2c3-b4a5-9687-7869-5a4b3c2d1e0f" },
        { "DATE", "'2024-02-29'", new DateOnly(2024, 2, 29), "2024-02-29" },
        { "DATE", "'0001-01-01'", DateOnly.MinValue, "0001-01-01" },
        { "DATE", "'9999-12-31'", DateOnly.MaxValue, "9999-12-31" },
        { "TIME", "'23:59:59.999999'", new TimeOnly(23, 59, 59).Add(TimeSpan.FromMicroseconds(999999)), "23:59:59.999999" },
        { "TIMETZ", "'12:30:00.5+05:45'", new DuckDBTimeTz(new TimeOnly(12, 30, 0, 500), new TimeSpan(5, 45, 0)), "12:30:00.5+05:45" },
        { "TIMESTAMP", "'1969-12-31 23:59:59.000001'", new DateTime(1969, 12, 31, 23, 59, 59).AddMicroseconds(1), "1969-12-31 23:59:59.000001" },
        { "TIMESTAMP_S", "'2024-02-29 01:02:03'", new DateTime(2024, 2, 29, 1, 2, 3), "2024-02-29 01:02:03" },
        { "TIMESTAMP_MS", "'2024-02-29 01:02:03.004'", new DateTime(2024, 2, 29, 1, 2, 3, 4), "2024-02-29 01:02:03.004" },
        { "TIMESTAMPTZ", "'2024-02-29 01:02:03+02'", new DateTime(2024, 2, 28, 23, 2, 3, DateTimeKind.Utc), "2024-02-28 23:02:03+00" },
        { "INTERVAL", "'1 year 2 months -3 days 04:05:06.789'", new DuckDBInterval(14, -3, 14706789000), "1 year 2 months -3 days 04:05:06.789" },
        { "BLOB", "'\\x00\\xFFab'::BLOB", new byte[] { 0, 255, 97, 98 }, "" },
        { "BLOB", "''::BLOB", Array.Empty<byte>(), "" },
        { "BIT", "'0101100111'", "0101100111", "0101100111" },
        { "ENUM('small', 'medium, or so', 'it''s large')", "'it''s large'", "it's large", "it's large" },
    };

    [Theory]
    [MemberData(nameof(Values))]
    public void A_literal_is_read(string type, string literal, object expected, string text)
    {
        using var command = _connection.Command($"SELECT ({literal})::{type} AS v, NULL::{type} AS n, typeof(v)");
        using var reader = command.ExecuteReader();
        Assert.True(reader.Read());
        Assert.Equal(expected, reader.GetValue(0));
        Assert.IsType(reader.GetFieldType(0), reader.GetValue(0));
        Assert.False(reader.IsDBNull(0));
        Assert.True(reader.IsDBNull(1));
        Assert.Equal(DBNull.Value, reader.GetValue(1));
        Assert.Equal(reader.GetString(2), reader.GetDataTypeName(0));
        if (type != "BLOB")
            Assert.Equal(text, reader.GetString(0));
        Assert.False(reader.Read());
    }

    [Theory]
    [MemberData(nameof(Values))]
    public void A_parameter_comes_back(string type, string literal, object value, string text)
    {
        Assert.Equal(value, _connection.Scalar($"SELECT ?::{type}", value));
        Assert.True(_connection.Value<bool>($"SELECT ?::{type} = ({literal})::{type}", value), text);
        Assert.Equal(DBNull.Value, _connection.Scalar($"SELECT ?::{type}", DBNull.Value));
    }

    [Theory]
    [MemberData(nameof(Values))]
    public void An_appended_value_comes_back(string type, string literal, object value, string text)
    {
        _connection.Run($"CREATE TABLE t (v {type})");
        using (var appender = _connection.CreateAppender("t"))
        {
            appender.CreateRow().AppendValue(value).EndRow();
            appender.CreateRow().AppendNullValue().EndRow();
        }
        using var command = _connection.Command($"SELECT v, v = ({literal})::{type} FROM t");
        using var reader = command.ExecuteReader();
        Assert.True(reader.Read());
        Assert.Equal(value, reader.GetValue(0));
        Assert.True(reader.GetBoolean(1), text);
        Assert.True(reader.Read());
        Assert.True(reader.IsDBNull(0));
        Assert.False(reader.Read());
    }

    [Fact]
    public void An_empty_text_is_not_null()
    {
        Assert.Equal("", _connection.Scalar("SELECT ?::VARCHAR", ""));
        Assert.True(_connection.Value<bool>("SELECT ? = ''", ""));
        Assert.True(_connection.Value<bool>("SELECT ?::VARCHAR IS NULL", [null]));
    }

    [Theory]
    [InlineData("a\0b")]
    [InlineData("\0 behind a text that is longer than twelve bytes \0")]
    public void A_nul_inside_a_text_is_kept(string text)
    {
        Assert.Equal(text, _connection.Scalar("SELECT ?::VARCHAR", text));
        Assert.Equal(text.Length, _connection.Value<int>("SELECT length(?::VARCHAR)", text));
    }

    [Fact]
    public void A_lone_surrogate_is_an_error_and_not_a_question_mark() =>
        Assert.Contains("$1", Assert.Throws<ArgumentException>(() => _connection.Scalar("SELECT ?", "a\ud800b")).Message, StringComparison.Ordinal);

    [Fact]
    public void Sql_with_a_nul_is_refused() => Assert.Throws<ArgumentException>(() => _connection.Run("SELECT 1 \0; DROP TABLE x"));

    [Fact]
    public void Number_types_convert_when_the_value_fits()
    {
        Assert.Equal(42, _connection.Value<int>("SELECT 42::BIGINT"));
        Assert.Equal(42L, _connection.Value<long>("SELECT 42::TINYINT"));
        Assert.Equal(Int128.MinValue, _connection.Value<Int128>("SELECT (-170141183460469231731687303715884105728)::HUGEINT"));
        Assert.Equal(UInt128.MaxValue, _connection.Value<UInt128>("SELECT 340282366920938463463374607431768211455::UHUGEINT"));
        Assert.Equal(2m, _connection.Value<decimal>("SELECT 2::INTEGER"));
        Assert.Equal(2.5, _connection.Value<double>("SELECT 2.5::DECIMAL(4,2)"));
        Assert.Equal(2, _connection.Value<int>("SELECT 2.00::DECIMAL(4,2)"));
        Assert.Throws<OverflowException>(() => _connection.Value<int>("SELECT 3000000000::BIGINT"));
        Assert.Throws<InvalidCastException>(() => _connection.Value<int>("SELECT 2.5::DECIMAL(4,2)"));
        Assert.Throws<InvalidCastException>(() => _connection.Value<long>("SELECT 0.5::DOUBLE"));
        Assert.Throws<InvalidCastException>(() => _connection.Value<int>("SELECT '2'"));
    }

    [Fact]
    public void Null_is_read_into_nullable_types_only()
    {
        Assert.Null(_connection.Value<int?>("SELECT NULL::INTEGER"));
        Assert.Equal(7, _connection.Value<int?>("SELECT 7"));
        Assert.Equal(7, _connection.Value<int?>("SELECT 7::BIGINT"));
        Assert.Contains("'n'", Assert.Throws<InvalidCastException>(() => _connection.Value<int>("SELECT NULL::INTEGER AS n")).Message, StringComparison.Ordinal);
        Assert.Throws<InvalidCastException>(() => _connection.Value<string>("SELECT NULL::VARCHAR"));
        Assert.Equal(DBNull.Value, _connection.Scalar("SELECT NULL"));
    }
}
