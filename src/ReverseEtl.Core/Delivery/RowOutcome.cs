namespace ReverseEtl.Core.Delivery;

/// <summary>What became of a row.</summary>
public enum OutcomeKind
{
    /// <summary>The destination said that it has this row.</summary>
    Accepted,

    /// <summary>The destination took the request and reports only counts.</summary>
    AcceptedUnattributed,

    /// <summary>Not taken by this run: the destination refused the row, or a rule of the project puts it off. A later run tries again.</summary>
    Rejected,

    /// <summary>Not taken now (throttled, busy); worth another try in this run.</summary>
    Retry,

    /// <summary>Sent, and no answer came: it may or may not have arrived.</summary>
    Unknown,
}

/// <summary>The outcome of one row.</summary>
/// <param name="Kind">What became of it.</param>
/// <param name="Code">The destination's code for a refusal, or a short word of ours; null when accepted.</param>
/// <param name="Message">What the destination said, without secrets; null when accepted.</param>
/// <param name="RetryAfter">For <see cref="OutcomeKind.Retry"/>: how long the destination asked to wait, if it said.</param>
/// <param name="MayHaveArrived">
/// For <see cref="OutcomeKind.Retry"/>: true where the destination failed on the way and may have taken the row all the same. It is then
/// repeated only where that does no harm, and unknown elsewhere.
/// </param>
public readonly record struct RowOutcome(OutcomeKind Kind, string? Code = null, string? Message = null, TimeSpan? RetryAfter = null,
    bool MayHaveArrived = false)
{
    /// <summary>The <see cref="Due"/> of a row that is only tried again when it changes.</summary>
    public static DateTimeOffset Never { get; } = new(9999, 12, 31, 0, 0, 0, TimeSpan.Zero);

    /// <summary>For <see cref="OutcomeKind.Rejected"/>: when a run may try again (UTC); null leaves it to the sync's retry rule.</summary>
    public DateTimeOffset? Due { get; init; }

    /// <summary>True for a row that nobody refused: it waits for its time, as quiet hours have it, and counts against no guard.</summary>
    public bool IsPutOff => Due is { } due && due != Never;

    /// <summary>The destination has the row.</summary>
    public static RowOutcome Accepted { get; } = new(OutcomeKind.Accepted);

    /// <summary>The request was taken; the destination tells only counts.</summary>
    public static RowOutcome AcceptedUnattributed { get; } = new(OutcomeKind.AcceptedUnattributed);

    /// <summary>True where the snapshot may advance by this row.</summary>
    public bool IsAccepted => Kind is OutcomeKind.Accepted or OutcomeKind.AcceptedUnattributed;

    /// <summary>The destination refused the row.</summary>
    public static RowOutcome Rejected(string code, string message) => new(OutcomeKind.Rejected, code, message);

    /// <summary>The destination will never take the row as it is: it is tried again when it changes.</summary>
    public static RowOutcome RejectedForGood(string code, string message) => new(OutcomeKind.Rejected, code, message) { Due = Never };

    /// <summary>Not sent before an instant, as a rule of the project has it.</summary>
    public static RowOutcome PutOff(string code, string message, DateTimeOffset until) => new(OutcomeKind.Rejected, code, message) { Due = until.ToUniversalTime() };

    /// <summary>Worth another try.</summary>
    public static RowOutcome Retry(string code, string message, TimeSpan? after = null) =>
        new(OutcomeKind.Retry, code, message, after);

    /// <summary>Sent, no answer.</summary>
    public static RowOutcome Unknown(string code, string message) => new(OutcomeKind.Unknown, code, message);
}
