using System.Buffers;
using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;

namespace ReverseEtl.Http.Personal;

/// <summary>Hashes normalised values. Not safe for two threads at once: keeps its state between values, which is half of the speed.</summary>
public sealed class PersonalHasher : IDisposable
{
    private const int LongestText = 64;

    private readonly IncrementalHash _sha256 = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
    // Mailchimp's members are named by the MD5 of their address; nothing is protected by it.
    private readonly IncrementalHash _md5 = IncrementalHash.CreateHash(HashAlgorithmName.MD5);

    /// <summary>Appends a value's hash, as ASCII, and returns its length.</summary>
    public int Write(PersonalHash hash, ReadOnlySpan<byte> normalised, IBufferWriter<byte> output)
    {
        if (hash == PersonalHash.None)
        {
            output.Write(normalised);
            return normalised.Length;
        }

        var algorithm = hash == PersonalHash.Md5Hex ? _md5 : _sha256;
        Span<byte> digest = stackalloc byte[SHA256.HashSizeInBytes];
        algorithm.AppendData(normalised);
        return WriteDigest(hash, digest[..algorithm.GetHashAndReset(digest)], output);
    }

    /// <summary>A value's hash.</summary>
    public string Hash(PersonalHash hash, string normalised)
    {
        var output = new ArrayBufferWriter<byte>(LongestText);
        Write(hash, Encoding.UTF8.GetBytes(normalised), output);
        return Encoding.UTF8.GetString(output.WrittenSpan);
    }

    /// <summary>
    /// Appends a value that is a hash already in the form that <paramref name="hash"/> names, and returns its length; -1 where it is none.
    /// </summary>
    /// <param name="hash">Which hash it was declared to be.</param>
    /// <param name="hex">Hexadecimal digits of any case.</param>
    /// <param name="output">Gets nothing where the answer is -1.</param>
    internal static int WriteHashed(PersonalHash hash, ReadOnlySpan<byte> hex, IBufferWriter<byte> output)
    {
        Span<byte> digest = stackalloc byte[SHA256.HashSizeInBytes];
        digest = digest[..(hash == PersonalHash.Md5Hex ? MD5.HashSizeInBytes : SHA256.HashSizeInBytes)];
        if (hex.Length != digest.Length * 2 || Convert.FromHexString(hex, digest, out _, out _) != OperationStatus.Done)
            return -1;
        return WriteDigest(hash, digest, output);
    }

    /// <summary>True for 64 hexadecimal digits of any case: the value is a SHA-256 already.</summary>
    public static bool IsSha256Hex(ReadOnlySpan<byte> utf8) =>
        utf8.Length == 2 * SHA256.HashSizeInBytes && !utf8.ContainsAnyExcept(Hex);

    /// <inheritdoc cref="IsSha256Hex(ReadOnlySpan{byte})"/>
    public static bool IsSha256Hex(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        Span<byte> ascii = stackalloc byte[LongestText];
        return text.Length == 2 * SHA256.HashSizeInBytes
            && Ascii.FromUtf16(text, ascii, out _) == OperationStatus.Done
            && IsSha256Hex(ascii);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _sha256.Dispose();
        _md5.Dispose();
    }

    private static readonly SearchValues<byte> Hex = SearchValues.Create("0123456789abcdefABCDEF"u8);

    private static int WriteDigest(PersonalHash hash, ReadOnlySpan<byte> digest, IBufferWriter<byte> output)
    {
        var span = output.GetSpan(LongestText);
        int written;
        if (hash == PersonalHash.Sha256Base64)
            Base64.EncodeToUtf8(digest, span, out _, out written);
        else
            Convert.TryToHexStringLower(digest, span, out written);
        output.Advance(written);
        return written;
    }
}
