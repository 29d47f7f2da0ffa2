using System.Net.Http.Headers;
using System.Security.Cryptography;
using ReverseEtl.Core.Config;
using ReverseEtl.Http.Auth;

namespace ReverseEtl.Warehouses.Snowflake;

/// <summary>Key-pair authentication: tokens that we sign ourselves, made anew before they end and where Snowflake refuses one.</summary>
internal sealed class KeyPairAuth : IRequestAuth, IDisposable
{
    // Snowflake takes an hour at the most, counted by its own clock.
    private static readonly TimeSpan Life = TimeSpan.FromMinutes(50);
    private static readonly TimeSpan Early = TimeSpan.FromMinutes(5);
    private static readonly TimeSpan TooYoung = TimeSpan.FromMinutes(1);

    private readonly RSA _key;
    private readonly Dictionary<string, string> _claims;
    private readonly TimeProvider _time;
    private readonly Lock _signing = new();
    private volatile Token? _token;

    /// <param name="key">The private key, which is disposed; the user has its public half in Snowflake.</param>
    /// <param name="account">The account's identifier.</param>
    /// <param name="user">The user's login name.</param>
    /// <param name="time">The clock.</param>
    public KeyPairAuth(RSA key, string account, string user, TimeProvider time)
    {
        var subject = $"{AccountName.ForTokens(account)}.{user.ToUpperInvariant()}";
        var fingerprint = Convert.ToBase64String(SHA256.HashData(key.ExportSubjectPublicKeyInfo()));
        _claims = new() { ["iss"] = $"{subject}.SHA256:{fingerprint}", ["sub"] = subject };
        (_key, _time) = (key, time);
    }

    /// <inheritdoc/>
    public IEnumerable<Secret> Secrets => _token is { } token ? [new Secret(token.Value)] : [];

    /// <inheritdoc/>
    public ValueTask SignAsync(HttpRequestMessage request, HttpMessageInvoker client, CancellationToken cancellationToken)
    {
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", Current().Value);
        TokenType.Set(request, TokenType.KeyPair);
        return ValueTask.CompletedTask;
    }

    /// <inheritdoc/>
    public bool Renew(HttpRequestMessage refused)
    {
        if (_token is not { } token || token.Value != refused.Headers.Authorization?.Parameter)
            return true;
        if (_time.GetUtcNow() - token.Since < TooYoung)
            return false;
        _token = null;
        return true;
    }

    /// <inheritdoc/>
    public void Dispose() => _key.Dispose();

    private Token Current()
    {
        lock (_signing)
        {
            var now = _time.GetUtcNow();
            if (_token is not { } token || now - token.Since > Life - Early)
                _token = token = new Token(SignedJwt.Sign(_key, _claims, now, Life), now);
            return token;
        }
    }

    private sealed record Token(string Value, DateTimeOffset Since);
}
