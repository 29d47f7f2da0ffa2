namespace ReverseEtl.Sandbox.Scripting;

/// <summary>Makes the sandbox misbehave, as vendors do. The first rule that fits a request is used.</summary>
public sealed record ScriptRule
{
    /// <summary>
    /// For a webhook, the path below <c>/webhook/</c>. For a vendor, an account (<c>hubspot/crm</c>): its requests that carry rows; or
    /// any path below one (<c>hubspot/crm/crm/lists</c>): every request there. Null for every path.
    /// </summary>
    public string? Path { get; init; }

    /// <summary>With the path of a vendor's account, or with none: every request, not only those that carry rows.</summary>
    public bool Everything { get; init; }

    /// <summary>For how many requests; null for all.</summary>
    public int? Times { get; init; }

    /// <summary>What happens.</summary>
    public required ScriptAction Then { get; init; }
}

/// <summary>What happens to a request.</summary>
public sealed record ScriptAction
{
    /// <summary>Something that is wrong, said in the vendor's own way.</summary>
    public VendorTrouble? Trouble { get; init; }

    /// <summary>The answer's status, with nothing applied unless it says success. With <see cref="RejectKeys"/>: the status of these rows.</summary>
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

    /// <summary>
    /// Keys, as text, of rows that are refused in an answer 207; the others are applied. The rule waits for such a row. At a vendor any
    /// value of a row may be named, plain where the row has it hashed too, and the refusal is the vendor's, for those rows alone.
    /// </summary>
    public IReadOnlyList<string>? RejectKeys { get; init; }

    /// <summary>Keys, as text: a request with one of them is refused as a whole. The rule waits for such a request.</summary>
    public IReadOnlyList<string>? RejectBatchContaining { get; init; }

    /// <summary>The code of a refusal.</summary>
    public string Code { get; init; } = "rejected";

    /// <summary>The message of a refusal or of trouble; where it is left out, the vendor's usual one.</summary>
    public string? Message { get; init; }
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
