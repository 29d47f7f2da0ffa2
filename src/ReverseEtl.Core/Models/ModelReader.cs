using System.Text.Json;
using System.Text.RegularExpressions;
using ReverseEtl.Core.Config;

namespace ReverseEtl.Core.Models;

/// <summary>Reads one model file.</summary>
internal static partial class ModelReader
{
    public static Model? Read(string file, string text, List<Problem> problems)
    {
        text = Plain(text);
        var header = ReadHeader(file, text, problems);
        var template = ReadSql(file, text, problems);
        var name = Path.GetFileNameWithoutExtension(file);
        if (!Identifier().IsMatch(name))
            problems.Add(new Problem(new Position(file), $"a model's name may have letters, digits and underscores only; rename \"{name}.sql\""));
        return header is null ? null : new Model(name, file, header, template);
    }

    /// <summary>Reads a model's SQL; a header in front of it is a comment.</summary>
    public static SqlTemplate ReadSql(string file, string text, List<Problem> problems)
    {
        text = Plain(text);
        var template = SqlTemplate.Parse(file, text, problems);
        CheckSql(file, text, problems);
        return template;
    }

    private static string Plain(string text) => text.ReplaceLineEndings("\n").TrimStart('\uFEFF');

    private static ModelHeader? ReadHeader(string file, string text, List<Problem> problems)
    {
        var match = Header().Match(text);
        if (!match.Success)
        {
            problems.Add(new Problem(new Position(file, 1, 1), "a model begins with a header: /* --- kind: segment ... --- */ and then one SELECT"));
            return null;
        }

        try
        {
            var line = text.AsSpan(0, match.Groups[1].Index).Count('\n');
            var node = YamlConfigReader.Read(file, match.Groups[1].Value, line);
            return Binder.Bind<ModelHeader>(node, new BindContext(problems, JsonNamingPolicy.SnakeCaseLower));
        }
        catch (ProjectException error)
        {
            problems.AddRange(error.Problems);
            return null;
        }
    }

    private static void CheckSql(string file, string text, List<Problem> problems)
    {
        var plain = SqlText.WithoutCommentsAndLiterals(text);
        foreach (Match match in Clock().Matches(plain))
        {
            problems.Add(new Problem(SqlText.PlaceOf(file, text, match.Index),
                $"{match.Value.TrimEnd('(', ' ')} gives another result at every run, so a plan could not be repeated; use {{{{ as_of }}}} for the run's instant"));
        }

        var semicolon = plain.IndexOf(';', StringComparison.Ordinal);
        if (semicolon >= 0)
            problems.Add(new Problem(SqlText.PlaceOf(file, text, semicolon), "a model is one SELECT; take the semicolon away"));
        if (plain.Trim().Length == 0)
            problems.Add(new Problem(new Position(file), "the model has no SELECT"));
    }

    [GeneratedRegex(@"\A\s*/\*\s*---[^\n]*\n(.*?)^\s*---\s*\*/", RegexOptions.CultureInvariant | RegexOptions.Singleline | RegexOptions.Multiline)]
    private static partial Regex Header();

    [GeneratedRegex(@"^\w+$", RegexOptions.CultureInvariant)]
    private static partial Regex Identifier();

    [GeneratedRegex(@"\b(now\s*\(|today\s*\(|get_current_timestamp\s*\(|current_date\b|current_timestamp\b|current_time\b|localtimestamp\b|localtime\b|transaction_timestamp\s*\(|random\s*\(|uuid\s*\(|gen_random_uuid\s*\(|sysdate\s*\(|getdate\s*\()",
        RegexOptions.CultureInvariant | RegexOptions.IgnoreCase)]
    private static partial Regex Clock();
}
