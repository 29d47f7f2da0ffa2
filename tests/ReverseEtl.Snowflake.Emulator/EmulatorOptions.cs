namespace ReverseEtl.Snowflake.Emulator;

/// <summary>The account that is emulated. Names are as Snowflake keeps them, and cases count.</summary>
public sealed record EmulatorOptions
{
    /// <summary>The account as tokens name it.</summary>
    public string Account { get; init; } = "ORG-SHOP";

    /// <summary>Public keys in PEM, by the user's name.</summary>
    public IReadOnlyDictionary<string, string> Keys { get; init; } = new Dictionary<string, string>();

    /// <summary>OAuth access tokens that are taken.</summary>
    public IReadOnlyCollection<string> OAuthTokens { get; init; } = [];

    /// <summary>Programmatic access tokens that are taken.</summary>
    public IReadOnlyCollection<string> AccessTokens { get; init; } = [];

    /// <summary>The user's default, and the only one.</summary>
    public string Warehouse { get; init; } = "COMPUTE";

    /// <summary>The user's default, and the only one granted.</summary>
    public string Role { get; init; } = "LOADER";

    /// <summary>The user's default, made at the start. There may be more.</summary>
    public string Database { get; init; } = "SHOP";

    /// <summary>The user's default, made at the start. There may be more.</summary>
    public string Schema { get; init; } = "PUBLIC";

    /// <summary>How long a request that is not asynchronous waits for its statement.</summary>
    public TimeSpan SyncWait { get; init; } = TimeSpan.FromSeconds(45);

    /// <summary>How long a question for a statement's state is kept waiting for its end; zero answers at once.</summary>
    public TimeSpan StatusWait { get; init; } = TimeSpan.Zero;

    /// <summary>Answers tell how many rows changed; the documents promise that not for all.</summary>
    public bool HasStats { get; init; } = true;

    /// <summary>The clock that tokens are judged by.</summary>
    public TimeProvider Time { get; init; } = TimeProvider.System;

    /// <summary>What reads Snowflake's SQL; it serves several emulators, and belongs to the caller.</summary>
    public required Translator Translator { get; init; }
}
