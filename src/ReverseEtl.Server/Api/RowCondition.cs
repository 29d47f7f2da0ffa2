using System.Text.RegularExpressions;

namespace ReverseEtl.Server.Api;

/// <summary>
/// Conditions on rows that may come from afar: comparisons of columns with values, joined by <c>and</c>, <c>or</c>, <c>not</c> and parentheses.
/// They become part of a query, and whatever SQL allows beyond that would reach everything that the service's login, or DuckDB, can read.
/// </summary>
internal static partial class RowCondition
{
    private static readonly HashSet<string> Joining = new(StringComparer.OrdinalIgnoreCase)
    {
        "and", "or", "not", "in", "is", "like", "ilike", "between",
    };

    // Words that give a text behind them another type.
    private static readonly HashSet<string> Typing = new(StringComparer.OrdinalIgnoreCase) { "date", "time", "timestamp", "timestamptz", "interval" };

    private enum Kind
    {
        Operator,
        Open,
        Value,
        Word,
        Typing,
        Close,
    }

    /// <exception cref="ApiException">It is none of these.</exception>
    public static void Check(string text)
    {
        var (at, depth, last) = (0, 0, Kind.Open);
        while (at < text.Length)
        {
            var token = Token().Match(text, at);
            if (!token.Success)
                throw Wrong($"it may not have {text[at..Math.Min(text.Length, at + 10)]}");
            at += token.Length;
            if (string.IsNullOrWhiteSpace(token.Value))
                continue;
            var kind = KindOf(token);
            if (!MayFollow(last, kind))
                throw Wrong($"it may not have {token.Value} there");
            depth += kind is Kind.Open ? 1 : kind is Kind.Close ? -1 : 0;
            if (depth < 0)
                break;
            last = kind;
        }

        if (depth != 0)
            throw Wrong("its parentheses do not match");
    }

    // Two values side by side are a keyword of a larger statement, a parenthesis behind a name is a call.
    private static bool MayFollow(Kind last, Kind kind) => kind switch
    {
        Kind.Operator => true,
        Kind.Open => last is Kind.Operator or Kind.Open,
        Kind.Close => last is not Kind.Operator,
        Kind.Value => last is Kind.Operator or Kind.Open or Kind.Typing,
        _ => last is Kind.Operator or Kind.Open,
    };

    private static Kind KindOf(Match token) => token switch
    {
        _ when token.Groups["word"].Success => Joining.Contains(token.Value) ? Kind.Operator : Typing.Contains(token.Value) ? Kind.Typing : Kind.Word,
        _ when token.Groups["name"].Success => Kind.Word,
        _ when token.Groups["value"].Success => Kind.Value,
        _ => token.Value switch { "(" => Kind.Open, ")" => Kind.Close, _ => Kind.Operator },
    };

    private static ApiException Wrong(string what) => ApiException.Wrong(
        $"where takes comparisons of columns with values, joined by and, or, not; {what}. Functions and subqueries are for cdp preview beside the project", "where");

    // A comma stands between the values of a list. Two dashes, or a slash and an asterisk, would begin a comment; a backslash ends no text in one warehouse and escapes in another.
    [GeneratedRegex("""
        \G(?: \s+
          | (?<word> [\p{L}_][\p{L}\p{N}_]* (?:\.[\p{L}_][\p{L}\p{N}_]*)? )
          | (?<name> "(?:[^"\\]|"")*" )
          | (?<value> '(?:[^'\\]|'')*' | [0-9]+(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)? )
          | <> | != | <= | >= | \|\| | [=<>+*%,()] | -(?!-) | /(?![*/]) )
        """, RegexOptions.IgnorePatternWhitespace | RegexOptions.ExplicitCapture)]
    private static partial Regex Token();
}
