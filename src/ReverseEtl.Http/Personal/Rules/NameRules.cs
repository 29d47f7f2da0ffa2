using System.Text;
using ReverseEtl.Http.Personal.Unicode;

namespace ReverseEtl.Http.Personal.Rules;

/// <summary>Steps for the parts of a person's name, for text that is lower-case.</summary>
public static class NameRules
{
    private static readonly HashSet<string> Titles = ["mr", "mrs", "ms", "miss", "mx", "dr", "prof"];

    private static readonly HashSet<string> Suffixes =
        ["jr", "sr", "2nd", "3rd", "ii", "iii", "iv", "phd", "md", "dds", "dvm", "jd", "cpa", "esq"];

    /// <summary>
    /// Keeps letters of any script with their marks, numbers, hyphens, and one space between words; a comma ends a word. Nothing is
    /// left of a text of hyphens only.
    /// </summary>
    public static Normalised WordsAndHyphens(string text, NormalContext context)
    {
        var kept = Texts.Keep(text.Replace(',', ' '), static rune =>
            Texts.IsLetter(rune) || Texts.IsNumber(rune) || rune.Value == '-' || Rune.IsWhiteSpace(rune));
        return string.Join(' ', Words(kept).Where(static word => word.AsSpan().ContainsAnyExcept('-')));
    }

    /// <summary>Drops mr, mrs, ms, miss, mx, dr and prof at the front, as long as a name follows. For words and hyphens.</summary>
    public static Normalised WithoutTitle(string text, NormalContext context)
    {
        var words = Words(text);
        var first = 0;
        while (first < words.Length - 1 && Titles.Contains(words[first]))
            first++;
        return string.Join(' ', words[first..]);
    }

    /// <summary>Drops jr, sr, ii, iii, iv, phd and the like at the end, as long as a name stands before. For words and hyphens.</summary>
    public static Normalised WithoutSuffix(string text, NormalContext context)
    {
        var words = Words(text);
        var end = words.Length;
        while (end > 1 && Suffixes.Contains(words[end - 1]))
            end--;
        return string.Join(' ', words[..end]);
    }

    private static string[] Words(string text) => text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);
}
