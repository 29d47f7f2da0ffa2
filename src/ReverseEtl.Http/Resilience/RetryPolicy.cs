namespace ReverseEtl.Http.Resilience;

/// <summary>How often and how long rows are tried again within a run. What is left then waits for the next run.</summary>
public sealed record RetryPolicy
{
    /// <summary>Requests for the same rows at the most, the first one included.</summary>
    public int MaxAttempts { get; init; } = 6;

    /// <summary>How long a batch may take from its first request; no wait begins that would end later.</summary>
    public TimeSpan Budget { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>The longest wait before the second attempt; it doubles from there.</summary>
    public TimeSpan FirstDelay { get; init; } = TimeSpan.FromMilliseconds(500);

    /// <summary>The longest wait, unless the destination asks for more.</summary>
    public TimeSpan MaxDelay { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>From 0 (inclusive) to 1; full jitter, so that callers which failed together do not come back together.</summary>
    public Func<double> Jitter { get; init; } = Random.Shared.NextDouble;

    /// <summary>How long to wait after an attempt, counted from 1; never less than the destination asked for.</summary>
    public TimeSpan DelayAfter(int attempt, TimeSpan? asked)
    {
        var longest = Math.Min(FirstDelay.TotalMilliseconds * Math.Pow(2, attempt - 1), MaxDelay.TotalMilliseconds);
        var delay = TimeSpan.FromMilliseconds(longest * Jitter());
        return asked > delay ? asked.Value : delay;
    }
}
