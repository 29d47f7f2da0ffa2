using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
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
    /// <param name="privateKey">An RSA key in PEM; its line ends may be written <c>\n</c>, as they often are in a variable.</param>
    /// <param name="claims">What the assertion says besides its times: <c>iss</c>, <c>sub</c>, <c>aud</c>, <c>scope</c>.</param>
    /// <param name="time">The clock.</param>
    public static TokenAuth For(Uri endpoint, Secret privateKey, IReadOnlyDictionary<string, string> claims, TimeProvider time) => new(
        endpoint,
        () => [new("grant_type", GrantType), new("assertion", Sign(privateKey, claims, time.GetUtcNow()))],
        [privateKey],
        time);

    private static string Sign(Secret privateKey, IReadOnlyDictionary<string, string> claims, DateTimeOffset now)
    {
        using var rsa = RSA.Create();
        try
        {
            rsa.ImportFromPem(privateKey.Reveal().Replace("\\n", "\n", StringComparison.Ordinal));
        }
        catch (Exception malformed) when (malformed is ArgumentException or CryptographicException)
        {
            // Its message may quote the key.
            throw new DestinationException("the private key is no RSA key in PEM (-----BEGIN PRIVATE KEY-----): correct it in cdp.config.json") { IsUnreachable = false };
        }

        var body = claims.ToDictionary(claim => claim.Key, claim => (object)claim.Value);
        (body["iat"], body["exp"]) = (now.ToUnixTimeSeconds(), (now + Life).ToUnixTimeSeconds());
        var text = $"{Base64Url.EncodeToString("""{"alg":"RS256","typ":"JWT"}"""u8)}.{Base64Url.EncodeToString(JsonSerializer.SerializeToUtf8Bytes(body))}";
        return $"{text}.{Base64Url.EncodeToString(rsa.SignData(Encoding.ASCII.GetBytes(text), HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1))}";
    }
}
