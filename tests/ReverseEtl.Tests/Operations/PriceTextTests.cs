using ReverseEtl.Cli.Output;
using ReverseEtl.Server.Operations.Results;

namespace ReverseEtl.Tests.Operations;

/// <summary>A price in words.</summary>
public sealed class PriceTextTests
{
    private static readonly PlanPrice One = new() { Requests = 1, DurationSeconds = null };

    [Fact]
    public void A_price_says_what_there_is_to_say()
    {
        var price = new PlanPrice
        {
            Requests = 1_240,
            Quota = new PlanQuota(100_000, "1d", 0.0124),
            Charge = new PlanCharge("data points", 12_400),
            DurationSeconds = 124,
        };

        Assert.Equal("1,240 requests · 1.2% of 100,000 a day · 12,400 data points · at least 2 min 4 s", PriceText.Line(price));
        Assert.Equal("1.2% of 100,000 a day · 12,400 data points · at least 2 min 4 s", PriceText.Besides(price));
    }

    [Fact]
    public void Look_ups_make_it_a_price_at_the_most()
    {
        var price = One with { Requests = 1_240, LookUps = 1_240, Quota = new PlanQuota(100_000, "1d", 0.0248), DurationSeconds = 2 };

        Assert.Equal("1,240 requests (up to 2,480 with look-ups) · up to 2.5% of 100,000 a day · at least 2 s with look-ups", PriceText.Line(price));
        Assert.Equal("up to 6 with look-ups", PriceText.Besides(One with { LookUps = 5 }));
    }

    [Theory]
    [InlineData(1, null)]
    [InlineData(7, 0.0)]
    [InlineData(0, null)]
    public void Requests_alone_are_no_line_of_their_own(long requests, double? seconds)
    {
        var price = One with { Requests = requests, DurationSeconds = seconds, Quota = requests == 0 ? new PlanQuota(10, "1d", 0) : null };

        Assert.Null(PriceText.Line(price));
        Assert.Null(PriceText.Besides(price));
    }

    [Theory]
    [InlineData(1, 0.00001, "1d", "1 request · less than 0.1% of 100 a day")]
    [InlineData(50, 0.5, "1h", "50 requests · 50% of 100 an hour")]
    [InlineData(1_234, 12.34, "30d", "1,234 requests · 1,234% of 100 in 30d")]
    public void A_share_is_a_percentage(long requests, double share, string per, string line) =>
        Assert.Equal(line, PriceText.Line(One with { Requests = requests, Quota = new PlanQuota(100, per, share) }));

    [Theory]
    [InlineData(0.5, "0.5 s")]
    [InlineData(59, "59 s")]
    [InlineData(60, "1 min")]
    [InlineData(3_599, "59 min 59 s")]
    [InlineData(3_661, "1 h 1 min")]
    [InlineData(7_205, "2 h")]
    [InlineData(90_000, "1 d 1 h")]
    [InlineData(864_000_000, "10,000 d")]
    public void A_time_has_its_two_largest_units(double seconds, string text) => Assert.Equal(text, Spans.Long(seconds));
}
