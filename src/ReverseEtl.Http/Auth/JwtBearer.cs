using System.Security.Cryptography;
using ReverseEtl.Core.Config;
using ReverseEtl.Core.Delivery;

namespace ReverseEtl.Http.Auth;

/// <summary>Access tokens for an assertion signed with RS256 (RFC 7523): service accounts, and apps that know a certificate.</summary>
public static class JwtBearer
{
    private const string GrantType = "urn:ietf:params:oauth:grant-type:jwt-bearer";

    // Long enough for a clock that is a little off; some vendors take no more than this.
    private static readonly TimeSpan Life = TimeSpan.FromMinutes(3);

    /// <summary>Tokens of an endpoint.</summary>
    /// <param name="endpoint">The token endpoint.</param>
    /// <param name="privateKey">See <see cref="SignedJwt.Key"/>.</param>
    /// <param name="claims">What the assertion says besides its times: <c>iss</c>, <c>sub</c>, <c>aud</c>, <c>scope</c>.</param>
    /// <param name="time">The clock.</param>
    public static TokenAuth For(Uri endpoint, Secret privateKey, IReadOnlyDictionary<string, string> claims, TimeProvider time) => new(
        endpoint,
        () => [new("grant_type", GrantType), new("assertion", Sign(privateKey, claims, time.GetUtcNow()))],
        [privateKey],
        time);

    private static string Sign(Secret privateKey, IReadOnlyDictionary<string, string> claims, DateTimeOffset now)
    {
        try
        {
            using var key = SignedJwt.Key(privateKey);
            return SignedJwt.Sign(key, claims, now, Life);
        }
        catch (Exception malformed) when (malformed is ArgumentException or CryptographicException)
        {
            // Its message may quote the key.
            throw new DestinationException("the private key is no RSA key in PEM (-----BEGIN PRIVATE KEY-----): correct it in cdp.config.json") { IsUnreachable = false };
        }
    }
}
