using System.Globalization;

namespace ReverseEtl.Http.Personal.Unicode;

/// <summary>
/// Unicode's lower case for no language in particular, as Java, JavaScript, PHP and Python have it. The framework's maps single
/// characters only: it leaves İ as it is, and ends ΓΙΩΡΓΟΣ with a σ.
/// </summary>
internal static class LowerCase
{
    public static string Of(string text)
    {
        var lower = text.ToLowerInvariant();
        if (System.Text.Ascii.IsValid(text))
            return lower;
        if (text.Contains('Σ'))
            lower = string.Create(lower.Length, (text, lower), static (span, state) =>
            {
                state.lower.CopyTo(span);
                for (var i = 0; i < span.Length; i++)
                {
                    if (state.text[i] == 'Σ' && IsLast(state.text, i))
                        span[i] = 'ς';
                }
            });
        return lower.Replace("İ", "i\u0307", StringComparison.Ordinal);
    }

    /// <summary>Unicode's Final_Sigma: a letter before it in the word, and none after it.</summary>
    private static bool IsLast(string text, int at)
    {
        var before = at - 1;
        while (before >= 0 && IsIgnorable(text, before))
            before--;
        var after = at + 1;
        while (after < text.Length && IsIgnorable(text, after))
            after++;
        return before >= 0 && IsCased(text, before) && !(after < text.Length && IsCased(text, after));
    }

    private static bool IsCased(string text, int at) => CharUnicodeInfo.GetUnicodeCategory(text, at)
        is UnicodeCategory.UppercaseLetter or UnicodeCategory.LowercaseLetter or UnicodeCategory.TitlecaseLetter;

    private static bool IsIgnorable(string text, int at) => text[at] is '\'' or '.' or ':' or '·' or '’'
        || CharUnicodeInfo.GetUnicodeCategory(text, at) is UnicodeCategory.NonSpacingMark or UnicodeCategory.EnclosingMark
            or UnicodeCategory.Format or UnicodeCategory.ModifierLetter or UnicodeCategory.ModifierSymbol;
}
