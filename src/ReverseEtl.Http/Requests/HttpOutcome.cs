using System.Net;
using ReverseEtl.Core.Delivery;

namespace ReverseEtl.Http.Requests;

/// <summary>What a status means, for vendors that use HTTP as it is meant.</summary>
public static class HttpOutcome
{
    /// <summary>True where the same request may succeed later.</summary>
    public static bool IsTransient(int status) => status is 408 or 425 or 429 or >= 500;

    /// <summary>True where the server, or one before it, failed when the request may have been carried out. 503 says that it was not.</summary>
    public static bool MayHaveArrived(int status) => status is >= 500 and not 503;

    /// <summary>The outcome of every row of the request.</summary>
    /// <exception cref="DestinationException">The destination cannot be used: credentials refused, or it has moved.</exception>
    public static RowOutcome Of(HttpAnswer answer, Redactor redactor)
    {
        ThrowIfUnusable(answer, redactor);
        var status = (int)answer.Status;
        return status switch
        {
            >= 200 and < 300 => RowOutcome.Accepted,
            _ when IsTransient(status) => RowOutcome.Retry($"{status}", answer.Describe(redactor), answer.RetryAfter) with { MayHaveArrived = MayHaveArrived(status) },
            _ => RowOutcome.Rejected($"{status}", answer.Describe(redactor)),
        };
    }

    /// <summary>Stops the sync where the next request can only fare the same.</summary>
    private static void ThrowIfUnusable(HttpAnswer answer, Redactor redactor)
    {
        switch (answer.Status)
        {
            case HttpStatusCode.Unauthorized or HttpStatusCode.Forbidden:
                throw new DestinationException(
                    $"{answer.Describe(redactor)}. It refuses the credentials: correct them in cdp.config.json, then run the sync again");
            case >= HttpStatusCode.MultipleChoices and < HttpStatusCode.BadRequest:
                throw new DestinationException(
                    $"{answer.Describe(redactor)}. Redirects are not followed, as they would take rows to an address that nobody configured: set the final address in cdp.config.json")
                { IsUnreachable = false };
            default:
                return;
        }
    }
}
