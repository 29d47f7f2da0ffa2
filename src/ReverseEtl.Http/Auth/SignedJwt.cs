using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using ReverseEtl.Core.Config;

namespace ReverseEtl.Http.Auth;

/// <summary>JSON web tokens signed with RS256, and the keys that sign them.</summary>
public static class SignedJwt
{
    /// <summary>An RSA key in PEM (PKCS#1 or PKCS#8); its line ends may be written <c>\n</c>, as they often are in a variable.</summary>
    /// <param name="pem">The key.</param>
    /// <param name="passphrase">What it is encrypted with (PKCS#8 only), or null.</param>
    /// <exception cref="ArgumentException">It is no key in PEM. The message may quote it.</exception>
    /// <exception cref="CryptographicException">It is no RSA key, or the passphrase is not its own. The message may quote it.</exception>
    public static RSA Key(Secret pem, Secret? passphrase = null)
    {
        var text = pem.Reveal().Replace("\\n", "\n", StringComparison.Ordinal);
        var rsa = RSA.Create();
        try
        {
            if (passphrase is null)
                rsa.ImportFromPem(text);
            else
                rsa.ImportFromEncryptedPem(text, passphrase.Reveal());
            return rsa;
        }
        catch
        {
            rsa.Dispose();
            throw;
        }
    }

    /// <summary>A token.</summary>
    /// <param name="key">Signs it.</param>
    /// <param name="claims">What it says besides its times: <c>iss</c>, <c>sub</c>, <c>aud</c>, <c>scope</c>.</param>
    /// <param name="from">Since when it holds.</param>
    /// <param name="life">How long it holds.</param>
    public static string Sign(RSA key, IReadOnlyDictionary<string, string> claims, DateTimeOffset from, TimeSpan life)
    {
        var body = claims.ToDictionary(claim => claim.Key, claim => (object)claim.Value);
        (body["iat"], body["exp"]) = (from.ToUnixTimeSeconds(), (from + life).ToUnixTimeSeconds());
        var text = $"{Base64Url.EncodeToString("""{"alg":"RS256","typ":"JWT"}"""u8)}.{Base64Url.EncodeToString(JsonSerializer.SerializeToUtf8Bytes(body))}";
        return $"{text}.{Base64Url.EncodeToString(key.SignData(Encoding.ASCII.GetBytes(text), HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1))}";
    }
}
