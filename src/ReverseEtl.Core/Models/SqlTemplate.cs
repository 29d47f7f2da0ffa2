using System.Text.RegularExpressions;
using ReverseEtl.Core.Config;

namespace ReverseEtl.Core.Models;

/// <summary>A piece of a model's SQL.</summary>
public abstract record SqlPart(Position At);

/// <summary>SQL as written.</summary>
public sealed record TextPart(Position At, string Text) : SqlPart(At);

/// <summary><c>{{ ref('orders') }}</c>; of dbt's models also <c>{{ ref('package', 'orders', v=2) }}</c>.</summary>
public sealed record RefPart(Position At, string Model, string? Package = null, string? Version = null) : SqlPart(At);

/// <summary><c>{{ source('shop', 'orders') }}</c></summary>
public sealed record SourcePart(Position At, string Schema, string Table) : SqlPart(At);

/// <summary><c>{{ var('days', 30) }}</c></summary>
public sealed record VarPart(Position At, string Name, string? Default) : SqlPart(At);

/// <summary><c>{{ as_of }}</c></summary>
public sealed record AsOfPart(Position At) : SqlPart(At);

/// <summary>A model's SQL, cut at its references. Line breaks stay where they are, so that a warehouse's error can be traced back.</summary>
public sealed partial record SqlTemplate(IReadOnlyList<SqlPart> Parts)
{
    /// <summary>Parses a model's whole text; the header is a comment and stays in.</summary>
    public static SqlTemplate Parse(string file, string text, List<Problem> problems)
    {
        var parts = new List<SqlPart>();
        var end = 0;
        foreach (Match match in Expression().Matches(text))
        {
            if (match.Index > end)
                parts.Add(new TextPart(SqlText.PlaceOf(file, text, end), text[end..match.Index]));
            end = match.Index + match.Length;
            var at = SqlText.PlaceOf(file, text, match.Index);
            if (ParseExpression(match.Groups[1].Value, at) is { } part)
                parts.Add(part);
            else
                problems.Add(new Problem(at, $"{match.Value} is not understood; use {{{{ ref('model') }}}}, {{{{ source('schema', 'table') }}}}, {{{{ var('name', default) }}}} or {{{{ as_of }}}}"));
        }

        if (text.IndexOf("{%", StringComparison.Ordinal) is >= 0 and var statement)
            problems.Add(new Problem(SqlText.PlaceOf(file, text, statement), "{% ... %} blocks are not supported; models are plain SQL with {{ ref }}, {{ source }}, {{ var }} and {{ as_of }}"));
        parts.Add(new TextPart(SqlText.PlaceOf(file, text, end), text[end..]));
        return new SqlTemplate(parts);
    }

    private static SqlPart? ParseExpression(string expression, Position at)
    {
        if (expression == "as_of")
            return new AsOfPart(at);
        var call = Call().Match(expression);
        if (!call.Success)
            return null;
        var arguments = call.Groups[2].Value.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
        return (call.Groups[1].Value, arguments) switch
        {
            ("ref", [.., var version]) when Version().Match(version) is { Success: true } named => Ref(arguments[..^1], named.Groups[1].Value, at),
            ("ref", _) => Ref(arguments, null, at),
            ("source", [var schema, var table]) when Quoted(schema) is { } s && Quoted(table) is { } t => new SourcePart(at, s, t),
            ("var", [var variable]) when Quoted(variable) is { } name => new VarPart(at, name, null),
            ("var", [var variable, var fallback]) when Quoted(variable) is { } name => new VarPart(at, name, Quoted(fallback) ?? fallback),
            _ => null,
        };
    }

    private static RefPart? Ref(string[] names, string? version, Position at) => names switch
    {
        [var model] when Quoted(model) is { } name => new RefPart(at, name, null, version),
        [var package, var model] when Quoted(package) is { } from && Quoted(model) is { } name => new RefPart(at, name, from, version),
        _ => null,
    };

    private static string? Quoted(string text) =>
        text.Length > 2 && text[0] is '\'' or '"' && text[^1] == text[0] ? text[1..^1] : null;

    [GeneratedRegex(@"\{\{\s*(.*?)\s*\}\}", RegexOptions.CultureInvariant | RegexOptions.Singleline)]
    private static partial Regex Expression();

    [GeneratedRegex(@"^v(?:ersion)?\s*=\s*['""]?([\w.]+)['""]?$", RegexOptions.CultureInvariant)]
    private static partial Regex Version();

    [GeneratedRegex(@"^(\w+)\s*\((.*)\)$", RegexOptions.CultureInvariant | RegexOptions.Singleline)]
    private static partial Regex Call();
}
