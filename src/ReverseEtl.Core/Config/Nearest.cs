namespace ReverseEtl.Core.Config;

/// <summary>Finds the name that somebody probably meant.</summary>
public static class Nearest
{
    /// <summary><c>; did you mean "x"?</c> for the nearest names, else the names there are, else nothing.</summary>
    public static string Hint(string name, IEnumerable<string> candidates)
    {
        var all = candidates.Distinct(StringComparer.Ordinal).ToList();
        var near = Names(name, all);
        if (near.Count > 0)
            return $"; did you mean {string.Join(" or ", near.Select(candidate => $"\"{candidate}\""))}?";
        if (all.Count == 0)
            return "";
        var shown = all.Count > 12 ? [.. all.Take(12), "..."] : all;
        return $"; there is {string.Join(", ", shown)}";
    }

    /// <summary>Up to three candidates that differ from a name by few edits, nearest first.</summary>
    public static IReadOnlyList<string> Names(string name, IEnumerable<string> candidates)
    {
        var limit = Math.Max(1, name.Length / 3);
        return
        [
            .. candidates
                .Select(candidate => (candidate, distance: Distance(Fold(name), Fold(candidate))))
                .Where(pair => pair.distance <= limit)
                .OrderBy(pair => pair.distance).ThenBy(pair => pair.candidate, StringComparer.Ordinal)
                .Take(3)
                .Select(pair => pair.candidate),
        ];
    }

    private static string Fold(string name) => name.ToUpperInvariant().Replace("_", "", StringComparison.Ordinal);

    // Edits are insertions, deletions, substitutions and swaps of neighbours: "naem" is one edit from "name".
    private static int Distance(string a, string b)
    {
        var d = new int[a.Length + 1, b.Length + 1];
        for (var i = 0; i <= a.Length; i++)
        {
            for (var j = 0; j <= b.Length; j++)
            {
                if (i == 0 || j == 0)
                {
                    d[i, j] = i + j;
                    continue;
                }

                var cost = a[i - 1] == b[j - 1] ? 0 : 1;
                d[i, j] = Math.Min(Math.Min(d[i - 1, j], d[i, j - 1]) + 1, d[i - 1, j - 1] + cost);
                if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
                    d[i, j] = Math.Min(d[i, j], d[i - 2, j - 2] + 1);
            }
        }

        return d[a.Length, b.Length];
    }
}
