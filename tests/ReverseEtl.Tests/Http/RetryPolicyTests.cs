using ReverseEtl.Http.Resilience;

namespace ReverseEtl.Tests.Http;

public sealed class RetryPolicyTests
{
    private static readonly RetryPolicy Longest = new() { Jitter = () => 1 };

    [Theory]
    [InlineData(1, 0.5)]
    [InlineData(2, 1)]
    [InlineData(3, 2)]
    [InlineData(6, 16)]
    [InlineData(7, 30)]
    [InlineData(5000, 30)]
    public void The_longest_wait_doubles_up_to_a_limit(int attempt, double seconds) =>
        Assert.Equal(TimeSpan.FromSeconds(seconds), Longest.DelayAfter(attempt, null));

    [Fact]
    public void Jitter_is_full() =>
        Assert.Equal(TimeSpan.FromSeconds(1), (Longest with { Jitter = () => 0.25 }).DelayAfter(4, null));

    [Theory]
    [InlineData(45, 45)]
    [InlineData(1, 4)]
    public void The_wait_is_never_shorter_than_asked_for(int asked, int seconds) =>
        Assert.Equal(TimeSpan.FromSeconds(seconds), Longest.DelayAfter(4, TimeSpan.FromSeconds(asked)));
}
