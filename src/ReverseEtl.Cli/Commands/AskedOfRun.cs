using System.CommandLine;
using ReverseEtl.Core.Config;
using ReverseEtl.Core.Delivery;
using ReverseEtl.Core.Syncs;

namespace ReverseEtl.Cli.Commands;

/// <summary>What can be asked of one run, and of a look at what it would do.</summary>
internal static class AskedOfRun
{
    public static readonly Option<string?> AllowRemoved = new("--allow-removed")
    {
        Description = "Replaces the guard max_removed for this run: a share such as 60%, or a number of rows.",
        HelpName = "N%",
    };

    public static readonly Option<bool> AllowSchema = new("--allow-schema") { Description = "Lets mapped columns of another type pass for this run." };

    public static readonly Option<bool> Full = new("--full") { Description = "Sends every row of the model again, and still removes what left it." };

    public static readonly Option<bool> Replace = new("--replace")
    {
        Description = "Makes what the destination holds exactly the model's rows, whatever others put there; for named syncs in mode mirror.",
    };

    public static readonly Option<bool> Rekey = new("--rekey") { Description = "Begins anew where the model's key is another one: a mirror removes what it told first." };

    public static readonly Option<bool> RetryRejected = new("--retry-rejected") { Description = "Tries rejected rows again though they are not due." };

    /// <summary>What the command line asks for; options that the command has not are left alone.</summary>
    /// <exception cref="ProjectException">A value is wrong.</exception>
    public static RunOptions Read(CommandContext context) => new()
    {
        AllowRemoved = ParseLimit(context.Get(AllowRemoved)),
        AllowSchema = context.Get(AllowSchema),
        Full = context.Get(Full),
        Replace = context.Get(Replace),
        Rekey = context.Get(Rekey),
        RetryRejected = context.Get(RetryRejected),
    };

    private static Limit? ParseLimit(string? text)
    {
        if (text is null)
            return null;
        return Limit.TryParse(text, out var limit)
            ? limit
            : throw new ProjectException(new Position("command line"), $"--allow-removed takes a share such as 60% or a number of rows, not \"{text}\"");
    }
}
