using System.Collections.Frozen;
using ReverseEtl.Http.Personal.Unicode;

namespace ReverseEtl.Http.Personal.Rules;

/// <summary>Steps for countries, and the look-up that they share.</summary>
public static class Countries
{
    private static readonly FrozenDictionary<string, string> Codes = Load();

    /// <summary>ISO 3166-1 alpha-2 in upper case, from alpha-2, alpha-3 or an English name; null where it is none of these.</summary>
    public static string? Find(string? text) =>
        text is null || text.Any(char.IsDigit) ? null : Codes.GetValueOrDefault(text) ?? Codes.GetValueOrDefault(Key(text));

    /// <summary><c>DK</c></summary>
    public static Normalised Upper(string text, NormalContext context) => Find(text) is { } code
        ? code
        : Normalised.Wrong("is no country: give a code of ISO 3166-1 (DK or DNK) or its name in English");

    /// <summary><c>dk</c></summary>
    public static Normalised Lower(string text, NormalContext context) =>
        Upper(text, context) is var code && code.Problem is null ? code.Text.ToLowerInvariant() : code;

    private static FrozenDictionary<string, string> Load()
    {
        Dictionary<string, string> codes = new(StringComparer.Ordinal) { ["uk"] = "GB" };
        foreach (var line in DataFile.Lines("countries.txt"))
        {
            var words = line.Split(' ', 3);
            // As written is the common case, and spared the folding.
            foreach (var name in (string[])[words[0], Key(words[0]), Key(words[1]), .. words[2].Split('|').Select(Key)])
                codes[name] = words[0];
        }

        return codes.ToFrozenDictionary(StringComparer.Ordinal);
    }

    private static string Key(string text)
    {
        var lower = LowerCase.Of(Texts.Narrow(Texts.Trim(text))).Replace("&", "and", StringComparison.Ordinal);
        if (lower.StartsWith("st ", StringComparison.Ordinal) || lower.StartsWith("st.", StringComparison.Ordinal))
            lower = "saint" + lower[2..];
        else if (lower.StartsWith("the ", StringComparison.Ordinal))
            lower = lower[4..];
        return Texts.Keep(Composition.Decompose(lower), static rune => System.Text.Rune.IsLetter(rune));
    }
}
