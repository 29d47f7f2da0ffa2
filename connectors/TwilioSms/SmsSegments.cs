using System.Buffers;

namespace ReverseEtl.Connectors.TwilioSms;

/// <summary>
/// How many segments a text is sent in, each of which is billed. Text of the GSM alphabet (3GPP TS 23.038) has 160 characters in one
/// segment and 153 in each of several, of which some count twice; any other text is UCS-2, with 70 and 67.
/// </summary>
internal static class SmsSegments
{
    private static readonly SearchValues<char> Single = SearchValues.Create(
        "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà");

    private static readonly SearchValues<char> Double = SearchValues.Create("\f^{}\\[~]|€");

    /// <summary>The segments of a text; none of an empty one.</summary>
    public static int Of(string text)
    {
        var isGsm = text.All(letter => Single.Contains(letter) || Double.Contains(letter));
        // What counts twice, and a character of two UTF-16 units, is not torn apart.
        return isGsm
            ? Count(text.Select(letter => Double.Contains(letter) ? 2 : 1), 160, 153)
            : Count(text.EnumerateRunes().Select(letter => letter.Utf16SequenceLength), 70, 67);
    }

    private static int Count(IEnumerable<int> letters, int alone, int each)
    {
        var (units, segments, left) = (0, 0, 0);
        foreach (var letter in letters)
        {
            units += letter;
            if (left < letter)
                (segments, left) = (segments + 1, each);
            left -= letter;
        }

        return units == 0 ? 0 : units <= alone ? 1 : segments;
    }
}
