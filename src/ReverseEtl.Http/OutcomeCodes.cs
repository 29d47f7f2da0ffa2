using ReverseEtl.Core.Delivery;

namespace ReverseEtl.Http;

/// <summary>Codes of <see cref="RowOutcome.Code"/> that are ours and not the vendor's.</summary>
public static class OutcomeCodes
{
    /// <summary>No connection: nothing was sent.</summary>
    public const string Unreachable = "unreachable";

    /// <summary>The request was sent and its time ran out before an answer came.</summary>
    public const string TimedOut = "timed_out";

    /// <summary>The request was sent and the connection broke before the whole answer came.</summary>
    public const string ConnectionLost = "connection_lost";

    /// <summary>The run was cancelled: while the request was under way (unknown), or before the row was sent (rejected).</summary>
    public const string Cancelled = "cancelled";

    /// <summary>Still throttled or busy after the last attempt of this run.</summary>
    public const string RetriesExhausted = "retries_exhausted";

    /// <summary>The destination became unusable before the row was sent.</summary>
    public const string DestinationUnusable = "destination_unusable";

    /// <summary>The destination answered row by row and did not name this one.</summary>
    public const string NoResult = "no_result";

    /// <summary>The request would be larger than the vendor takes; nothing was sent.</summary>
    public const string TooLarge = "too_large";

    /// <summary>A value that the vendor's field cannot take; the row was not sent.</summary>
    public const string InvalidValue = "invalid_value";

    /// <summary>The answer is none that the vendor's API gives.</summary>
    public const string Unreadable = "unreadable_answer";

    /// <summary>Put off, as the recipient's clock stands in the destination's quiet hours.</summary>
    public const string QuietHours = "quiet_hours";

    /// <summary>Put off, as the recipient had all messages of the day that the destination allows.</summary>
    public const string DailyCap = "daily_cap";

    /// <summary>The vendor took the request as a job, whose end did not come in the time given.</summary>
    public const string StillProcessing = "still_processing";
}
