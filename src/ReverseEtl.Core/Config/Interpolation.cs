using System.Text.RegularExpressions;

namespace ReverseEtl.Core.Config;

/// <summary>Replaces <c>${env:NAME}</c> and <c>${file:PATH}</c> in a text.</summary>
internal static partial class Interpolation
{
    /// <returns>The text, or null where something was missing, which is then reported.</returns>
    public static string? Resolve(string text, Position at, BindContext context)
    {
        if (context.Secrets is null || !text.Contains("${", StringComparison.Ordinal))
            return text;
        var complete = true;
        var resolved = Reference().Replace(text, match =>
        {
            var (kind, name) = (match.Groups[1].Value, match.Groups[2].Value);
            var value = kind == "env" ? context.Secrets.Environment(name) : context.Secrets.File(name);
            if (value is not null)
                return value;
            complete = false;
            context.AddMissingSecret(at, kind == "env"
                ? $"the environment variable {name} is not set; set it, or name another with ${{env:NAME}} or ${{file:PATH}}"
                : $"the file {name} cannot be read; create it, or name another with ${{env:NAME}} or ${{file:PATH}}");
            return "";
        });
        return complete ? resolved : null;
    }

    [GeneratedRegex(@"\$\{(env|file):([^}]+)\}", RegexOptions.CultureInvariant)]
    private static partial Regex Reference();
}
