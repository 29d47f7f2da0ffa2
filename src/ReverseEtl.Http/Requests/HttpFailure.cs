using System.Net.Sockets;

namespace ReverseEtl.Http.Requests;

/// <summary>What an answer, or the lack of one, says about trying again.</summary>
public static class HttpFailure
{
    /// <summary>Why no answer came, in our own words: an exception's text may quote an address with credentials in it.</summary>
    public static string Reason(Exception failure) => failure switch
    {
        HttpRequestException { HttpRequestError: HttpRequestError.NameResolutionError } => "the host name is not known",
        HttpRequestException { HttpRequestError: HttpRequestError.SecureConnectionError } =>
            $"the TLS handshake failed ({failure.InnerException?.Message})",
        HttpRequestException { HttpRequestError: HttpRequestError.ProxyTunnelError } => "the proxy refused",
        { InnerException: PrivateAddressException refused } => refused.Message,
        { InnerException: SocketException socket } => socket.SocketErrorCode.ToString(),
        OperationCanceledException => "it took too long",
        _ => failure.GetType().Name,
    };

    /// <summary>How long the server asked to wait, whether it said seconds or a date; null where it did not.</summary>
    public static TimeSpan? RetryAfter(HttpResponseMessage response, TimeProvider time)
    {
        var asked = response.Headers.RetryAfter;
        var wait = asked?.Delta ?? (asked?.Date - time.GetUtcNow());
        return wait < TimeSpan.Zero ? TimeSpan.Zero : wait;
    }
}
