using System.CommandLine;
using System.CommandLine.Parsing;
using ReverseEtl.Core.Config;

namespace ReverseEtl.Cli.Output;

/// <summary>A command line that is not understood.</summary>
internal static class UsageErrors
{
    /// <summary>Says what is wrong with a command line; false where nothing is.</summary>
    public static bool Report(ParseResult parsed)
    {
        // A command that takes names would take a mistyped option for one.
        var unknown = parsed.CommandResult.Children.OfType<ArgumentResult>()
            .SelectMany(argument => argument.Tokens).Select(token => token.Value).Where(value => value.StartsWith('-')).ToList();
        var messages = unknown.Count > 0
            ? unknown.ConvertAll(name => $"there is no option {name}{Nearest.Hint(name, OptionsOf(parsed.CommandResult))}")
            : parsed.Errors.Select(error => error.Message).ToList();
        if (messages.Count == 0)
            return false;

        // The line as it stands, and not what was made of it: where it is not understood, that may lack the option.
        if (parsed.Tokens.Any(token => token.Value == "--json"))
            Json.Write(writer => writer.WriteString("error", string.Join(Environment.NewLine, messages)));
        foreach (var message in messages)
            Terminal.Fail(message);
        Console.Error.WriteLine($"{string.Join(' ', WordsOf(parsed.CommandResult).Prepend("cdp"))} --help tells what there is");
        return true;
    }

    private static IEnumerable<string> WordsOf(CommandResult command) =>
        command.Parent is CommandResult parent ? [.. WordsOf(parent), command.Command.Name] : [];

    private static IEnumerable<string> OptionsOf(CommandResult command) => command.Command.Options
        .Concat((command.Parent as CommandResult)?.Command.Options.Where(option => option.Recursive) ?? [])
        .Select(option => option.Name);
}
