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
}
