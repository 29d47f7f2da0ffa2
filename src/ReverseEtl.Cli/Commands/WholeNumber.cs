using System.CommandLine;
using System.Globalization;

namespace ReverseEtl.Cli.Commands;

/// <summary>Options that take a whole number of zero or more, and say so in words where they get something else.</summary>
internal static class WholeNumber
{
    public static Option<int?> Option(string name, string description, int most = int.MaxValue) => new(name)
    {
        Description = description,
        HelpName = "N",
        CustomParser = result =>
        {
            var text = result.Tokens.Count == 1 ? result.Tokens[0].Value : "";
            if (int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number <= most)
                return number;
            var range = most == int.MaxValue ? "of 0 or more" : $"from 0 to {most}";
            result.AddError($"{name} takes a whole number {range}, not \"{text}\"");
            return null;
        },
    };
}
