using System.Globalization;
using System.Numerics;
using System.Text;
using ReverseEtl.Warehouses.Snowflake;

namespace ReverseEtl.IntegrationTests.Snowflake;

/// <summary>Values as the SQL API's documents write them, and .NET's, whatever the emulator can hold of them.</summary>
public sealed class SnowflakeValueTests
{
    public static readonly TheoryData<string, int?, int?, string, object, string> Written = new()
    {
        { "fixed", 18, 0, "-999999999999999999", -999999999999999999L, "-999999999999999999" },
        { "fixed", 38, 0, "5", 5m, "5" },
        { "fixed", 38, 0, "79228162514264337593543950335", 79228162514264337593543950335m, "79228162514264337593543950335" },
        { "fixed", 38, 0, "99999999999999999999999999999999999999", BigInteger.Parse("99999999999999999999999999999999999999", CultureInfo.InvariantCulture), "99999999999999999999999999999999999999" },
        { "FIXED", 10, 2, "12.50", 12.50m, "12.50" },
        { "fixed", 38, 37, "-0.1234567890123456789012345678901234567", "-0.1234567890123456789012345678901234567", "-0.1234567890123456789012345678901234567" },
        { "fixed", 38, 37, "0.5000000000000000000000000000000000000", 0.5m, "0.5000000000000000000000000000000000000" },
        { "real", null, null, "1.0E-300", 1e-300, "1.0E-300" },
        { "real", null, null, "NaN", double.NaN, "NaN" },
        { "real", null, null, "inf", double.PositiveInfinity, "inf" },
        { "real", null, null, "-inf", double.NegativeInfinity, "-inf" },
        { "decfloat", 38, null, "1.5E+39", "1.5E+39", "1.5E+39" },
        { "boolean", null, null, "true", true, "true" },
        { "boolean", null, null, "0", false, "false" },
        { "text", null, null, "æ\"\n", "æ\"\n", "æ\"\n" },
        { "date", null, null, "18262", new DateOnly(2020, 1, 1), "2020-01-01" },
        { "date", null, null, "-719162", new DateOnly(1, 1, 1), "0001-01-01" },
        { "time", 0, 9, "82919.000000000", new TimeOnly(23, 1, 59), "23:01:59" },
        { "time", 0, 9, "0.123456789", new TimeOnly(1234567), "00:00:00.123456789" },
        { "timestamp_ntz", 0, 9, "1611871777.123456789", new DateTime(2021, 1, 28, 22, 9, 37).AddTicks(1234567), "2021-01-28T22:09:37.123456789" },
        { "timestamp_ntz", 0, 0, "1611871777", new DateTime(2021, 1, 28, 22, 9, 37), "2021-01-28T22:09:37" },
        { "timestamp_ntz", 0, 9, "-0.500000000", new DateTime(1969, 12, 31, 23, 59, 59, 500), "1969-12-31T23:59:59.5" },
        { "timestamp_ntz", 0, 9, "-0.000000001", new DateTime(1970, 1, 1).AddTicks(-1), "1969-12-31T23:59:59.999999999" },
        { "timestamp_ltz", 0, 9, "1611871777.100000000", new DateTimeOffset(2021, 1, 28, 22, 9, 37, 100, TimeSpan.Zero), "2021-01-28T22:09:37.1Z" },
        { "timestamp_tz", 0, 9, "1616173619.000000000 1500", new DateTimeOffset(2021, 3, 19, 18, 6, 59, TimeSpan.FromHours(1)), "2021-03-19T18:06:59+01:00" },
        { "timestamp_tz", 0, 9, "1616173619000000000 960", new DateTimeOffset(2021, 3, 19, 9, 6, 59, TimeSpan.FromHours(-8)), "2021-03-19T09:06:59-08:00" },
        { "timestamp_tz", 0, 9, "1616173619.000000000 1110", new DateTimeOffset(2021, 3, 19, 11, 36, 59, TimeSpan.FromMinutes(-330)), "2021-03-19T11:36:59-05:30" },
        { "variant", null, null, """{"k":[1,null]}""", """{"k":[1,null]}""", """{"k":[1,null]}""" },
        { "geography", null, null, """{"type":"Point"}""", """{"type":"Point"}""", """{"type":"Point"}""" },
    };

    [Theory]
    [MemberData(nameof(Written))]
    public void A_value_is_read_and_its_text_loses_nothing(string type, int? precision, int? scale, string wire, object value, string text)
    {
        var column = new ResultColumn { Name = "C", Type = type, Precision = precision, Scale = scale };

        Assert.Equal(value, ValueReader.Read(column, Encoding.UTF8.GetBytes(wire)));
        Assert.Equal(text, ValueReader.Text(column, Encoding.UTF8.GetBytes(wire)));
    }

    [Fact]
    public void Bytes_are_hexadecimal()
    {
        var column = new ResultColumn { Name = "C", Type = "binary" };
        Assert.Equal([0xDE, 0xAD, 0x00], Assert.IsType<byte[]>(ValueReader.Read(column, "DEAD00"u8)));
    }

    [Theory]
    [InlineData("date", "2932897", "10000-01-01")]
    [InlineData("date", "-719528", "0000-01-01")]
    [InlineData("timestamp_ntz", "253402300800.000000001", "10000-01-01T00:00:00.000000001")]
    [InlineData("timestamp_tz", "253402300799.000000000 1500", "10000-01-01T00:59:59+01:00")]
    public void What_NET_has_not_is_read_as_text(string type, string wire, string text)
    {
        var column = new ResultColumn { Name = "C", Type = type, Scale = 9 };

        var error = Assert.Throws<OverflowException>(() => ValueReader.Read(column, Encoding.UTF8.GetBytes(wire)));
        Assert.Contains("read it as text", error.Message, StringComparison.Ordinal);
        Assert.Equal(text, ValueReader.Text(column, Encoding.UTF8.GetBytes(wire)));
    }

    [Theory]
    [InlineData(null, "TEXT", null)]
    [InlineData(true, "BOOLEAN", "true")]
    [InlineData(-7, "FIXED", "-7")]
    [InlineData(ulong.MaxValue, "FIXED", "18446744073709551615")]
    [InlineData(0.1, "REAL", "0.1")]
    [InlineData(double.NegativeInfinity, "REAL", "-inf")]
    [InlineData("it's ?", "TEXT", "it's ?")]
    [InlineData(DayOfWeek.Friday, "TEXT", "Friday")]
    public void Parameters_are_written_as_the_documents_want_them(object? value, string type, string? wire) => Assert.Equal(new Binding(type, wire), BindingValue.Of(value));

    [Fact]
    public void Parameters_of_other_types_too()
    {
        Assert.Equal(new Binding("TEXT", "12.50"), BindingValue.Of(12.50m));
        Assert.Equal(new Binding("BINARY", "00FF"), BindingValue.Of(new byte[] { 0, 255 }));
        Assert.Equal(new Binding("DATE", "-86400000"), BindingValue.Of(new DateOnly(1969, 12, 31)));
        Assert.Equal(new Binding("TIME", "82919000000100"), BindingValue.Of(new TimeOnly(23, 1, 59).Add(new TimeSpan(1))));
        Assert.Equal(new Binding("TIMESTAMP_NTZ", "1616173619000000000"), BindingValue.Of(new DateTime(2021, 3, 19, 17, 6, 59)));
        Assert.Equal(new Binding("TIMESTAMP_LTZ", "1616173619000000000"), BindingValue.Of(new DateTime(2021, 3, 19, 17, 6, 59, DateTimeKind.Utc)));
        Assert.Equal(new Binding("TIMESTAMP_TZ", "1616173619000000000 960"), BindingValue.Of(new DateTimeOffset(2021, 3, 19, 9, 6, 59, TimeSpan.FromHours(-8))));
        Assert.Equal(new Binding("TIMESTAMP_NTZ", "253402300799000000000"), BindingValue.Of(new DateTime(9999, 12, 31, 23, 59, 59)));
        Assert.Throws<NotSupportedException>(() => BindingValue.Of(new object()));
    }

    [Fact]
    public void Numbers_become_each_other_where_nothing_is_lost()
    {
        Assert.Equal(5, ValueConversion.To(5m, typeof(int)));
        Assert.Equal(12.5, ValueConversion.To(12.5m, typeof(double)));
        Assert.Equal(new BigInteger(5), ValueConversion.To(5L, typeof(BigInteger)));
        Assert.Equal(7m, ValueConversion.To(new BigInteger(7), typeof(decimal)));
        Assert.Throws<InvalidCastException>(() => ValueConversion.To(12.5m, typeof(int)));
        Assert.Throws<InvalidCastException>(() => ValueConversion.To(300L, typeof(byte)));
        Assert.Throws<InvalidCastException>(() => ValueConversion.To(BigInteger.Pow(10, 37), typeof(decimal)));
        Assert.Throws<InvalidCastException>(() => ValueConversion.To("5", typeof(int)));
    }
}
