using ReverseEtl.Http.Personal.Unicode;

namespace ReverseEtl.Http.Personal.Rules;

/// <summary>Steps for e-mail addresses.</summary>
public static class EmailRules
{
    private const byte At = (byte)'@';

    /// <summary>Checks an address that is trimmed: one @ with something on both sides, and no white space.</summary>
    public static Normalised Check(string text, NormalContext context)
    {
        var at = text.IndexOf('@', StringComparison.Ordinal);
        if (at < 0)
            return Normalised.Wrong("is no e-mail address: it has no @");
        if (text.LastIndexOf('@') != at)
            return Normalised.Wrong("is no e-mail address: it has more than one @");
        if (at == 0)
            return Normalised.Wrong("is no e-mail address: nothing stands before the @");
        if (at == text.Length - 1)
            return Normalised.Wrong("is no e-mail address: nothing stands after the @");
        foreach (var c in text)
        {
            if (Texts.IsBlank(c))
                return Normalised.Wrong("is no e-mail address: it has white space or an invisible character inside");
        }

        return text;
    }

    /// <summary>
    /// For gmail.com and googlemail.com only, where all of these reach the same person: drops the dots before the @, and the
    /// <c>+suffix</c>. For addresses that are lower-case and checked.
    /// </summary>
    public static Normalised Gmail(string text, NormalContext context)
    {
        var at = text.IndexOf('@', StringComparison.Ordinal);
        if (text.AsSpan(at + 1) is not ("gmail.com" or "googlemail.com"))
            return text;
        var plus = text.IndexOf('+', StringComparison.Ordinal);
        var person = text[..(plus >= 0 && plus < at ? plus : at)].Replace(".", "", StringComparison.Ordinal);
        return person.Length == 0
            ? Normalised.Wrong("is no e-mail address: only dots or a + suffix stand before the @")
            : person + text[at..];
    }

    /// <summary>Trimmed, lower-case and checked, in one go.</summary>
    public static int Ascii(ReadOnlySpan<byte> ascii, Span<byte> output)
    {
        ascii = Texts.TrimAscii(ascii);
        if (System.Text.Ascii.ToLower(ascii, output, out var length) != System.Buffers.OperationStatus.Done)
            return -1;
        var at = ascii.IndexOf(At);
        var sound = at > 0 && at < length - 1 && ascii.LastIndexOf(At) == at && !ascii.ContainsAnyInRange((byte)0, (byte)' ') && !ascii.Contains((byte)0x7F);
        return sound || length == 0 ? length : -1;
    }

    /// <summary>The same with the rule for Gmail.</summary>
    public static int AsciiGmail(ReadOnlySpan<byte> ascii, Span<byte> output)
    {
        var length = Ascii(ascii, output);
        if (length <= 0)
            return length;
        var text = output[..length];
        var at = text.IndexOf(At);
        var host = text[(at + 1)..];
        if (!host.SequenceEqual("gmail.com"u8) && !host.SequenceEqual("googlemail.com"u8))
            return length;
        var written = 0;
        foreach (var c in text[..at])
        {
            if (c == '+')
                break;
            if (c != '.')
                output[written++] = c;
        }

        if (written == 0)
            return -1;
        text[at..].CopyTo(output[written..]);
        return written + length - at;
    }
}
