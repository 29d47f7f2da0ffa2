using System.Diagnostics.CodeAnalysis;
using System.Net.Http.Headers;
using ReverseEtl.Core.Config;
using ReverseEtl.Core.Delivery;
using ReverseEtl.Http.Requests;

namespace ReverseEtl.Http.Auth;

/// <summary>
/// A bearer token that an OAuth 2 token endpoint gives out for a while. It is asked for when first needed, again shortly before it ends, and
/// once when the vendor refuses it before. One that is refused as soon as it was given out would fare no better the next time.
/// </summary>
/// <param name="endpoint">The token endpoint.</param>
/// <param name="form">The form to post there, made anew for each token, as an assertion has a time in it.</param>
/// <param name="secrets">What of the form must never be quoted.</param>
/// <param name="time">The clock.</param>
[SuppressMessage("Design", "CA1001", Justification = "A semaphore without a wait handle holds nothing to dispose.")]
public sealed class TokenAuth(Uri endpoint, Func<IEnumerable<KeyValuePair<string, string>>> form, IReadOnlyList<Secret> secrets, TimeProvider time) : IRequestAuth
{
    private static readonly TimeSpan Early = TimeSpan.FromMinutes(1);

    // What is common where an endpoint does not say.
    private static readonly TimeSpan UsualLife = TimeSpan.FromMinutes(30);

    private readonly SemaphoreSlim _one = new(1, 1);
    private readonly Redactor _redactor = new(secrets);
    private volatile Token? _token;

    /// <inheritdoc/>
    public IEnumerable<Secret> Secrets => _token is { } token ? [.. secrets, new Secret(token.Value)] : secrets;

    /// <inheritdoc/>
    public async ValueTask SignAsync(HttpRequestMessage request, HttpMessageInvoker client, CancellationToken cancellationToken)
    {
        var token = _token is { } held && held.Until > time.GetUtcNow() ? held : await FetchAsync(client, cancellationToken);
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token.Value);
    }

    /// <inheritdoc/>
    public bool Renew(HttpRequestMessage refused)
    {
        if (_token is not { } token || token.Value != refused.Headers.Authorization?.Parameter)
            return true;
        if (time.GetUtcNow() - token.Since < Early)
            return false;
        _token = null;
        return true;
    }

    private async Task<Token> FetchAsync(HttpMessageInvoker client, CancellationToken cancellationToken)
    {
        await _one.WaitAsync(cancellationToken);
        try
        {
            if (_token is { } held && held.Until > time.GetUtcNow())
                return held;
            using var request = new HttpRequestMessage(HttpMethod.Post, endpoint) { Content = new FormUrlEncodedContent(form()) };
            using var response = await client.SendAsync(request, cancellationToken);
            var answer = new HttpAnswer(endpoint.GetLeftPart(UriPartial.Authority), response.StatusCode, null, await response.Content.ReadAsByteArrayAsync(cancellationToken));
            if (response.IsSuccessStatusCode && Read(answer) is { } token)
                return _token = token;
            throw new DestinationException(
                $"{answer.Describe(_redactor)}. It gives no access token: correct the credentials in cdp.config.json, then run the sync again");
        }
        finally
        {
            _one.Release();
        }
    }

    private Token? Read(HttpAnswer answer) =>
        answer.Json() is { } body && body.Text("access_token") is { } value
            ? new Token(value, time.GetUtcNow(), time.GetUtcNow() + (body.Number("expires_in") is { } seconds ? TimeSpan.FromSeconds(seconds) : UsualLife) - Early)
            : null;

    private sealed record Token(string Value, DateTimeOffset Since, DateTimeOffset Until);
}
