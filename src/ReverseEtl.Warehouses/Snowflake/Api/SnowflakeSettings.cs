using ReverseEtl.Http.Auth;
using ReverseEtl.Http.Resilience;

namespace ReverseEtl.Warehouses.Snowflake;

/// <summary>How to reach an account.</summary>
internal sealed record SnowflakeSettings
{
    /// <summary>Where its API begins.</summary>
    public required Uri Root { get; init; }

    /// <summary>Who is asking.</summary>
    public required IRequestAuth Auth { get; init; }

    /// <summary>The clock.</summary>
    public required TimeProvider Time { get; init; }

    /// <summary>How often a request is sent that is not answered, or put off.</summary>
    public RetryPolicy Retry { get; init; } = new();

    /// <summary>How long to wait for an answer, or for its next bytes.</summary>
    public TimeSpan RequestTimeout { get; init; } = TimeSpan.FromSeconds(60);
}
