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

    private static int Distance(string a, string b)
    {
        var row = Enumerable.Range(0, b.Length + 1).ToArray();
        for (var i = 1; i <= a.Length; i++)
        {
            var diagonal = row[0];
            row[0] = i;
            for (var j = 1; j <= b.Length; j++)
            {
                var above = row[j];
                row[j] = Math.Min(Math.Min(row[j], row[j - 1]) + 1, diagonal + (a[i - 1] == b[j - 1] ? 0 : 1));
                diagonal = above;
            }
        }

        return row[^1];
    }
}
