using System.Text;

namespace ReverseEtl.Sandbox.Vendors;

/// <summary>Comma-separated values (RFC 4180).</summary>
internal static class Csv
{
    /// <summary>The lines; null where a quote is not closed or the line ends are not those announced.</summary>
    public static IReadOnlyList<IReadOnlyList<string>>? Read(string text, char delimiter, string lineEnd)
    {
        var lines = new List<IReadOnlyList<string>>();
        var line = new List<string>();
        var value = new StringBuilder();
        var at = 0;
        while (at < text.Length)
        {
            if (text[at] == '"' && value.Length == 0)
            {
                if (Quoted(text, ref at, value) is false)
                    return null;
            }
            else if (text[at] == delimiter)
            {
                line.Add(Take(value));
                at++;
            }
            else if (text.AsSpan(at).StartsWith(lineEnd, StringComparison.Ordinal))
            {
                line.Add(Take(value));
                lines.Add(line);
                line = [];
                at += lineEnd.Length;
            }
            else if (text[at] is '\r' or '\n')
                return null;
            else
                value.Append(text[at++]);
        }

        if (value.Length > 0 || line.Count > 0)
        {
            line.Add(Take(value));
            lines.Add(line);
        }

        return lines;
    }

    public static string Write(IEnumerable<IEnumerable<string>> lines)
    {
        var text = new StringBuilder();
        foreach (var line in lines)
            text.AppendJoin(',', line.Select(value => $"\"{value.Replace("\"", "\"\"", StringComparison.Ordinal)}\"")).Append('\n');
        return text.ToString();
    }

    private static bool Quoted(string text, ref int at, StringBuilder value)
    {
        for (at++; at < text.Length; at++)
        {
            if (text[at] != '"')
                value.Append(text[at]);
            else if (at + 1 < text.Length && text[at + 1] == '"')
                value.Append(text[at++]);
            else
            {
                at++;
                return true;
            }
        }

        return false;
    }

    private static string Take(StringBuilder value)
    {
        var text = value.ToString();
        value.Clear();
        return text;
    }
}
