using System.Globalization;
using System.Text;

namespace ReverseEtl.Http.Personal.Unicode;

/// <summary>Plain operations on text that several rules share.</summary>
internal static class Texts
{
    /// <summary>False where half of a surrogate pair stands alone; such a text has no UTF-8.</summary>
    public static bool IsWellFormed(string text)
    {
        for (var i = text.AsSpan().IndexOfAnyInRange('\uD800', '\uDFFF'); i >= 0 && i < text.Length; i++)
        {
            if (!char.IsSurrogate(text[i]))
                continue;
            if (i + 1 == text.Length || !char.IsSurrogatePair(text[i], text[i + 1]))
                return false;
            i++;
        }

        return true;
    }

    /// <summary>White space of any script, control characters, and those that show nothing: byte order marks, zero-width spaces.</summary>
    public static bool IsBlank(char c) => char.IsWhiteSpace(c) || char.IsControl(c)
        || (c > '\x7F' && char.GetUnicodeCategory(c) == UnicodeCategory.Format);

    /// <summary>The text without what is blank at its ends.</summary>
    public static string Trim(string text)
    {
        int start = 0, end = text.Length;
        while (start < end && IsBlank(text[start]))
            start++;
        while (end > start && IsBlank(text[end - 1]))
            end--;
        return text[start..end];
    }

    /// <summary>The same for ASCII: U+0000 to the space, and U+007F.</summary>
    public static ReadOnlySpan<byte> TrimAscii(ReadOnlySpan<byte> ascii)
    {
        while (ascii is [<= (byte)' ' or 0x7F, .. var rest])
            ascii = rest;
        while (ascii is [.. var rest, <= (byte)' ' or 0x7F])
            ascii = rest;
        return ascii;
    }

    /// <summary>The characters for which <paramref name="keep"/> is true.</summary>
    public static string Keep(string text, Func<Rune, bool> keep)
    {
        var kept = new StringBuilder(text.Length);
        foreach (var rune in text.EnumerateRunes())
        {
            if (keep(rune))
                kept.Append(rune);
        }

        return kept.Length == text.Length ? text : kept.ToString();
    }

    /// <summary>Digits of any script, and the Latin letters of full width, as ASCII.</summary>
    public static string Narrow(string text)
    {
        if (Ascii.IsValid(text))
            return text;
        var narrow = new StringBuilder(text.Length);
        foreach (var rune in text.EnumerateRunes())
        {
            if (Rune.GetUnicodeCategory(rune) == UnicodeCategory.DecimalDigitNumber)
                narrow.Append((char)('0' + (int)Rune.GetNumericValue(rune)));
            else if (rune.Value is > 0xFF00 and <= 0xFF5E)
                narrow.Append((char)(rune.Value - 0xFF00 + ' '));
            else
                narrow.Append(rune);
        }

        return narrow.ToString();
    }

    /// <summary>True for 1 to <paramref name="most"/> ASCII digits.</summary>
    public static bool IsDigits(string text, int least, int most) =>
        text.Length >= least && text.Length <= most && !text.AsSpan().ContainsAnyExceptInRange('0', '9');

    public static bool IsMark(Rune rune) => Rune.GetUnicodeCategory(rune)
        is UnicodeCategory.NonSpacingMark or UnicodeCategory.SpacingCombiningMark or UnicodeCategory.EnclosingMark;

    public static bool IsNumber(Rune rune) => Rune.IsNumber(rune);

    public static bool IsLetter(Rune rune) => Rune.IsLetter(rune) || IsMark(rune);
}
