using System.Security.Cryptography;
using System.Text;

namespace ReverseEtl.State.Postgres;

/// <summary>
/// Text that comes back character for character. PostgreSQL knows no U+0000, so that it is written as two characters; half a surrogate
/// pair, which no encoding knows, becomes U+FFFD.
/// </summary>
internal static class PostgresText
{
    private const char Escape = '\u001A';

    public static string Encode(string text)
    {
        if (text.AsSpan().IndexOfAnyInRange('\uD800', '\uDFFF') >= 0)
            text = Encoding.UTF8.GetString(Encoding.UTF8.GetBytes(text));
        return text.AsSpan().IndexOfAny('\0', Escape) < 0 ? text
            : text.Replace($"{Escape}", $"{Escape}1", StringComparison.Ordinal).Replace("\0", $"{Escape}0", StringComparison.Ordinal);
    }

    public static string Decode(string text) => text.Contains(Escape, StringComparison.Ordinal)
        ? text.Replace($"{Escape}0", "\0", StringComparison.Ordinal).Replace($"{Escape}1", $"{Escape}", StringComparison.Ordinal)
        : text;

    /// <summary>What a row is found by whose key may be longer than an index takes.</summary>
    public static byte[] Hash(string key) => SHA256.HashData(Encoding.UTF8.GetBytes(key));
}
