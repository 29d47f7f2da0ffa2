using System.Net;
using ReverseEtl.Core.Delivery;

namespace ReverseEtl.Http.Requests;

/// <summary>
/// Sends a request when the account's budget has room for it, and reads the whole answer in limited time. What goes wrong on the way is a
/// value.
/// </summary>
public sealed class HttpSender(HttpClient client, TimeSpan timeout, TimeProvider time, IRequestGate gate, QuotaHeaders? quota = null)
{
    /// <summary>An answer is read up to here; no vendor has more to say about a batch.</summary>
    public const int MaxAnswerBytes = 32 * 1024 * 1024;

    /// <summary>Sends a request.</summary>
    /// <param name="request">The request; its content is <paramref name="body"/>.</param>
    /// <param name="body">The body, which knows whether it went out.</param>
    /// <param name="cancellationToken">Cancels the request: unknown if it had begun to go out.</param>
    /// <exception cref="OperationCanceledException">Cancelled before anything was sent.</exception>
    public ValueTask<HttpResult> SendAsync(HttpRequestMessage request, ColumnarContent body, CancellationToken cancellationToken)
    {
        request.Content = body;
        return SendAsync(request.RequestUri!, token => client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, token), body, cancellationToken);
    }

    /// <summary>Sends a request that somebody else makes.</summary>
    /// <param name="address">Where it goes to.</param>
    /// <param name="call">Makes it, and returns when the headers of the answer are there.</param>
    /// <param name="body">The body, which knows whether it went out; null for a request that asks only.</param>
    /// <param name="cancellationToken">Cancels the request: unknown if it had begun to go out.</param>
    /// <exception cref="OperationCanceledException">Cancelled before anything was sent.</exception>
    public async ValueTask<HttpResult> SendAsync(
        Uri address, Func<CancellationToken, Task<HttpResponseMessage>> call, ColumnarContent? body, CancellationToken cancellationToken)
    {
        await gate.TakeAsync(cancellationToken);
        var to = address.GetLeftPart(UriPartial.Authority);
        using var limit = new CancellationTokenSource(timeout, time);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, limit.Token);
        try
        {
            using var response = await call(both.Token);
            var wait = quota?.WaitOf(response.Headers, time);
            if (wait is { } rest)
                gate.PushBack(rest);
            var answer = await ReadAsync(response.Content, both.Token);
            var after = HttpFailure.RetryAfter(response, time) ?? (response.StatusCode is HttpStatusCode.TooManyRequests ? wait : null);
            return new HttpResult(new HttpAnswer(to, response.StatusCode, after, answer) { Headers = response.Headers }, default);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            if (body is not { Begun: true })
                throw;
            return None(RowOutcome.Unknown(OutcomeCodes.Cancelled, $"cancelled while {to} had yet to answer"));
        }
        catch (Exception failure) when (failure is HttpRequestException or IOException or OperationCanceledException)
        {
            return None(Outcome(failure, to, body is { Begun: true }, limit.IsCancellationRequested));
        }
    }

    private RowOutcome Outcome(Exception failure, string to, bool begun, bool timedOut) => (begun, timedOut) switch
    {
        (false, _) => RowOutcome.Retry(OutcomeCodes.Unreachable, $"no connection to {to}: {HttpFailure.Reason(failure)}"),
        (true, true) => RowOutcome.Unknown(OutcomeCodes.TimedOut, $"{to} did not answer within {timeout.TotalSeconds:0.#} s"),
        (true, false) => RowOutcome.Unknown(OutcomeCodes.ConnectionLost, $"the connection to {to} broke before the answer was complete"),
    };

    private static async ValueTask<byte[]> ReadAsync(HttpContent content, CancellationToken cancellationToken)
    {
        await using var stream = await content.ReadAsStreamAsync(cancellationToken);
        using var buffer = new PooledBuffer();
        while (buffer.Length < MaxAnswerBytes)
        {
            var read = await stream.ReadAsync(buffer.GetMemory(), cancellationToken);
            if (read == 0)
                break;
            buffer.Advance(read);
        }

        return buffer.Written.ToArray();
    }

    private static HttpResult None(RowOutcome outcome) => new(null, outcome);
}
