using FsCheck;
using FsCheck.Fluent;
using ReverseEtl.DuckDb;

namespace ReverseEtl.Tests.DuckDb;

public sealed class DecimalTests : IDisposable
{
    private const string Widest = "-12345678901234567890123456789012345.678";

    private readonly DuckDBConnection _connection = Db.Open();

    public void Dispose() => _connection.Dispose();

    [Fact]
    public void Thirty_eight_digits_are_read_as_text_and_as_DuckDBDecimal()
    {
        var sql = $"SELECT '{Widest}'::DECIMAL(38,3)";
        Assert.Equal(Widest, _connection.Value<string>(sql));
        var exact = _connection.Value<DuckDBDecimal>(sql);
        Assert.Equal(Int128.Parse("-12345678901234567890123456789012345678"), exact.Unscaled);
        Assert.Equal(3, exact.Scale);
        Assert.Equal(exact, _connection.Scalar(sql));
    }

    [Fact]
    public void A_decimal_that_cannot_hold_the_digits_says_so()
    {
        var error = Assert.Throws<OverflowException>(() => _connection.Value<decimal>($"SELECT '{Widest}'::DECIMAL(38,3)"));
        Assert.Contains(Widest, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Thirty_eight_digits_go_in_as_parameter()
    {
        var value = _connection.Value<DuckDBDecimal>($"SELECT '{Widest}'::DECIMAL(38,3)");
        Assert.Equal(Widest, _connection.Value<string>("SELECT ?::VARCHAR", value));
    }

    [Fact]
    public void Trailing_zeros_beyond_the_clr_scale_do_no_harm() =>
        Assert.Equal(0.5m, _connection.Value<decimal>("SELECT '0.5'::DECIMAL(38,37)"));

    [Fact]
    public void A_sum_is_a_decimal() => Assert.Equal(3.30m, _connection.Scalar("SELECT sum(v) FROM (VALUES (1.10::DECIMAL(18,2)), (2.20)) t(v)"));

    [Fact]
    public void Every_decimal_goes_there_and_back()
    {
        var decimals = ArbMap.Default.ArbFor<decimal>();
        Prop.ForAll(decimals, value =>
        {
            var back = (decimal)_connection.Scalar("SELECT ?", value)!;
            return back == value && back.Scale == value.Scale;
        }).QuickCheckThrowOnFailure();
    }

    [Fact]
    public void The_text_of_every_int128_and_scale_is_duckdbs()
    {
        var cases = ArbMap.Default.ArbFor<long>().Generator.Two().Zip(Gen.Choose(0, 37)).ToArbitrary();
        Prop.ForAll(cases, pair =>
        {
            var unscaled = ((Int128)pair.Item1.Item1 << 60) + pair.Item1.Item2;
            var value = new DuckDBDecimal(unscaled, (byte)pair.Item2);
            var text = value.Width > 38 ? null : _connection.Value<string>($"SELECT ?::DECIMAL({Math.Max(value.Width, value.Scale + 1)},{value.Scale})::VARCHAR", value);
            return (text is null || text == value.ToString()).Label($"{text} {value}");
        }).QuickCheckThrowOnFailure();
    }
}
