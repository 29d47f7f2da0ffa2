using ReverseEtl.Core.Config;

namespace ReverseEtl.Core.Models;

/// <summary>Looks at SQL as text, far enough to tell code from comments and literals.</summary>
internal static class SqlText
{
    /// <summary>The text with comments, string literals and quoted names blanked out; every other character keeps its place.</summary>
    public static string WithoutCommentsAndLiterals(string sql)
    {
        var plain = sql.ToCharArray();
        var i = 0;
        while (i < sql.Length)
        {
            var end = sql[i] switch
            {
                '-' when Starts(sql, i, "--") => EndOf(sql, i, "\n"),
                '/' when Starts(sql, i, "/*") => EndOf(sql, i + 2, "*/"),
                '\'' => EndOf(sql, i + 1, "'"),
                '"' => EndOf(sql, i + 1, "\""),
                _ => i,
            };
            if (end == i)
                i++;
            for (; i < end; i++)
                plain[i] = plain[i] == '\n' ? '\n' : ' ';
        }

        return new string(plain);
    }

    public static Position PlaceOf(string file, string text, int index)
    {
        var before = text.AsSpan(0, index);
        return new Position(file, before.Count('\n') + 1, index - before.LastIndexOf('\n'));
    }

    private static bool Starts(string sql, int at, string text) => string.CompareOrdinal(sql, at, text, 0, text.Length) == 0;

    private static int EndOf(string sql, int from, string closing)
    {
        var end = sql.IndexOf(closing, from, StringComparison.Ordinal);
        return end < 0 ? sql.Length : end + closing.Length;
    }
}
