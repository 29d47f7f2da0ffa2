using System.Security.Cryptography;
using System.Text;
using ReverseEtl.Core.Config;

namespace ReverseEtl.Http.Signing;

/// <summary>Signs and verifies requests as https://www.standardwebhooks.com says.</summary>
public sealed class StandardWebhookSignature
{
    private const string SecretPrefix = "whsec_";
    private const string Version = "v1,";
    private const long ToleranceSeconds = 5 * 60;

    private readonly byte[] _key;

    /// <param name="secret"><c>whsec_</c> and the key in Base64.</param>
    /// <exception cref="FormatException">It is not; the message does not quote it.</exception>
    public StandardWebhookSignature(Secret secret) =>
        _key = TryDecode(secret) ?? throw new FormatException("a webhook secret is whsec_ followed by Base64");

    /// <summary>True for <c>whsec_</c> followed by Base64.</summary>
    public static bool IsSecret(Secret secret) => TryDecode(secret) is not null;

    /// <summary>The value of <c>webhook-signature</c>.</summary>
    /// <param name="id">The value of <c>webhook-id</c>.</param>
    /// <param name="timestamp">The value of <c>webhook-timestamp</c>: Unix seconds.</param>
    /// <param name="body">The body as sent.</param>
    public string Sign(string id, long timestamp, ReadOnlySpan<byte> body) =>
        Version + Convert.ToBase64String(Digest(id, timestamp, body));

    /// <summary>True where one of the signatures is ours and the timestamp is not more than five minutes off.</summary>
    /// <param name="id">The value of <c>webhook-id</c>.</param>
    /// <param name="timestamp">The value of <c>webhook-timestamp</c>: Unix seconds.</param>
    /// <param name="body">The body as received.</param>
    /// <param name="signatures">The value of <c>webhook-signature</c>. Separated by spaces: there are several while a key is being replaced.</param>
    /// <param name="now">The receiver's clock.</param>
    public bool Verify(string id, long timestamp, ReadOnlySpan<byte> body, string signatures, DateTimeOffset now)
    {
        var seconds = now.ToUnixTimeSeconds();
        if (timestamp < seconds - ToleranceSeconds || timestamp > seconds + ToleranceSeconds)
            return false;
        var expected = Encoding.ASCII.GetBytes(Sign(id, timestamp, body));
        return signatures.Split(' ').Any(signature =>
            CryptographicOperations.FixedTimeEquals(Encoding.UTF8.GetBytes(signature), expected));
    }

    private byte[] Digest(string id, long timestamp, ReadOnlySpan<byte> body)
    {
        using var hmac = IncrementalHash.CreateHMAC(HashAlgorithmName.SHA256, _key);
        hmac.AppendData(Encoding.UTF8.GetBytes($"{id}.{timestamp}."));
        hmac.AppendData(body);
        return hmac.GetHashAndReset();
    }

    private static byte[]? TryDecode(Secret secret)
    {
        var text = secret.Reveal();
        if (!text.StartsWith(SecretPrefix, StringComparison.Ordinal) || text.Length == SecretPrefix.Length)
            return null;
        var key = new byte[text.Length];
        return Convert.TryFromBase64String(text[SecretPrefix.Length..], key, out var length) ? key[..length] : null;
    }
}
