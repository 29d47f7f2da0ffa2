using System.Text;
using System.Text.Json;
using ReverseEtl.Core.Config;

namespace ReverseEtl.Http.Requests;

/// <summary>Makes a vendor's words fit for logs: without our secrets, which vendors like to quote back, on one line and short.</summary>
public sealed class Redactor
{
    private const int MaxLength = 300;
    private const int ShortestSecret = 4;

    private readonly string[] _secrets;

    /// <param name="secrets">What must never be quoted.</param>
    public Redactor(IEnumerable<Secret> secrets)
    {
        // The words too: of "Bearer abc" a vendor quotes only the token. Longest first, so that no tail of a secret is left over.
        _secrets =
        [
            .. secrets.Select(secret => secret.Reveal())
                .SelectMany(secret => secret.Split(' ').Append(secret))
                // As they stand in JSON and in addresses, which is how most are quoted.
                .SelectMany(secret => new[] { secret, JsonEncodedText.Encode(secret).ToString(), Uri.EscapeDataString(secret) })
                .Where(secret => secret.Length >= ShortestSecret)
                .Distinct(StringComparer.Ordinal)
                .OrderByDescending(secret => secret.Length),
        ];
    }

    /// <summary>The text, fit to be shown.</summary>
    public string Clean(string text)
    {
        foreach (var secret in _secrets)
            text = text.Replace(secret, "***", StringComparison.Ordinal);

        var clean = new StringBuilder(Math.Min(text.Length, MaxLength));
        foreach (var rune in text.EnumerateRunes())
        {
            if (clean.Length >= MaxLength)
                return clean.Append('…').ToString();
            clean.Append(Rune.IsControl(rune) ? " " : rune.ToString());
        }

        return clean.ToString().Trim();
    }
}
