using System.Text.RegularExpressions;

namespace ReverseEtl.Snowflake.Emulator.Execution;

/// <summary>Names as <c>names.mjs</c> gives them to DuckDB: behind a mark stands which letters are small.</summary>
internal static partial class WireNames
{
    private const char Mark = '\uE000';

    /// <summary>A name of Snowflake's as DuckDB has it, quoted.</summary>
    public static string Quoted(string name)
    {
        var small = string.Concat(name.EnumerateRunes().Select(letter => letter == System.Text.Rune.ToUpperInvariant(letter) ? '0' : '1'));
        return $"\"{(small.Contains('1', StringComparison.Ordinal) ? name + Mark + small : name).Replace("\"", "\"\"", StringComparison.Ordinal)}\"";
    }

    /// <summary>A text with DuckDB's names, with Snowflake's.</summary>
    public static string Decode(string text) => Small().Replace(text, "");

    [GeneratedRegex("\uE000[01]+")]
    private static partial Regex Small();
}
