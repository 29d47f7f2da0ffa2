using System.Security.Cryptography;
using System.Text;

namespace ReverseEtl.Core.Planning;

/// <summary>SHA-256 in hexadecimal, as <c>sha256sum</c> prints it.</summary>
public static class Digest
{
    /// <summary>The digest of a text's UTF-8 bytes.</summary>
    public static string Of(string text) => Of(Encoding.UTF8.GetBytes(text));

    /// <summary>The digest of bytes.</summary>
    public static string Of(ReadOnlySpan<byte> bytes) => Convert.ToHexStringLower(SHA256.HashData(bytes));

    /// <summary>The digest of a stream's rest.</summary>
    public static async Task<string> OfAsync(Stream stream, CancellationToken cancellationToken) =>
        Convert.ToHexStringLower(await SHA256.HashDataAsync(stream, cancellationToken));
}
