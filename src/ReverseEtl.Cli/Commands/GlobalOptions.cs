using System.CommandLine;

namespace ReverseEtl.Cli.Commands;

/// <summary>The options that every command has.</summary>
internal static class GlobalOptions
{
    public static readonly Option<string?> Project = new("--project")
    {
        Description = "The project's folder; the nearest cdp.config.json upward when left out.",
        HelpName = "DIR",
        Recursive = true,
    };

    public static readonly Option<string?> Environment = new("--env")
    {
        Description = "The environment of cdp.config.json to use.",
        HelpName = "NAME",
        Recursive = true,
    };

    public static readonly Option<string?> Remote = new("--remote")
    {
        Description = "Ask the project that cdp serve runs at this address, and not the one on this machine (also by CDP_REMOTE); CDP_TOKEN holds the token.",
        HelpName = "URL",
        Recursive = true,
    };

    public static readonly Option<bool> Json = new("--json")
    {
        Description = "Print one JSON document on standard output.",
        Recursive = true,
    };

    public static readonly Option<bool> Verbose = new("--verbose")
    {
        Description = "Show the details of errors.",
        Recursive = true,
    };
}
