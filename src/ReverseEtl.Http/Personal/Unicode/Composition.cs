using System.Text;

namespace ReverseEtl.Http.Personal.Unicode;

/// <summary>
/// Unicode's normalisation form C (UAX #15). The framework's own does nothing in programs without ICU
/// (<c>InvariantGlobalization</c>), and an é of two characters has another hash than an é of one.
/// </summary>
internal static class Composition
{
    private const int FirstL = 0x1100, FirstV = 0x1161, FirstT = 0x11A7, FirstSyllable = 0xAC00;
    private const int CountL = 19, CountV = 21, CountT = 28;
    private const char FirstThatMayChange = '\u0300';

    public static string Compose(string text)
    {
        if (text.AsSpan().IndexOfAnyExceptInRange('\0', (char)(FirstThatMayChange - 1)) < 0)
            return text;

        var codes = Decomposed(text);
        Join(codes);
        return Text(codes);
    }

    /// <summary>Form D: letters and their marks apart.</summary>
    public static string Decompose(string text) => Text(Decomposed(text));

    private static List<int> Decomposed(string text)
    {
        var codes = new List<int>(text.Length + 8);
        foreach (var rune in text.EnumerateRunes())
            Decompose(rune.Value, codes);
        Order(codes);
        return codes;
    }

    private static string Text(List<int> codes)
    {
        var text = new StringBuilder(codes.Count);
        foreach (var code in codes)
            text.Append(new Rune(code));
        return text.ToString();
    }

    private static void Decompose(int code, List<int> codes)
    {
        var syllable = code - FirstSyllable;
        if (syllable is >= 0 and < CountL * CountV * CountT)
        {
            codes.Add(FirstL + syllable / (CountV * CountT));
            codes.Add(FirstV + syllable % (CountV * CountT) / CountT);
            if (syllable % CountT != 0)
                codes.Add(FirstT + syllable % CountT);
        }
        else if (CanonicalTable.Instance.TryDecompose(code, out var parts))
        {
            Decompose(parts.First, codes);
            if (parts.Second != 0)
                Decompose(parts.Second, codes);
        }
        else
        {
            codes.Add(code);
        }
    }

    /// <summary>Sorts the marks of each character by class; those of one class keep their order.</summary>
    private static void Order(List<int> codes)
    {
        for (var start = 0; start < codes.Count; start++)
        {
            var end = start;
            while (end < codes.Count && CanonicalTable.Instance.Class(codes[end]) != 0)
                end++;
            if (end - start < 2)
                continue;
            var marks = codes.GetRange(start, end - start).OrderBy(CanonicalTable.Instance.Class).ToList();
            for (var i = 0; i < marks.Count; i++)
                codes[start + i] = marks[i];
            start = end;
        }
    }

    private static void Join(List<int> codes)
    {
        var kept = 0;
        var starter = -1;
        var lastClass = 0;
        for (var i = 0; i < codes.Count; i++)
        {
            var code = codes[i];
            var rank = CanonicalTable.Instance.Class(code);
            // A mark is blocked from its starter by one of the same or a higher class between them, and a starter by any.
            var reaches = starter >= 0 && (starter == kept - 1 || (lastClass < rank && lastClass != 0));
            if (reaches && TryJoin(codes[starter], code, out var joined))
            {
                codes[starter] = joined;
                continue;
            }

            if (rank == 0)
                starter = kept;
            lastClass = rank;
            codes[kept++] = code;
        }

        codes.RemoveRange(kept, codes.Count - kept);
    }

    private static bool TryJoin(int first, int second, out int joined)
    {
        if (first - FirstL is >= 0 and < CountL && second - FirstV is >= 0 and < CountV)
        {
            joined = FirstSyllable + ((first - FirstL) * CountV + (second - FirstV)) * CountT;
            return true;
        }

        var syllable = first - FirstSyllable;
        if (syllable is >= 0 and < CountL * CountV * CountT && syllable % CountT == 0 && second - FirstT is > 0 and < CountT)
        {
            joined = first + second - FirstT;
            return true;
        }

        return CanonicalTable.Instance.TryCompose(first, second, out joined);
    }
}
