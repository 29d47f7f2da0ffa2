namespace ReverseEtl.Sandbox.Scripting;

/// <summary>Makes the sandbox misbehave, as vendors do. The first rule that fits a request is used.</summary>
public sealed record ScriptRule
{
    /// <summary>The path below <c>/webhook/</c>; null for every path.</summary>
    public string? Path { get; init; }

    /// <summary>For how many requests; null for all.</summary>
    public int? Times { get; init; }

    /// <summary>What happens.</summary>
    public required ScriptAction Then { get; init; }
}

/// <summary>What happens to a request.</summary>
public sealed record ScriptAction
{
    /// <summary>The answer's status, with nothing applied. With <see cref="RejectKeys"/>: the status of these rows.</summary>
    public int? Status { get; init; }

    /// <summary>The answer's Retry-After, in seconds.</summary>
    public int? RetryAfter { get; init; }

    /// <summary>More headers of the answer.</summary>
    public IReadOnlyDictionary<string, string>? Headers { get; init; }

    /// <summary>The answer's body as it is, for <see cref="Status"/>.</summary>
    public string? Body { get; init; }

    /// <summary>Waits before the answer, after the request was applied if it is to be.</summary>
    public int DelayMs { get; init; }

    /// <summary>Cuts the connection instead of answering.</summary>
    public Disconnect? Disconnect { get; init; }

    /// <summary>Keys, as text, of rows that are refused in an answer 207; the others are applied. The rule waits for such a row.</summary>
    public IReadOnlyList<string>? RejectKeys { get; init; }

    /// <summary>Keys, as text: a request with one of them is refused as a whole. The rule waits for such a request.</summary>
    public IReadOnlyList<string>? RejectBatchContaining { get; init; }

    /// <summary>The code of a refusal.</summary>
    public string Code { get; init; } = "rejected";

    /// <summary>The message of a refusal.</summary>
    public string Message { get; init; } = "the script says so";
}

/// <summary>When the connection is cut.</summary>
public enum Disconnect
{
    /// <summary>Nothing was applied.</summary>
    Before,

    /// <summary>The request was applied.</summary>
    After,

    /// <summary>The request was applied, and the answer breaks off in the middle.</summary>
    Within,
}
