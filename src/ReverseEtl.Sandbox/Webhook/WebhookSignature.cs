using System.Security.Cryptography;
using System.Text;

namespace ReverseEtl.Sandbox.Webhook;

/// <summary>
/// The receiver's side of a signature, written from the Standard Webhooks text and not from the connector's code, so that the two
/// check each other. The timestamp's age is not checked: tests turn clocks.
/// </summary>
internal sealed class WebhookSignature(string secret)
{
    private readonly byte[] _key = Convert.FromBase64String(secret.StartsWith("whsec_", StringComparison.Ordinal) ? secret[6..] : secret);

    public bool IsValid(string id, string timestamp, ReadOnlySpan<byte> body, string signatures)
    {
        using var hmac = IncrementalHash.CreateHMAC(HashAlgorithmName.SHA256, _key);
        hmac.AppendData(Encoding.UTF8.GetBytes($"{id}.{timestamp}."));
        hmac.AppendData(body);
        var expected = Encoding.UTF8.GetBytes("v1," + Convert.ToBase64String(hmac.GetHashAndReset()));
        return signatures.Split(' ').Any(given => CryptographicOperations.FixedTimeEquals(Encoding.UTF8.GetBytes(given), expected));
    }
}
