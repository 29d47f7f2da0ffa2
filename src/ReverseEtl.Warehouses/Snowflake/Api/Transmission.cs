using System.IO.Compression;
using System.Net;
using ReverseEtl.Http.Requests;

namespace ReverseEtl.Warehouses.Snowflake;

/// <summary>Sends a request until it is answered. What the SQL API puts off, and what is lost on the way, is sent again.</summary>
internal sealed class Transmission(SnowflakeSettings settings)
{
    /// <summary>Sends a request.</summary>
    /// <param name="call">Sends it for the nth time, counted from 1, and returns when the headers of the answer are there.</param>
    /// <param name="read">Reads the answer; one that breaks off is asked for again.</param>
    /// <param name="cancellationToken">Stops it.</param>
    /// <param name="grace">How long a request that is on its way is waited for when it is stopped; its answer is then given as ever.</param>
    /// <exception cref="SnowflakeException">No answer.</exception>
    public async Task<T> SendAsync<T>(
        Func<int, CancellationToken, Task<HttpResponseMessage>> call, Func<HttpResponseMessage, CancellationToken, Task<T>> read, CancellationToken cancellationToken,
        TimeSpan grace = default)
    {
        var start = settings.Time.GetTimestamp();
        for (var attempt = 1; ; attempt++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var (answer, failure, asked) = await TryAsync(call, read, attempt, grace, cancellationToken);
            if (failure is null)
                return answer!;
            var delay = settings.Retry.DelayAfter(attempt, asked);
            if (attempt >= settings.Retry.MaxAttempts || settings.Time.GetElapsedTime(start) + delay > settings.Retry.Budget)
                throw new SnowflakeException($"{settings.Root.Host}: {failure}, and {attempt} requests did not change that") { Transient = true };
            await Task.Delay(delay, settings.Time, cancellationToken);
        }
    }

    /// <summary>The body of an answer, unzipped.</summary>
    public static async Task<Stream> BodyAsync(HttpResponseMessage response, CancellationToken cancellationToken)
    {
        var stream = await response.Content.ReadAsStreamAsync(cancellationToken);
        return response.Content.Headers.ContentEncoding.Contains("gzip") ? new GZipStream(stream, CompressionMode.Decompress) : stream;
    }

    private async Task<(T? Answer, string? Failure, TimeSpan? Asked)> TryAsync<T>(
        Func<int, CancellationToken, Task<HttpResponseMessage>> call, Func<HttpResponseMessage, CancellationToken, Task<T>> read, int attempt, TimeSpan grace,
        CancellationToken cancellationToken)
    {
        using var limit = new CancellationTokenSource(settings.RequestTimeout, settings.Time);
        using var stop = new CancellationTokenSource();
        using var stopping = cancellationToken.Register(() => stop.CancelAfter(grace));
        using var both = CancellationTokenSource.CreateLinkedTokenSource(stop.Token, limit.Token);
        HttpResponseMessage? response = null;
        try
        {
            response = await call(attempt, both.Token);
            if (IsPutOff(response.StatusCode))
            {
                var asked = HttpFailure.RetryAfter(response, settings.Time);
                var failure = $"it answered {(int)response.StatusCode} {response.StatusCode}";
                response.Dispose();
                return (default, failure, asked);
            }

            // What is read may keep the answer open, as a partition does.
            return (await read(response, both.Token), null, null);
        }
        catch (Exception lost) when (IsLost(lost))
        {
            response?.Dispose();
            cancellationToken.ThrowIfCancellationRequested();
            return (default, HttpFailure.Reason(lost), null);
        }
    }

    /// <summary>True for what a connection that breaks throws, and a time limit.</summary>
    public static bool IsLost(Exception failure) => failure is HttpRequestException or IOException or InvalidDataException or OperationCanceledException;

    private static bool IsPutOff(HttpStatusCode status) => status
        is HttpStatusCode.TooManyRequests or HttpStatusCode.BadGateway or HttpStatusCode.ServiceUnavailable or HttpStatusCode.GatewayTimeout;
}
